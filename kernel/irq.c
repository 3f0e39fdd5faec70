// irq.c - interrupts, which are events that the hardware posts.
//
// A line is masked when it has come, until its driver says that the device was
// served. A line that no process owns is masked for good.

#include "internal.h"

port_resume kernel_irq(unsigned line)
{
    uint8_t owner = line < interrupt_lines ? interrupt_owner[line] : NONE;

    port_irq_mask(line);
    if (owner != NONE)
        event_post(&interrupts[owner].event, interrupts[owner].bits);
    return sched_leave();
}

void irq_silence(const struct process *p)
{
    for (unsigned i = 0; i < p->image->interrupt_count; i++)
        port_irq_mask(p->image->interrupts[i].line);
}
