// port.h - all that the kernel asks of a processor.
//
// A port is a folder port/NAME with a port_types.h and the functions below.
// Nothing else in the kernel may know what it runs on. port/fake is the
// smallest complete port; test/port is what any other must pass.
//
// The caller is the kernel, in an exception or before port_start().

#ifndef KERNEL_PORT_H
#define KERNEL_PORT_H

#include "region.h"

#include <cmrx/fault.h>
#include <cmrx/syscall.h>

#include <stdbool.h>
#include <stdint.h>

struct thread;

// struct port_context  registers of a thread that is not running, its sp too
// struct port_frame    registers of a thread that is in a trap, where the trap
//                      has put them: on the thread's stack, or in its context
// port_resume          how the processor goes on when it leaves the kernel
// port_line()          a way out by which a line that waits is taken first, and
//                      nothing is loaded: as if it had come behind that. Or
//                      PORT_AS_IT_CAME: none waits, or something else is before it.
//                      The port masks what it takes, or lets kernel_irq() do that
// struct port_region   one region, as the hardware wants it
// struct port_stack    a stack, as the hardware wants it; with .shift: it can be
//                      cut at multiples of 1 << shift bytes
// port_cut             so much of a stack, as the hardware wants it
// PORT_MAP             regions of a process that are constant (4: code,
//                      memory, two windows; more in a system that has more)
// PORT_CALL_BYTES      what port_call_push needs below the callee's stack top
// PORT_FRAME_BYTES     what the frame of a trap takes on the thread's stack; 0:
//                      it is in the context, and always known
// PORT_CONTEXT_BYTES   sizeof(struct port_context), for assembly
// PORT_PANIC_WATCHDOG  code of the panic that a watchdog's interrupt leads to: of
//                      the exception that cannot be masked; 0 if there is none
#include "port_types.h"

// Where to begin: at pc, on the stack below sp. Returning from there goes to
// gate.
struct port_entry {
    uintptr_t pc, gate, sp, argument;
};

// What the processor says of a fault: members of struct cmrx_fault.
struct port_fault {
    uint32_t cause, address;
    uint8_t kind, flags;
};

// The machine.
void port_init(void);            // vectors, priorities, protection; at boot
const char *port_refusal(void);  // why it cannot run here, or NULL; at boot
_Noreturn void port_start(void); // run `running`, for the first time
_Noreturn void port_reset(void);
_Noreturn void port_halt(uint32_t result, const char *why); // or NULL; from
                                                            // any state

// Registers. `frame_valid`: the thread's stack pointer, where the processor has
// put the frame of the trap, lies in [low, low + size] with all of the frame.
// Memory there may be used only after it has said so, or after a push.
void port_context_init(struct port_context *c, const struct port_entry *e);
struct port_frame *port_frame(const struct port_context *c);
struct port_frame *port_resumed(port_resume how); // by which it goes on
bool port_frame_valid(const struct port_frame *f, uintptr_t low,
                      uintptr_t size);
uint32_t port_word(const struct port_frame *f); // the system call word
uint32_t port_argument(const struct port_frame *f, unsigned n); // 0..3
uint32_t port_lent(const struct port_context *c);
uint64_t port_deadline(const struct port_context *c); // of a call that has one
void port_reply(struct port_frame *f, uint32_t low, uint32_t high,
                int32_t status);

// Arguments 0 and 1 are `note` (low, high) from now on; the others are as they
// were.
void port_note(struct port_frame *f, uint64_t note);

// The thread makes its system call once more when it goes on, with that word,
// and arguments 2 and 3 from `note` (low, high); the others are as they were.
void port_again(struct port_frame *f, uint32_t word, uint64_t note);

// The way out. PORT_AS_IT_CAME: the thread that trapped goes on, and nothing
// of it has changed but its frame. `switch`: another thread goes on, by its context
// and its map (sched_map). `park`: it will not go on now; keep how.
port_resume port_switch(const struct thread *t);
void port_park(struct port_context *c, port_resume how);

