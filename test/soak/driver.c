// driver.c - a sender at the pace of an interrupt, of which none is lost: each is
// asked for, and has to come.

#include "device.h"
#include "sender.h"

CMRX_EVENT(ticked);
CMRX_INTERRUPT(tick, ticked, 1u);
CMRX_USE(struct ledger, ledger);

#define PATIENCE_US 50000u

static struct sender sender = { .is_alone = true };
static volatile uint32_t never;

static void tick_await(void)
{
    uint32_t random = 0;

    cmrx_call(&random, ledger, chance);
    device_clear();
    cmrx_event_take(&ticked, 1, 0);
    device_tick_in(200 + random % 4096);
    cmrx_interrupt_done(CMRX_INTERRUPT_ID(tick));
    // One that was served already may come; the device knows.
    do {
        if (cmrx_event_take(&ticked, 1, in(PATIENCE_US)) == 0) {
            cmrx_call(NULL, ledger, complain, INTERRUPT_LOST);
            return;
        }
        if (!device_has_ticked())
            cmrx_interrupt_done(CMRX_INTERRUPT_ID(tick));
    } while (!device_has_ticked());
    device_clear();
    cmrx_call(NULL, ledger, note, INTERRUPTS);
}

CMRX_THREAD(main, .stack = CMRX_AUTO, .priority = 20)
{
    sender_begin(&sender, 0, 20);
    do
        tick_await();
    while (sender_step(&sender));
    cmrx_wait(&never, 0, CMRX_FOREVER);
}
