// sample.c - a process that does a bit of everything, for the tests of port/host.

#include "sample.h"

#include <cmrx/cmrx.h>

struct registers {
    uint32_t data, enable;
};

CMRX_DEVICE(struct registers, port);
CMRX_EVENT(attention);
CMRX_INTERRUPT(receive, attention, 2);
CMRX_INTERRUPT(overrun, attention, 1); // let come once
CMRX_POSTS(news);
CMRX_USE(struct helper, helper);

static uint32_t taken;
static volatile uint32_t gate;
static uint32_t others;

CMRX_THREAD(worker, .stack = 256, .priority = 3, .dormant = 1)
{
    others += (uint32_t)argument;
    cmrx_thread_exit(others);
}

CMRX_THREAD(serve, .stack = 256, .priority = 9)
{
    port.enable = 1;
    cmrx_interrupt_done(CMRX_INTERRUPT_ID(receive));
    cmrx_interrupt_done(CMRX_INTERRUPT_ID(overrun));
    for (;;) {
        uint32_t bits = cmrx_event_take(&attention, 3, CMRX_FOREVER);

        taken = port.data;
        if ((bits & 2) != 0)
            cmrx_interrupt_done(CMRX_INTERRUPT_ID(receive));
        cmrx_post(news, bits);
    }
}

static uint32_t sample_taken(CMRX_SELF)
{
    return taken;
}

static int32_t sample_ask(CMRX_SELF, uint32_t a, uint32_t b)
{
    int32_t answer = 0;
    enum cmrx_status status = cmrx_call(&answer, helper, add, a, b);

    return status == CMRX_OK ? answer : (int32_t)status;
}

static int32_t sample_ask_twice(CMRX_SELF, uint32_t a)
{
    int32_t answer = 0;

    cmrx_call(&answer, helper, twice, a);
    return answer;
}

static void sample_poke(CMRX_SELF)
{
    gate = 1;
    cmrx_wake(&gate, CMRX_WAKE_ALL);
}

static int32_t sample_pass(CMRX_SELF, uint32_t timeout_us)
{
    enum cmrx_status status = cmrx_wait(&gate, 0, cmrx_time_now() + timeout_us);

    // Cancelled once, cancelled for good: it must not stay.
    if (status == CMRX_CANCELLED && cmrx_wait(&gate, 0, CMRX_FOREVER) == status)
        cmrx_post(news, cmrx_caller_has_ended() ? 24 : 8);
    return (int32_t)status;
}

static uint32_t sample_work(CMRX_SELF, uint32_t amount)
{
    uint32_t sum = 0;

    cmrx_thread_start(CMRX_THREAD_ID(worker), amount);
    cmrx_thread_join(CMRX_THREAD_ID(worker), &sum, CMRX_FOREVER);
    return sum;
}

static int32_t sample_who(CMRX_SELF)
{
    return cmrx_caller();
}

static const uint32_t number = 77;

static uint32_t sample_object(const void *self)
{
    return *(const uint32_t *)self;
}

CMRX_PROVIDE_AS(struct sample, sample, &number, .taken = sample_taken,
                .ask = sample_ask, .ask_twice = sample_ask_twice,
                .poke = sample_poke, .pass = sample_pass, .work = sample_work,
                .who = sample_who, .object = sample_object);
