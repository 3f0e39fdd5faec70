// test_elapsed.c - the time that SysTick's counter tells (port/armm).

#include "group.h"
#include "../../port/armm/elapsed.h"

// What the hardware does, tick by tick.
static uint32_t counter_after(uint32_t period, uint32_t ticks)
{
    uint32_t counter = period;

    for (uint32_t i = 0; i < ticks; i++)
        counter = counter == 0 ? CLOCK_MOST : counter - 1;
    return counter;
}

static void every_tick_before_and_after_the_alarm_is_told(void **state)
{
    const uint32_t periods[] = { 64, 65, 1000, 4095 };

    (void)state;
    for (unsigned i = 0; i < 4; i++)
        for (uint32_t ticks = 0; ticks < 5000; ticks++)
            assert_int_equal(
                clock_elapsed(periods[i], counter_after(periods[i], ticks)),
                ticks);
}

// As late as it may be, with the shortest and the longest period.
static void late_service_is_told_up_to_the_whole_range(void **state)
{
    (void)state;
    assert_int_equal(clock_elapsed(64, 65), CLOCK_MOST);
    assert_int_equal(clock_elapsed(64, 0x7fffff), 0x800041);
    assert_int_equal(clock_elapsed(0x7fffff, 0x800000), CLOCK_MOST);
    assert_int_equal(clock_elapsed(0x7fffff, CLOCK_MOST), 0x800000);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_tick_before_and_after_the_alarm_is_told),
    cmocka_unit_test(late_service_is_told_up_to_the_whole_range),
};

GROUP_MAIN(tests)
