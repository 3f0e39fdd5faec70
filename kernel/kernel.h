// kernel.h - the kernel's objects. One page; read it first.
//
// What the build knows (struct *_image, service, event, interrupt) is constant
// and in flash; the layout tool writes it (tables.c). What changes is in RAM
// and is only ever written here. Everything runs in exceptions of one priority,
// or in faults that cannot happen meanwhile: nothing below needs a lock.

#ifndef KERNEL_H
#define KERNEL_H

#include "port.h"
#include "region.h"

#include <order.h>

#include <cmrx/control.h>
#include <cmrx/fault.h>
#include <cmrx/process.h>
#include <cmrx/status.h>
#include <cmrx/syscall.h>

#define PRIORITIES (CMRX_PRIORITY_MAX + 1)

// ---- Constant, from the build

enum right { RIGHT_INSPECT = 1, RIGHT_CONTROL = 2, RIGHT_POWER = 4 };

// What happens to a process that has faulted.
enum policy {
    POLICY_RESTART,   // by the kernel: at once, then with growing delay
    POLICY_STOP,      // it stays down
    POLICY_RESET,     // the system is reset
    POLICY_SUPERVISE, // it stays down, and the supervisor is told
};

// An object that other processes may call. Words, so that a port can load all of
// it at once.
struct service {
    uintptr_t self;
    const uintptr_t *methods; // in the constants of that process
    struct process *process;  // whose it is
    uint32_t room; // bytes of stack below what is lent: a method's need and
                   // what port_call_push takes; a multiple of 32
    uint32_t method_count;
    uint32_t reentrant; // 0 or 1
    uint32_t
        grace; // microseconds: who is inside for longer, past a deadline of
               // a call, is taken out by force; 0: never
};

// A word of a process in which others may set bits.
struct event {
    struct process *process;
    uint32_t *word;
};

// A line of the interrupt controller, and the event that it posts to.
struct interrupt {
    struct event event;
    uint32_t bits;
    uint16_t line;
};

// A write that silences a device whose driver has ended.
struct quiesce {
    uintptr_t address;
    uint32_t value;
};

// Initial contents of a piece of a process's memory.
struct contents {
    uintptr_t to;
    const void *from;
    uint32_t size;
};

struct process_image {
    struct port_region map[PORT_MAP];   // code, memory, windows
    struct port_region lent[2];         // SHARED, as caller's, as origin's
    struct region code, memory, shared; // shared lies in memory
    struct contents contents[2];        // the rest of memory is zero
    const struct service *const *imports;
    const struct event *const *posts;
    const struct interrupt *interrupts;
    const struct quiesce *quiesces;
    struct door *doors;            // one per import
    struct door *const *entrances; // doors of others that lead here
    uintptr_t return_gate;         // where a method returns to, in `code`
    uintptr_t exit_gate; // where a thread's body returns to, in `code`
    uint32_t entrance_count;
    uint8_t import_count, post_count, interrupt_count, quiesce_count;
    uint8_t first_thread, thread_count; // its slice of threads[]
    uint8_t policy;                     // enum policy
    uint8_t rights;                     // enum right, or-ed
};

struct thread_image {
    struct process *home;
    uintptr_t entry;
    struct region stack;      // all of it
    struct port_stack window; // how protection expresses it
    struct call *calls;       // `depth` of them, in RAM
    uint8_t depth;
    uint8_t priority;
    uint8_t dormant; // is not started with its process; CMRX_RECOVERS: but
                     // when somebody was left in that by force
    uint8_t monitor; // belongs inside the monitor of its home
};

extern const struct process_image process_images[];
extern const struct thread_image thread_images[];
extern const uint8_t stack_order[];     // numbers of threads, by their stacks
extern const uint8_t interrupt_owner[]; // by line: of interrupts[], or NONE
extern const struct interrupt interrupts[];
extern const uint16_t interrupt_lines; // entries of interrupt_owner
extern const uint8_t process_count, thread_count;
extern const uint8_t fault_levels;   // CMRX_FAULT_CHAIN at most
extern const uint8_t priority_count; // 0 up to the highest of the system
extern const struct region public_constants;
extern const struct port_region public_map; // the same, for the hardware
extern const struct event supervisor_event; // .process is NULL if there is none
extern const struct clock_rate {
    uint32_t ticks, us; // so many are so many
    uint32_t reach;     // PORT_TICKS_MAX in microseconds; 2^29 at most
} clock_rate;

#define NONE 0xffu

// ---- Variable

