// test_map.c - the rules of the isolation oracle, without QEMU.

#include "map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const char text[] =
    "# two processes\n"
    "kernel 20000000 20000100 40 20000200 20 8 c 10 0 10\n"
    "stack 20000600 200008f0 20\n"
    "entry 400 680\n"
    "process a\n"
    "process b\n"
    "thread main 0 20001000 20001100 20000300\n"
    "range -1 1000 2000 ro\n"
    "range 0 20002000 20002020 shared\n"
    "range 0 20002020 20002040 rw\n"
    "range 1 20003000 20003040 rw\n";

static struct map map;

static int read_text(const char *from, size_t length)
{
    FILE *file = fmemopen((void *)(uintptr_t)from, length, "r");
    int line = map_read(&map, file);
    fclose(file);
    return line;
}

static int setup(void **state)
{
    (void)state;
    return read_text(text, sizeof(text) - 1);
}

// Main, in its home, and inside b with its stack cut at 0x20001080.
static const struct map_context home = { 0, 0, MAP_NONE, MAP_NONE, 0x20001100 };
static const struct map_context visit = { 0, 1, 0, 0, 0x20001080 };

static void own_memory_and_stack_may_be_stored_to(void **state)
{
    (void)state;
    assert_true(map_allows(&map, &home, 0x20002000, 4, true));
    assert_true(map_allows(&map, &home, 0x2000203c, 4, true));
    assert_true(map_allows(&map, &home, 0x200010fc, 4, true));
    assert_false(map_allows(&map, &home, 0x20003000, 4, true));
    assert_false(map_allows(&map, &home, 0x20001100, 1, true));
}

static void a_visitor_sees_shared_of_its_caller_only(void **state)
{
    (void)state;
    assert_true(map_allows(&map, &visit, 0x20003000, 4, true));
    assert_true(map_allows(&map, &visit, 0x2000201c, 4, true));
    assert_false(map_allows(&map, &visit, 0x20002020, 4, true));
    assert_false(map_allows(&map, &visit, 0x20001080, 4, true));
}

static void an_access_must_lie_in_one_piece(void **state)
{
    (void)state;
    assert_false(map_allows(&map, &home, 0x2000203e, 4, true));
    assert_false(map_allows(&map, &home, 0x20001ffe, 4, true));
    assert_false(map_allows(&map, &home, 0xfffffffe, 4, true));
}

static void constants_may_be_loaded_and_not_stored(void **state)
{
    (void)state;
    assert_true(map_allows(&map, &home, 0x1000, 4, false));
    assert_false(map_allows(&map, &home, 0x1000, 4, true));
}

static void nobody_may_do_nothing(void **state)
{
    struct map_context nobody = { MAP_NONE, MAP_NONE, MAP_NONE, MAP_NONE, 0 };
    (void)state;
    assert_false(map_allows(&map, &nobody, 0x20002000, 4, true));
}

static void a_line_that_makes_no_sense_is_named(void **state)
{
    (void)state;
    const char *bad[] = {
        "nonsense\n", "range 0 0 10 rw\n", "process a\nthread t 1 0 4 0\n",
        "",           "stack 20 10 0\n",   "entry 20 10\n"
    };
    const int line[] = { 1, 1, 2, 1, 1, 1 };
    for (unsigned i = 0; i < sizeof(line) / sizeof(line[0]); i++) {
        char copy[64];
        snprintf(copy, sizeof(copy), "%s\n", bad[i]);
        assert_int_equal(read_text(copy, strlen(copy)), line[i]);
    }
    assert_int_equal(read_text(text, sizeof(text) - 1), 0);
}

static void the_kernel_s_stack_is_told(void **state)
{
    (void)state;
    assert_int_equal(map.kernel.stack_low, 0x20000600);
    assert_int_equal(map.kernel.stack_high, 0x200008f0);
    assert_int_equal(map.kernel.saved_sp, 0x20);
}

static void the_kernel_s_short_ways_are_told(void **state)
{
    (void)state;
    assert_int_equal(map.kernel.short_low, 0x400);
    assert_int_equal(map.kernel.short_high, 0x680);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_memory_and_stack_may_be_stored_to),
        cmocka_unit_test(a_visitor_sees_shared_of_its_caller_only),
        cmocka_unit_test(an_access_must_lie_in_one_piece),
        cmocka_unit_test(constants_may_be_loaded_and_not_stored),
        cmocka_unit_test(nobody_may_do_nothing),
        cmocka_unit_test(the_kernel_s_stack_is_told),
        cmocka_unit_test(the_kernel_s_short_ways_are_told),
        cmocka_unit_test(a_line_that_makes_no_sense_is_named),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
