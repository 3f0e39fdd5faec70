// called.h (armm) - what assembly uses of the kernel's C.
//
// For size the compiler is told that it sees the whole program (-fwhole-program):
// so it can put a function into its only caller, or change how it is called. These
// have to stay as they are.

#ifndef CALLED_H
#define CALLED_H

#include "port.h"

#define CALLED __attribute__((externally_visible))

extern CALLED struct thread *running;
extern CALLED kernel_handler *const kernel_handlers[CMRX_SYS_COUNT];
extern CALLED kernel_answer *const kernel_answers[CMRX_SYS_INTERRUPT_DONE + 1];
CALLED port_resume kernel_syscall(struct thread *t, struct port_frame *f);
CALLED port_resume kernel_alarm(void);
CALLED port_resume kernel_irq(unsigned line);
CALLED void sched_map(const struct thread *t);
CALLED void check_after(uint32_t number);
CALLED _Noreturn void panic(uint32_t code);
CALLED void reset_in_c(void);
CALLED port_resume fault_enter(void);

#endif
