// app.c - the application: every 10 ms it asks the driver, and shows a character.
//
//     .  the driver has answered
//     r  it was restarted since (the kernel says so once)
//     x  it is down
//
// After two seconds it ends the system, with 0 when no beat was late although the
// driver has died again and again.

#include "devices.h"
#include "sampler.h"

#define PERIOD_US 10000u
#define LATE_US   200u
#define BEATS     200u
#define RESTARTS  3u // at least so many are expected

CMRX_DEVICE(struct console, console);
CMRX_USE(struct sampler, sampler);

static uint32_t late, restarts, answers;

static void show(char c)
{
    console_put(&console, (uint8_t)c);
}

static char ask(void)
{
    uint32_t samples;

    switch (cmrx_call(&samples, sampler, samples)) {
    case CMRX_OK:
        answers++;
        return '.';
    case CMRX_STALE:
        restarts++;
        return 'r';
    default:
        return 'x';
    }
}

CMRX_THREAD(main, .stack = CMRX_AUTO, .priority = 2)
{
    uint64_t beat = cmrx_time_now();

    console_open(&console);
    for (uint32_t n = 0; n < BEATS; n++) {
        beat += PERIOD_US;
        cmrx_sleep_until(beat);
        late += cmrx_time_now() - beat > LATE_US;
        show(ask());
    }
    show('\n');
    bool is_right = late == 0 && restarts >= RESTARTS && answers > BEATS / 2;
    cmrx_system_halt(is_right ? 0 : 1);
}
