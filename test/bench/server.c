// server.c - the process next to the meter: a server, a driver, the supervisor.

#include "apart.h"
#include "timer.h"

CMRX_EVENT(fault);
CMRX_EVENT(ignored);
CMRX_INTERRUPT(tick, fault, TICKED);

// Goes round: the call is there, and looks at what it was given.
static uint32_t words_0(CMRX_SELF)
{
    return 7;
}

static uint32_t words_1(CMRX_SELF, uint32_t a)
{
    return a + 7;
}

static uint32_t words_2(CMRX_SELF, uint32_t a, uint32_t b)
{
    return a + b + 7;
}

static uint32_t words_3(CMRX_SELF, uint32_t a, uint32_t b, uint32_t c)
{
    return a + b + c + 7;
}

static uint32_t words_4(CMRX_SELF, uint32_t a, uint32_t b, uint32_t c,
                        uint32_t d)
{
    return a + b + c + d + 7;
}

static void touch(CMRX_SELF, uint8_t *buffer, uint32_t size)
{
    buffer[0] = 1;
    buffer[size - 1] = 2;
}

static void set_timer(CMRX_SELF, uint32_t ticks)
{
    timer_start(ticks);
}

// About 400 us. An end mark that no begin came before is not counted.
static void hold(CMRX_SELF)
{
    for (uint32_t i = 0; i < 2000; i++)
        MARK_END();
    MARK_BEGIN();
}

static uint32_t enter(CMRX_SELF)
{
    MARK_END();
    return 7;
}

static uint32_t ask(CMRX_SELF, const void *at)
{
    MARK_BEGIN();
    bool may = cmrx_caller_may_read(at, 16);
    MARK_END();
    return may;
}

// It takes nothing but what is there: the caller has seen to that.
static void wake_here(CMRX_SELF)
{
    fault |= NOTICE;
    MARK_BEGIN();
    cmrx_wake(&fault, 1);
}

static void stay(CMRX_SELF, uint32_t which)
{
    apart_stay(&fault, which);
}

CMRX_PROVIDE(struct server, server, .words_0 = words_0, .words_1 = words_1,
             .words_2 = words_2, .words_3 = words_3, .words_4 = words_4,
             .touch = touch, .tick = set_timer, .hold = hold, .enter = enter);
CMRX_PROVIDE_REENTRANT(struct any, any, .words_4 = words_4, .ask = ask,
                       .wake = wake_here);
CMRX_PROVIDE_REENTRANT(struct apart, apart_server, .stay = stay,
                       .there = apart_there, .leave = apart_leave);

static void yield_turn(void)
{
    cmrx_thread_priority(10); // behind the meter, which is ready
    MARK_END();
    cmrx_thread_priority(20);
}

static void serve_timer(void)
{
    timer_stop();
    cmrx_interrupt_done(CMRX_INTERRUPT_ID(tick));
    MARK_BEGIN(); // it may have come once more at once: forget that
}

CMRX_THREAD(partner, .stack = 512, .priority = 20)
{
    cmrx_interrupt_done(CMRX_INTERRUPT_ID(tick));
    for (;;) {
        uint32_t bits = cmrx_event_take(&fault, UINT32_MAX, CMRX_FOREVER);
        MARK_END();
        if (bits & DO_YIELD)
            yield_turn();
        if (bits & TICKED)
            serve_timer();
    }
}