// A call that was entered and has not returned: what takes the thread back.
struct call {
    uintptr_t sp;  // the caller's; its frame and registers lie there, above
                   // the cut, where only the kernel can write. Or-ed with
                   // the marks below
    uintptr_t top; // where the callee's stack began; from there up to the cut
                   // is what was lent
    struct process *caller;
    const struct service *service; // what was called
    uint32_t slice;                // what the caller may touch of the stack,
    port_cut cut;                  // and as the hardware wants it; or, with
                                   // PART_CLEARED, something else
};

// Marks, in the low bits of a stack pointer. A port's short way back is for calls
// without any. HURRIED without HAS_DEADLINE: others wait for a mutex that the thread
// has in the callee, or it returns in steps (call_is_large()).
#define CALLER_ENDED 1u // since
#define HAS_DEADLINE 2u
#define HURRIED      4u // and that has passed
#define MARKS        7u

#define STACK_USED   1u // not 0: a word of the stack

// A mark of call.slice: of that call the caller has ended, and the rest says how much
// of what it has left on the stack is cleared. Its deadline lay there, and counts no
// more. See clear.c.
#define PART_CLEARED 1u

// What an import leads to: the service, from the first call on and until the
// callee ends; otherwise a service without methods that says why not.
struct door {
    const struct service *to;
};

#define GENERATIONS 0xffffu

struct queue {
    struct thread *first; // the most urgent, of these the longest waiting
};

// A process is what may be touched. It never runs; threads run inside it.
struct process {
    const struct process_image *image;
    struct thread *owner; // the thread in the monitor, or NULL
    struct queue gate;    // threads that are inside, but wait for the monitor
    uint16_t generation;  // 1..GENERATIONS; 0: was never started
    uint16_t faults;
    uint8_t state;    // enum cmrx_process_state
    uint8_t failures; // in a row, for the back-off
    uint8_t waiting;  // of threads inside that wait for a word: words.c
    uint8_t number;   // its own in processes[]: a division is long
};

// A thread is what runs. It is always inside one process: its home, or the one
// it has called into last.
struct thread {
    THREAD_ORDER(
        struct port_context context;
        ,
        struct {
            const struct thread_image *image;
            struct process *inside;
            uintptr_t low;       // where its stack begins
            uint32_t slice;      // so much of it it may touch; above is the cut
            port_cut cut;        // the same, as the hardware wants it
            struct thread *next; // in the one queue it is in: queue.c
            struct thread *previous;
            union {
                struct thread *lower; // first of the next lower priority there
                uint32_t exit_result; // of a dormant thread
            };
            uintptr_t key; // what it waits for: a word, or a thread, or 0
        };
        ,
        struct {
            uint8_t words[2]; // of the first that waits for a word: words.c
            uint8_t owner;    // likewise, of a mutex: mutex.c
            uint8_t also;     // likewise
            uint8_t depth;    // image->calls[0..depth) are live
            uint8_t serial;   // image->monitor, where ports look for it: 0 in
                              // both, and it is in no monitor where it is
            uint8_t state;    // enum cmrx_thread_state
            uint8_t priority; // that counts: its own, or of who waits for it
            uint16_t generation; // of its home when it was started
            uint8_t joiner; // who has waited last for its end: wait_joiner()
            bool cancelled : 1; // its home has ended, or who has called on its
                                // way: waits return at once
            bool again : 1;     // is started anew when it comes home
            bool hurried : 1;   // in a call that is: waits return at once
            bool begun : 1; // of one at a gate: it waited, and comes in again
            bool stale : 1; // `priority` may be wrong, until the alarm: owed.c
            uint8_t base;   // its own priority
            uint8_t holds;  // the first of its mutexes others wait for
            uint8_t number; // its own, from 1 on
            uint8_t forced; // enum forced: what is next of its way out
        };)
};

// A fault record that survives a warm reset; memory nobody initializes. Its
// chain has fault_levels entries: as deep as calls of the system get.
struct fault_store {
    uint32_t checksum; // of all the rest
    uint32_t unread;   // 1: `fault` was not read yet and is kept
    struct cmrx_fault fault;
};

extern struct process processes[];
extern struct thread threads[];
extern struct thread *running; // never NULL once user code has run

// Timers, by number: that of a thread is for its deadline, those behind these of a
// process for the end of its back-off, or of the time in which it counts as unsound.
// A heap, the first of whom is the first to look at. time.c owns them.
extern uint8_t
    timer_slot[]; // by number: place in the heap, from 1; 0: not armed
extern uint8_t timer_heap[]; // numbers,
extern uint32_t timer_due[]; // and for each when to look at it, or before

#endif
