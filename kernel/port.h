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

#include <stdbool.h>
#include <stdint.h>

struct thread;

// struct port_context  registers of a thread that is not running, its sp too
// struct port_region   one region, as the hardware wants it
// struct port_stack    a stack, as the hardware wants it; with .granule, the
//                      bytes at which it can be cut: a power of two
// PORT_MAP             regions of a process that are constant (4: code,
//                      memory, two more)
// PORT_CALL_BYTES      what port_call_push needs below the callee's stack top
// PORT_FRAME_BYTES     what the frame of a trap takes on the thread's stack
#include "port_types.h"

// Where to begin: at pc, with arg[] as the first five arguments, on the stack
// below sp. Returning from there goes to gate.
struct port_entry {
    uintptr_t pc, gate, sp;
    uintptr_t arg[5];
};

// The machine.
void port_init(void);            // vectors, priorities, protection; at boot
const char *port_refusal(void);  // why it cannot run here, or NULL; at boot
_Noreturn void port_start(void); // run `running`, for the first time
_Noreturn void port_reset(void);
_Noreturn void port_halt(uint32_t result, const char *why); // or NULL; from
                                                            // any state

// Registers. `frame_valid`: the thread's stack pointer, where the processor has
// put the frame of the trap, lies in [low, high) with all of the frame. The
// others may be used only after it has said so, or after a push.
void port_context_init(struct port_context *c, const struct port_entry *e);
bool port_frame_valid(const struct port_context *c, uintptr_t low,
                      uintptr_t high);
uint32_t port_word(const struct port_context *c); // the system call word
uint32_t port_argument(const struct port_context *c, unsigned n); // 0..3
uint32_t port_lent(const struct port_context *c);
void port_reply(struct port_context *c, uint32_t low, uint32_t high,
                int32_t status);

// Calls between processes. What the caller needs back lies at its stack
// pointer and above `port_call_floor`, where the cut is made.
// push: keep the caller's registers above the cut; make c start at e.
// pop: c is as before the push, whatever was done to it; then port_reply().
// pc: where the caller goes on, as it says, for the fault record.
uintptr_t port_sp(const struct port_context *c);
uintptr_t port_call_floor(uintptr_t sp);
void port_call_push(struct port_context *c, const struct port_entry *e);
void port_call_pop(struct port_context *c, uintptr_t sp);
uintptr_t port_call_pc(uintptr_t sp);

// Memory protection. From now on user code may touch `map`, the stack below
// `top`, and (unless NULL) what the caller and the origin lend.
void port_map(const struct port_region map[PORT_MAP],
              const struct port_stack *stack, uintptr_t top,
              const struct port_region *caller,
              const struct port_region *origin);

// The clock counts ticks. `elapsed` since the last restart; restart returns the
// same and begins again; kernel_alarm() comes after `ticks`, or a little later.
#define PORT_TICKS_MIN 64u
#define PORT_TICKS_MAX 0x7fffffu
uint32_t port_clock_elapsed(void);
uint32_t port_clock_restart(uint32_t ticks);

// Interrupt lines that belong to drivers.
void port_irq_mask(unsigned line); // and forget that it is pending
void port_irq_unmask(unsigned line);

// The registers of a thread whose frame is valid, for the fault record.
void port_fault_registers(struct cmrx_fault *fault,
                          const struct port_context *c);

// What the port calls, context saved. The thread to resume is `running`.
void kernel_boot(void);
void kernel_syscall(void);
void kernel_alarm(void);
void kernel_irq(unsigned line);
void kernel_fault(struct cmrx_fault *fault); // kind, address, cause, flags

#endif
