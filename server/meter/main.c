// main.c - the process `meter`: looks, at instants that nobody chooses, at who would
// run now, and counts. See README.md and doc/design/0026-processor-time.md.

#include "meter.h"
#include "tally.h"

#include <cmrx/cmrx.h>

#define METER_PRIORITY CMRX_PRIORITY_MAX

CMRX_NEEDS_RIGHT(inspect);

static struct tally ever, spans[2];
static const struct tally *volatile recent = &spans[1];
static struct tally *filling = &spans[0];
static uint64_t own_us;

// Of a system call: the library's cmrx_thread_status() looks at the stack, too.
static bool look_at(uint32_t thread, struct tally_look *look)
{
    struct cmrx_reply reply =
        cmrx_trap(CMRX_SYS_THREAD_STATUS, thread, 0, 0, 0);

    look->is_ready = (reply.low & 0xff) == CMRX_THREAD_READY;
    look->priority = (uint8_t)(reply.low >> 8);
    look->process = (uint8_t)(reply.low >> 16);
    return reply.status == CMRX_OK;
}

static void span_end(void)
{
    struct tally *full = filling;

    filling = full == &spans[0] ? &spans[1] : &spans[0];
    recent = full;
    *filling = (struct tally){ 0 };
}

static void sample(void)
{
    static struct tally_look looks[TALLY_THREADS];
    uint32_t count = 0;

    while (count < TALLY_THREADS && look_at(count, &looks[count]))
        count++;
    tally_add(&ever, looks, count, METER_PRIORITY);
    tally_add(filling, looks, count, METER_PRIORITY);
    if (filling->samples == METER_SPAN)
        span_end();
}

CMRX_THREAD(look, .stack = CMRX_AUTO, .priority = METER_PRIORITY)
{
    uint32_t state = (uint32_t)cmrx_time_now();
    uint64_t next = cmrx_time_now();

    for (;;) {
        next += tally_pause(&state, METER_PAUSE_US);
        cmrx_sleep_until(next);
        uint64_t begin = cmrx_time_now();
        sample();
        own_us += cmrx_time_now() - begin;
    }
}

static uint32_t units(const struct tally *tally, uint32_t what, uint32_t number)
{
    if (what == METER_THREAD)
        return number < TALLY_THREADS ? tally->threads[number] : 0;
    return number < TALLY_PROCESSES ? tally->processes[number] : 0;
}

// A sample may come in the midst of it; then the share is wrong by that one.
static uint64_t share(CMRX_SELF, uint32_t what, uint32_t number, uint32_t span)
{
    const struct tally *tally = span == METER_RECENT ? recent : &ever;
    uint32_t samples = tally->samples;

    return (uint64_t)samples << 32 |
           tally_share(units(tally, what, number), samples);
}

static uint32_t own(CMRX_SELF)
{
    return (uint32_t)(own_us * 10000 / cmrx_time_now());
}

CMRX_PROVIDE_REENTRANT(struct meter, meter, .share = share, .own = own);
