// instants_cmsdk.c - an interrupt at every instruction of a use of the registers,
// by a timer whose thread is in a process of its own: rival.c.

#include "registers.h"
#include "relay.h"

struct cmsdk_timer {
    uint32_t control, value, reload, interrupt;
};

CMRX_DEVICE(struct cmsdk_timer, timer);
CMRX_EVENT(ticked);
CMRX_INTERRUPT(tick, ticked, 1u);
CMRX_POSTS(nudge);

#define TAG      (TAG_TESTER << 16)
#define INSTANTS 700u // ticks; 1.6 are an instruction

bool preempted_everywhere(void);

static uint32_t seen[FLOAT_WORDS];
static volatile uint32_t fired;

CMRX_THREAD(intruder, .stack = 512, .priority = 21)
{
    uint32_t n = 0;

    registers_fill(TAG | 0xffff);
    for (;;) {
        cmrx_interrupt_done(CMRX_INTERRUPT_ID(tick));
        cmrx_event_take(&ticked, 1, CMRX_FOREVER);
        timer.control = 0;
        timer.interrupt = 1;
        registers_fill(TAG | 0x8000 | (++n & 0x7fff));
        cmrx_post(nudge, 1);
        fired++;
    }
}

// Half of them with a system call in it, half in user code alone.
bool preempted_everywhere(void)
{
    uint32_t before = fired;
    bool right = true;

    for (uint32_t ticks = 16; ticks < INSTANTS; ticks++) {
        timer.control = 0;
        timer.value = timer.reload = ticks;
        timer.control = 9;
        registers_across(TAG | (ticks & 0x7fff), ticks & 1 ? 100 : 0, seen);
        right = right && registers_are(seen, TAG | (ticks & 0x7fff));
        timer.control = 0;
    }
    return right && fired - before > INSTANTS / 2;
}
