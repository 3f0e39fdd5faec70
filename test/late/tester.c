// tester.c - whose fault it is, and that nothing is lost by it.

#include "late.h"
#include "report.h"

struct cmsdk_timer {
    uint32_t control, value, reload, interrupt;
};

CMRX_DEVICE(struct cmsdk_timer, timer);
CMRX_EVENT(ticked);
CMRX_INTERRUPT(tick, ticked, 1u);
CMRX_USE(struct offender, offender);

static struct cmrx_fault record;
static volatile uint32_t ticks, slept;
static volatile uint32_t asked;

CMRX_THREAD(served, .stack = 512, .priority = 21)
{
    for (;;) {
        cmrx_interrupt_done(CMRX_INTERRUPT_ID(tick));
        cmrx_event_take(&ticked, 1, CMRX_FOREVER);
        timer.control = 0;
        timer.interrupt = 1;
        ticks++;
    }
}

CMRX_THREAD(sleeper, .stack = 512, .priority = 20)
{
    for (;;) {
        while (asked == slept)
            cmrx_wait(&asked, slept, CMRX_FOREVER);
        cmrx_sleep_until(cmrx_time_now() + 1000);
        slept++;
    }
}

static void offender_renew(void)
{
    cmrx_process_restart(OFFENDER);
    cmrx_call(NULL, offender, nothing); // CMRX_STALE, or the first of all
}

// The offender has died of it.
static bool is_its_fault(enum cmrx_status status)
{
    bool is = status == CMRX_DEAD && cmrx_fault_read(&record) == CMRX_OK &&
              record.process == OFFENDER && record.kind == CMRX_FAULT_BUS &&
              record.lost == 0 && record.depth == 1 &&
              cmrx_fault_read(&record) == CMRX_BUSY;

    offender_renew();
    return is;
}

static bool store_before_a_system_call_is_its_fault(void)
{
    return is_its_fault(cmrx_call(NULL, offender, trap));
}

static bool store_before_the_alarm_is_its_fault_and_the_alarm_comes(void)
{
    uint32_t before = slept;

    asked++;
    cmrx_wake(&asked, 1);
    uint64_t begun = cmrx_time_now();
    bool is = is_its_fault(cmrx_call(NULL, offender, spin));
    return is && slept == before + 1 && cmrx_time_now() - begun < 2000;
}

static bool store_before_an_interrupt_is_its_fault_and_that_comes(void)
{
    uint32_t before = ticks;

    timer.value = timer.reload = 25000;
    timer.control = 9;
    bool is = is_its_fault(cmrx_call(NULL, offender, spin));
    return is && ticks > before; // or once more: interrupt.h
}

static bool store_before_a_fault_is_that_fault(void)
{
    bool is = cmrx_call(NULL, offender, fault) == CMRX_DEAD &&
              cmrx_fault_read(&record) == CMRX_OK &&
              record.process == OFFENDER &&
              cmrx_fault_read(&record) == CMRX_BUSY;

    offender_renew();
    return is;
}

static const struct test_case cases[] = {
    { "store_before_a_system_call_is_its_fault",
      store_before_a_system_call_is_its_fault },
    { "store_before_the_alarm_is_its_fault_and_the_alarm_comes",
      store_before_the_alarm_is_its_fault_and_the_alarm_comes },
    { "store_before_an_interrupt_is_its_fault_and_that_comes",
      store_before_an_interrupt_is_its_fault_and_that_comes },
    { "store_before_a_fault_is_that_fault",
      store_before_a_fault_is_that_fault },
};

CMRX_STACK_BOUND(test_run, 512);

CMRX_THREAD(main, .stack = 2048, .priority = 10)
{
    test_run(cases, sizeof cases / sizeof *cases);
}
