// instants_none.c - where there is no timer for it: the alarm of the kernel comes in
// the midst of a use of the registers, at another instant each time.

#include "registers.h"
#include "relay.h"

#define TAG    (TAG_TESTER << 16)
#define ALARMS 200u

bool preempted_everywhere(void);

CMRX_POSTS(nudge);

static uint32_t seen[FLOAT_WORDS];
static volatile uint32_t fired;

CMRX_THREAD(intruder, .stack = 512, .priority = 21)
{
    uint32_t n = 0;

    for (;;) {
        cmrx_sleep_until(cmrx_time_now() + 137);
        registers_fill(TAG | 0x8000 | (++n & 0x7fff));
        cmrx_post(nudge, 1);
        fired++;
    }
}

bool preempted_everywhere(void)
{
    uint32_t before = fired;
    bool right = true;

    for (uint32_t n = 0; fired - before < ALARMS; n++) {
        registers_across(TAG | (n & 0x7fff), n & 1 ? 100 + n % 64 : 0, seen);
        right = right && registers_are(seen, TAG | (n & 0x7fff));
    }
    return right;
}
