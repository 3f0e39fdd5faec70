// test_first.c - what a new board shows first: it refuses, and says why.
// links: port/template/hardware.c port/template/test/tables.c

#include "hardware.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static jmp_buf out;
static uint32_t result;
static const char *said;

_Noreturn void board_halt(uint32_t code, const char *why)
{
    result = code;
    said = why;
    longjmp(out, 1);
}

_Noreturn void board_reset(void)
{
    longjmp(out, 2);
}

static void without_protection_it_refuses_and_says_why(void **state)
{
    (void)state;
    if (setjmp(out) == 0)
        kernel_boot();
    assert_int_equal(result, 98);
    assert_non_null(strstr(said, "no memory protection"));
}

static void time_passes(void **state)
{
    (void)state;
    uint32_t before = port_clock_restart(PORT_TICKS_MAX);
    assert_true(port_clock_elapsed() > 0 || before > 0);
}

static void a_way_to_a_thread_is_asked_for(void **state)
{
    struct port_context context;

    (void)state;
    if (setjmp(out) == 0)
        entry_resume(&context);
    assert_int_equal(result, 97);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_protection_it_refuses_and_says_why),
        cmocka_unit_test(time_passes),
        cmocka_unit_test(a_way_to_a_thread_is_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
