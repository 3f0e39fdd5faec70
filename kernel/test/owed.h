// owed.h - the alarm that does what is owed to others.

#ifndef OWED_TEST_H
#define OWED_TEST_H

#include "invariants.h"
#include "scene.h"

static inline void alarm_come(void)
{
    assert_true(fake.is_pended);
    REQUIRE(fake_alarm() == FAKE_RESUMED);
    invariants_check();
    kernel_check();
}

static inline void all_alarms_come(void)
{
    while (invariants_owed())
        alarm_come();
}

#endif
