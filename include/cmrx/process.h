// process.h - what a program says of itself, beside its code.
//
// A program says what it *is*: its threads, the services it provides and uses,
// the events it publishes, the devices and interrupts it drives - by names of
// its own. What it *may* is said by the integrator, in cmrx_system().
//
// The records go into a section that the build reads and that is not part of
// the image. The names become undefined symbols, whose addresses are small
// numbers (an import, a thread, an interrupt) that the build chooses.

#ifndef CMRX_PROCESS_H
#define CMRX_PROCESS_H

#include <stddef.h>
#include <stdint.h>

// The object a method is asked on; the first parameter of every method. What
// it points to was named by CMRX_PROVIDE_AS; the kernel passes it, no caller
// can choose it.
#define CMRX_SELF __attribute__((unused)) const void *self

#define CMRX_RECORD(kind, name)                                                \
    __attribute__((used, section(".cmrx.meta." #kind "." #name)))

// A name that is a number: the build gives the symbol a small address.
#define CMRX_NUMBER(symbol) ((uint32_t)(uintptr_t)(symbol))

// The same for a symbol that nobody has declared yet.
#define CMRX_NUMBER_OF(symbol)                                                 \
    __extension__({                                                            \
        extern const char symbol[];                                            \
        CMRX_NUMBER(symbol);                                                   \
    })

// ---- Other processes, and tables

// CMRX_KNOWS_PROCESS(pump); lets this program speak of the process that the
// integrator calls `pump`: for a supervisor. It gives no right. The build refuses
// a system without such a process.
#define CMRX_KNOWS_PROCESS(name)  extern const char cmrx_id_process_##name[]

// An address whose number is that of the process `name`: a constant, good for
// tables; CMRX_NUMBER() of it is what control.h wants.
#define CMRX_PROCESS_NUMBER(name) (cmrx_id_process_##name)

// CMRX_ROW static const struct rule r = { ... }; makes the constant one of the rows
// of this program, which lie one behind the other from cmrx_rows to cmrx_rows_end, in
// no particular order: a table that several statements or sources make together.
// All rows of a program have one type.
#define CMRX_ROW                                                               \
    __attribute__((used, section(".rodata.cmrx_row"), aligned(sizeof(void *))))
extern const char cmrx_rows[], cmrx_rows_end[];

// ---- Threads

#define CMRX_PRIORITY_MAX 31 // the most urgent; 1 the least for a program

struct cmrx_thread_record {
    void (*entry)(uintptr_t argument);
    uint32_t stack;    // bytes; rounded up to what protection can express
    uint32_t priority; // 1..CMRX_PRIORITY_MAX, higher is more urgent
    uint32_t dormant;  // 1: does not run before cmrx_thread_start()
                       // CMRX_RECOVERS: see CMRX_RECOVER
    uint32_t monitor;  // 1: runs inside the monitor of its process
    uint32_t bound;    // bytes of stack that it can use; 0: worked out
};

// .stack = CMRX_AUTO: the smallest that is enough, worked out by the build.
#define CMRX_AUTO 0xffffffffu

// CMRX_THREAD(name, .stack = 512, .priority = 4) { body }
// The build works out how much stack the thread can use, with all the servers
// it visits, and refuses a smaller one. What cannot be worked out is declared:
// CMRX_STACK_BOUND() for a function, .bound = bytes for all of the thread.
// The body may use `argument`: what cmrx_thread_start() gave, otherwise 0.
// Returning from it is cmrx_thread_exit(0).
#define CMRX_THREAD(name, ...)                                                 \
    static void cmrx_body_##name(uintptr_t);                                   \
    static const struct cmrx_thread_record cmrx_record_thread_##name           \
        CMRX_RECORD(thread, name) = { .entry = cmrx_body_##name,               \
                                      __VA_ARGS__ };                           \
    static void cmrx_body_##name(__attribute__((unused)) uintptr_t argument)

#define CMRX_RECOVERS 2

// CMRX_RECOVER(mend, .stack = 256, .priority = 9) { body }
// A thread that repairs what a thread left half done which was taken out of this
// process by force (see CMRX_GRACE). It runs then in place of the process's policy:
// without it the process ends, and is restarted or whatever its policy says. At most
// one for each process. The kernel starts it; cmrx_thread_start() can, too.
//
// It gets the monitor of the process before all threads that queue for it, and keeps
// it until it ends, also while it waits. So it must not wait for anything that a
// thread of this process has to enter the monitor for. From the moment of the force
// until the thread ends
// - the process is CMRX_PROCESS_DIRTY, and whoever calls it gets CMRX_DIRTY;
// - threads that queued for the monitor already go on queueing, behind it;
// - threads that wait inside the process (cmrx_wait) go on waiting; when they are
//   woken, they come in behind it, too;
// - a mutex that the thread that was taken out had, and that others want, is given to
//   the next of them with CMRX_OWNER_DEAD.
//
// If the body returns, the process is well again, and its clients need not know. With
// cmrx_thread_exit() of anything but 0 it says that it could not repair it. Then the
// policy of the process holds after all; so it does when the thread itself faults, or
// when another thread is taken out by force meanwhile. In every case the fault of the
// first one is recorded, and the supervisor is told of it.
#define CMRX_RECOVER(name, ...)                                                \
    CMRX_THREAD(name, .dormant = CMRX_RECOVERS, .monitor = 1, __VA_ARGS__)

// The number of a thread of this process, for thread.h.
#define CMRX_THREAD_ID(name) CMRX_NUMBER_OF(cmrx_id_thread_##name)

// ---- Services

struct cmrx_provide_record {
    const void *methods; // an interface: function pointers and nothing else
    uint32_t size;       // bytes of it
    const void *self;
    uint32_t reentrant; // 1: any number of threads at once; 0: a monitor
    char interface[44]; // its type, as written
};

#define CMRX_PROVIDE_RECORD(type, name, object, many, ...)                     \
    static const type cmrx_methods_##name __attribute__((                      \
        section(".rodata.cmrx_methods." #name))) = { __VA_ARGS__ };            \
    static const struct cmrx_provide_record cmrx_record_provide_##name         \
    CMRX_RECORD(provide, name) = { &cmrx_methods_##name, sizeof(type), object, \
                                   many, #type }

// CMRX_PROVIDE(struct thermometer, probe, .read = read_millicelsius);
// Provides a service `probe`: the interface, and for each of its members a function
// of this program. All services of a process that are provided like this admit one
// thread at a time, highest priority first (the monitor of the process); a thread
// leaves it while it waits. The one inside has at least the priority of the first of
// those that queue.
#define CMRX_PROVIDE(type, name, ...)                                          \
    CMRX_PROVIDE_RECORD(type, name, 0, 0, __VA_ARGS__)

// The same on an object: `self` of each method is `object`, a constant address.
#define CMRX_PROVIDE_AS(type, name, object, ...)                               \
    CMRX_PROVIDE_RECORD(type, name, object, 0, __VA_ARGS__)

// The same, but not in the monitor: any number of threads may be inside at once, and
// the methods have to be written for that.
#define CMRX_PROVIDE_REENTRANT(type, name, ...)                                \
    CMRX_PROVIDE_RECORD(type, name, 0, 1, __VA_ARGS__)

struct cmrx_grace_record {
    uint32_t us;
};

// CMRX_GRACE(probe, 500); promises that each method of the service `probe` of this
// program comes back within 500 microseconds (1 or more, of real time) after the
// deadline of a caller (cmrx_call_until) has passed. From the deadline on, each wait
// inside of the method ends at once, with CMRX_CANCELLED, so that it can clean up and
// return.
//
// A method that does not come back in time is a fault of this process
// (CMRX_FAULT_OVERTIME), and of each process that the thread has called from here and
// is still in. The thread is taken out of them by force and goes back to the caller.
// What it leaves half done nobody sees: the processes are restarted, or whatever their
// policies say; or repair themselves, see CMRX_RECOVER.
//
// A service without CMRX_GRACE is never left by force: its callers may come back
// late. As processes that are called from a service are ended with it, one with
// CMRX_GRACE may use only services that have it, too; the build refuses others.
// Choose the time so long that all threads that are more urgent can run in between:
// callers choose their priorities and deadlines themselves. If one of these is ready
// when the time is over, it has 100 microseconds more.
#define CMRX_GRACE(name, microseconds)                                         \
    static const struct cmrx_grace_record cmrx_record_grace_##name             \
    CMRX_RECORD(grace, name) = { microseconds }

struct cmrx_use_record {
    char interface[48];
};

// CMRX_USE(struct thermometer, probe); makes `probe` callable with cmrx_call().
// Nothing can be read through it: its address is an import number.
#define CMRX_USE(type, name)                                                   \
    extern const struct __attribute__((packed)) cmrx_use_##name {              \
        const type *interface;                                                 \
    } name __asm__("cmrx_use_" #name);                                         \
    static const struct cmrx_use_record cmrx_record_use_##name CMRX_RECORD(    \
        use, name) = { #type }

// ---- Events: a word whose bits others may set

struct cmrx_event_record {
    const volatile uint32_t *word;
};

// CMRX_EVENT(ready); publishes the word `ready`, zero at the start.
#define CMRX_EVENT(name)                                                       \
    static volatile uint32_t name;                                             \
    static const struct cmrx_event_record cmrx_record_event_##name             \
    CMRX_RECORD(event, name) = { &name }

// CMRX_POSTS(ready); lets this program post to the event `ready` of another.
#define CMRX_POSTS(name)                                                       \
    extern const char name[] __asm__("cmrx_post_" #name);                      \
    static const struct cmrx_use_record cmrx_record_post_##name CMRX_RECORD(   \
        post, name) = { "" }

// ---- Devices and interrupts

struct cmrx_interrupt_record {
    const volatile uint32_t *word;
    uint32_t bits;
};

// CMRX_INTERRUPT(receive, events, 1u << 0); the interrupt the program calls
// `receive` sets those bits in its event `events`. It is masked until
// cmrx_interrupt_done(CMRX_INTERRUPT_ID(receive)) and after each occurrence.
#define CMRX_INTERRUPT(name, event, mask)                                      \
    static const struct cmrx_interrupt_record cmrx_record_interrupt_##name     \
    CMRX_RECORD(interrupt, name) = { &event, mask }

#define CMRX_INTERRUPT_ID(name) CMRX_NUMBER_OF(cmrx_id_interrupt_##name)

// CMRX_DEVICE(struct pl011, port); makes `port` the registers of the window
// that the integrator grants under this name: an object, not a pointer. Of a type
// that has a name; registers that are an array are a member of a struct.
#define CMRX_DEVICE(type, name)                                                \
    extern volatile type name __asm__("cmrx_device_" #name)

struct cmrx_drives_record {
    char driver[40];
};

// CMRX_DRIVES(port, uart_pl011); says what kind of device `port` has to be: one that
// board.json has for that driver ("driver": "uart_pl011"). The build refuses the grant
// of one for another driver, which would be silent, or do anything. Of a device that
// board.json names no driver for, and of a program that does not say this, nothing is
// known, and nothing refused.
#define CMRX_DRIVES(device, name)                                              \
    static const struct cmrx_drives_record cmrx_record_drives_##device         \
    CMRX_RECORD(drives, device) = { #name }

struct cmrx_clock_record {
    uint32_t hz;
};

// CMRX_CLOCK(port, UART_CLOCK_HZ); says for which clock of the device `port` this
// program is compiled. The build refuses the grant of one that board.json says has
// another ("clock_hz" of the device): its line would have another rate.
#define CMRX_CLOCK(device, hertz)                                              \
    static const struct cmrx_clock_record cmrx_record_clock_##device           \
    CMRX_RECORD(clock, device) = { hertz }

struct cmrx_quiesce_record {
    uint32_t offset; // of a 32-bit register in the device window
    uint32_t value;
    char device[24];
};

// CMRX_QUIESCE(silence, port, 0x38, 0); when the process ends, for whatever reason, the
// kernel writes `value` to that register, so that the device is silent. Several
// are written in the order of their names.
#define CMRX_QUIESCE(name, device, offset, value)                              \
    static const struct cmrx_quiesce_record cmrx_record_quiesce_##name         \
    CMRX_RECORD(quiesce, name) = { offset, value, #device }

// ---- Stack

struct cmrx_stack_record {
    uint32_t bytes;
};

// CMRX_STACK_BOUND(parse, 96); the function `parse` of this program and all it
// calls need at most that many bytes of stack. For what the build cannot work
// out: recursion, calls through pointers.
#define CMRX_STACK_BOUND(function, bytes)                                      \
    static const struct cmrx_stack_record cmrx_record_stack_##function         \
    CMRX_RECORD(stack, function) = { bytes }

// A record whose name says all.
struct cmrx_word_record {
    uint32_t unused;
};

// CMRX_CALLS_ROWS(perform); the function `perform` of this program calls through
// pointers those functions only that rows (CMRX_ROW) point to. The build works out
// what the deepest of them needs, and nothing has to be declared. `perform` must not
// be inlined: __attribute__((noinline)).
#define CMRX_CALLS_ROWS(function)                                              \
    static const struct cmrx_word_record cmrx_record_rows_##function           \
    CMRX_RECORD(rows, function) = { 0 }

// ---- Rights

// CMRX_OPTIONAL_RIGHT(power); this program asks the kernel for what needs the right
// `power` (control.h), and does without when it is answered CMRX_DENIED. Of others
// the build notes when the integrator has not granted them a right that they ask for.
#define CMRX_OPTIONAL_RIGHT(right)                                             \
    static const struct cmrx_word_record cmrx_record_optional_##right          \
    CMRX_RECORD(optional, right) = { 0 }

// CMRX_NEEDS_RIGHT(inspect); this program asks the kernel for what needs that right
// by system calls of its own, which the build does not know. It is noted when the
// integrator has not granted it. Who calls the functions of control.h need not say so.
#define CMRX_NEEDS_RIGHT(right)                                                \
    static const struct cmrx_word_record cmrx_record_needs_##right             \
    CMRX_RECORD(needs, right) = { 0 }

// ---- Memory

// Lent to whomever this process calls, while it calls. Zero at the start.
#define CMRX_SHARED      __attribute__((section(".bss.cmrx_shared")))

// The same, with an initializer.
#define CMRX_SHARED_DATA __attribute__((section(".data.cmrx_shared")))

// A constant that every process may read, like a string literal.
#define CMRX_PUBLIC      __attribute__((section(".rodata.cmrx_public")))

#endif
