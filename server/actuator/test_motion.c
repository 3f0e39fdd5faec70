// test_motion.c - the state of the actuator, and one step of its control.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "motion.h"

static void it_arrives_and_stays(void **state)
{
    struct motion motion;
    (void)state;

    motion_start(&motion);
    for (unsigned n = 0; n < 21; n++) {
        assert_int_equal(motion.position, n * MOTION_STEP);
        motion_step(&motion, 103);
    }
    assert_int_equal(motion.position, 103);
    motion_step(&motion, 103);
    assert_int_equal(motion.position, 103);
    motion_step(&motion, 0);
    assert_int_equal(motion.position, 103 - MOTION_STEP);
    assert_int_equal(motion.target, 0);
    assert_true(motion_is_sound(&motion));
}

static void each_bit_that_somebody_changes_is_seen(void **state)
{
    struct motion motion;
    (void)state;

    for (unsigned bit = 0; bit < sizeof(motion) * 8; bit++) {
        uint8_t *bytes = (uint8_t *)&motion;

        motion_start(&motion);
        motion_step(&motion, 103);
        bytes[bit / 8] = (uint8_t)(bytes[bit / 8] ^ 1u << bit % 8);
        assert_false(motion_is_sound(&motion));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_arrives_and_stays),
        cmocka_unit_test(each_bit_that_somebody_changes_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
