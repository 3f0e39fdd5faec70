// test_format.c - text from values.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <cmrx/format.h>

#include <string.h>

#define CHECK(expected, ...)                                                   \
    do {                                                                       \
        char room[64];                                                         \
        uint32_t used = cmrx_format(room, sizeof(room), __VA_ARGS__);          \
        assert_string_equal(room, expected);                                   \
        assert_int_equal(used, strlen(expected));                              \
    } while (0)

static void numbers_come_out_as_written(void **state)
{
    (void)state;
    CHECK("0", "%u", 0u);
    CHECK("4294967295", "%u", UINT32_MAX);
    CHECK("-2147483648", "%d", INT32_MIN);
    CHECK("2147483647", "%d", INT32_MAX);
    CHECK("deadbeef", "%x", 0xdeadbeefu);
    CHECK("18446744073709551615", "%U", UINT64_MAX);
    CHECK("4294967296", "%U", (uint64_t)1 << 32);
    CHECK("0", "%U", (uint64_t)0);
}

static void fields_are_padded(void **state)
{
    (void)state;
    CHECK("|   7|7   |0007|", "|%4u|%-4u|%04u|", 7u, 7u, 7u);
    CHECK("|  -7|-7  |-007|", "|%4d|%-4d|%04d|", -7, -7, -7);
    CHECK("|  ab|ab  |abcde|", "|%4s|%-4s|%4s|", "ab", "ab", "abcde");
    CHECK("|  ab|", "|%04s|", "ab");
    CHECK("0x0000beef", "0x%08x", 0xbeefu);
}

static void times_are_seconds_with_milliseconds(void **state)
{
    (void)state;
    CHECK("0.000", "%T", (uint64_t)0);
    CHECK("0.000", "%T", (uint64_t)999);
    CHECK("0.001", "%T", (uint64_t)1000);
    CHECK("1.234", "%T", (uint64_t)1234567);
    CHECK("12.345", "%T", (uint64_t)12345678);
    CHECK("18446744073709.551", "%T", UINT64_MAX);
    CHECK("|   1.000|", "|%8T|", (uint64_t)1000000);
}

static void what_is_not_a_directive_comes_out_as_it_stands(void **state)
{
    (void)state;
    CHECK("100%", "100%%");
    CHECK("%q x", "%q %s", "x");
    CHECK("%", "%");
    CHECK("%-5", "%-5");
    CHECK("(null)", "%s", (const char *)NULL);
    CHECK("a", "%c", 'a');
}

// Each size on the heap, so that one byte too many is seen.
static void no_size_is_written_past(void **state)
{
    (void)state;
    for (uint32_t size = 0; size < 24; size++) {
        char *room = malloc(size + (size == 0));
        uint32_t used =
            cmrx_format(room, size, "%s %08x %T", "text", 1u, (uint64_t)1);

        assert_true(size == 0 ? used == 0 : used == strlen(room));
        assert_true(used == 0 || used <= size - 1);
        free(room);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_come_out_as_written),
        cmocka_unit_test(fields_are_padded),
        cmocka_unit_test(times_are_seconds_with_milliseconds),
        cmocka_unit_test(what_is_not_a_directive_comes_out_as_it_stands),
        cmocka_unit_test(no_size_is_written_past),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
