// irq.c - interrupts, which are events that the hardware posts.
//
// A line is masked when it has come, until its driver says that the device was
// served. A line that no process owns is masked for good.

#include "internal.h"

// One thread at a time, as wait.c has it: while others wait for the event the
// interrupt comes again. No program runs in between, so all are woken.
static void post(const struct interrupt *interrupt)
{
    if (event_post(&interrupt->event, interrupt->bits, WAKE_ANY) == WAKE_MORE)
        port_irq_again(interrupt->line);
}

port_resume kernel_irq(unsigned line)
{
    uint8_t owner = line < interrupt_lines ? interrupt_owner[line] : NONE;

    port_irq_mask(line);
    if (owner != NONE)
        post(&interrupts[owner]);
    return sched_leave();
}

void irq_silence(const struct process *p)
{
    for (unsigned i = 0; i < p->image->interrupt_count; i++)
        port_irq_mask(p->image->interrupts[i].line);
}