// Calls between processes. What the caller needs back lies at its stack
// pointer and above `port_call_floor`, where the cut is made.
// push: keep the caller's registers above the cut; go on at pc, with `self` and
// the arguments of the call, on the stack below sp; returning goes to gate.
// pop: as before the push, whatever was done meanwhile; reply in its frame.
// Both may use the thread's context: what is in it is of no use any more.
// pc: where the caller goes on, as it says, for the fault record. deadline: what
// port_deadline() said before the push.
uintptr_t port_sp(const struct port_context *c);
uintptr_t port_call_floor(uintptr_t sp);
port_resume port_call_push(struct port_context *c, uintptr_t sp, uintptr_t pc,
                           uintptr_t gate, uintptr_t self);
port_resume port_call_pop(struct port_context *c, uintptr_t sp);
uintptr_t port_call_pc(uintptr_t sp);
uint64_t port_call_deadline(uintptr_t sp);

// Memory protection. From now on user code may touch `map`, the stack up to the
// cut, and what the caller and the origin lend: struct process_image.lent of
// theirs. stack_cut: the first `slice` bytes of the stack, its last byte or a
// multiple of the granule.
port_cut port_stack_cut(const struct port_stack *stack, uint32_t slice);
void port_map(const struct port_region map[PORT_MAP],
              const struct port_stack *stack, port_cut cut,
              const struct port_region *caller,
              const struct port_region *origin);

// Which is the highest bit that is set, 0..31; of `bits`, which is not 0.
unsigned port_highest(uint32_t bits);

// Memory of the kernel's choice is 0; size is a multiple of 32, base of 8.
void port_zero(uintptr_t base, uintptr_t size);

// A word of a device whose driver has ended. The device need not answer: that it
// does not is forgotten, and no fault of anybody's.
void port_quiesce(uintptr_t address, uint32_t value);

// The clock counts ticks. `elapsed` since the last restart; restart returns the
// same and begins again; kernel_alarm() comes after `ticks`, or a little later,
// never before: an alarm of before the restart does not come any more. But once it
// comes at the start.
#define PORT_TICKS_MIN 64u
#define PORT_TICKS_MAX 0x7fffffu
uint32_t port_clock_elapsed(void);
uint32_t port_clock_restart(uint32_t ticks);

// From one thing that is due to the next: PORT_TICKS_MIN, or so many that an
// interrupt that is pending now comes in between. Or 0: kernel_alarm() comes at
// once, behind all that is pending, without a restart; a restart forgets that.
uint32_t port_clock_pause(void);

// That was 0, and more is due. True: no line waits, so that it is done before the
// kernel is left. False is never wrong.
bool port_alarm_goes_on(void);

// Interrupt lines that belong to drivers.
void port_irq_mask(unsigned line); // and forget that it is pending
void port_irq_unmask(unsigned line);
void port_irq_again(unsigned line); // unmask, and it comes at once

// Does one wait that is not masked, to come as soon as the kernel is left? What takes
// long asks before it changes anything, and begins anew behind it. So never true
// where none comes: that would be for ever; false where it cannot be told. Not a
// part of others: the bench measures what is before it, and what is behind it.
__attribute__((noinline)) bool port_interrupt_pending(void);

// The registers of a thread whose frame is valid, for the fault record; and of a
// fault whose kind is CMRX_FAULT_NONE, because the processor does not say it, what
// follows from them.
void port_fault_registers(struct cmrx_fault *fault,
                          const struct port_context *c);

// What the port calls, with the context of `running` saved; then it leaves as it
// is told. `f` may be anywhere.
void kernel_boot(void);
port_resume kernel_syscall(struct thread *t, struct port_frame *f);

// The same in parts, for a port that has looked at the frame and the number: by
// number one of the two. An answer needs no context and leaves as it came.
typedef port_resume kernel_handler(struct thread *t, struct port_frame *f);
typedef void kernel_answer(const struct thread *t, struct port_frame *f);
extern kernel_handler *const kernel_handlers[CMRX_SYS_COUNT];
extern kernel_answer *const kernel_answers[CMRX_SYS_INTERRUPT_DONE + 1];

// And for one that has a short way of calls: the rest of a call into a monitor that
// another thread is in, of a return from one that others wait for. All else is done,
// also what the thread goes on by is in its context.
port_resume kernel_call_later(struct thread *t);
port_resume kernel_return_later(struct thread *t);

port_resume kernel_alarm(void);
port_resume kernel_irq(unsigned line);
port_resume kernel_fault(const struct port_fault *fault);

#endif
