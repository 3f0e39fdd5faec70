// interrupt.c - interrupts, which are events that the hardware posts.

#include <cmrx/interrupt.h>
#include <cmrx/trap.h>

enum cmrx_status cmrx_interrupt_done(uint32_t id)
{
    return (enum cmrx_status)cmrx_trap(CMRX_SYS_INTERRUPT_DONE, id, 0, 0, 0)
        .status;
}
