// scenarios_time.c - G1, csv-F: interrupts that come when they should not.

#include "controller.h"

static uint32_t posted(void)
{
    uint32_t bits = 0;

    CALL(&bits, attacker, posted);
    return bits;
}

static void enable(void)
{
    int32_t status;

    CALL(&status, attacker, enable);
}

static void raise(uint32_t up)
{
    CALL(NULL, attacker, raise, up);
}

// The driver is new, and has asked for nothing yet.
static void driver_anew(void)
{
    raise(0);
    renew(ATTACKER);
    raise(0);
}

static bool interrupt_before_the_driver_asks_is_kept_back(void)
{
    driver_anew();
    raise(1);
    bool early = posted() != 0;
    enable();
    bool late = posted() == 1;
    raise(0);
    return !early && late;
}

static bool stuck_line_posts_once_for_each_time_it_is_asked_for(void)
{
    bool once = true;

    driver_anew();
    raise(1);
    for (uint32_t i = 0; i < 20; i++) {
        enable();
        once &= posted() == 1;
        once &= posted() == 0;
    }
    raise(0);
    return once;
}

static bool driver_restarted_with_its_line_stuck_is_not_posted_to(void)
{
    driver_anew();
    raise(1);
    enable();
    renew(ATTACKER);
    bool masked = posted() == 0;
    enable();
    bool asked = posted() == 1;
    raise(0);
    return masked && asked;
}

// The last driver had asked, and the line comes up only now.
static bool interrupt_that_the_last_driver_asked_for_is_kept_back(void)
{
    driver_anew();
    enable();
    posted(); // what was pending from before
    enable();
    renew(ATTACKER);
    raise(1);
    bool none = posted() == 0;
    raise(0);
    return none;
}

// It was pending again when the last driver ended; the device is quiet now.
static bool interrupt_of_the_last_life_is_forgotten(void)
{
    driver_anew();
    enable();
    raise(1);
    bool came = posted() == 1;
    raise(0);
    renew(ATTACKER);
    enable();
    return came && posted() == 0;
}

static bool interrupt_served_twice_comes_once(void)
{
    driver_anew();
    enable();
    enable();
    raise(1);
    bool one = posted() == 1 && posted() == 0;
    raise(0);
    return one;
}

#define FACT(id, name)                                                         \
    {                                                                          \
        id, #name, name                                                        \
    }

static const struct scenario table[] = {
    FACT("G1", interrupt_before_the_driver_asks_is_kept_back),
    FACT("csv-F9", stuck_line_posts_once_for_each_time_it_is_asked_for),
    FACT("csv-F11", driver_restarted_with_its_line_stuck_is_not_posted_to),
    FACT("csv-F11", interrupt_that_the_last_driver_asked_for_is_kept_back),
    FACT("csv-F11", interrupt_of_the_last_life_is_forgotten),
    FACT("B9", interrupt_served_twice_comes_once),
};

SCENARIOS(scenarios_time);
