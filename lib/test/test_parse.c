// test_parse.c - values from text.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <cmrx/format.h>

static void numbers_are_read(void **state)
{
    static const struct {
        const char *text;
        uint32_t value;
    } rows[] = {
        { "0", 0 },
        { "007", 7 },
        { "4294967295", UINT32_MAX },
        { "0x0", 0 },
        { "0xffffffff", UINT32_MAX },
        { "0Xbeef", 0xbeef },
    };
    (void)state;
    for (size_t n = 0; n < sizeof(rows) / sizeof(rows[0]); n++) {
        uint32_t value = 1;
        assert_true(cmrx_parse_u32(rows[n].text, &value));
        assert_int_equal(value, rows[n].value);
    }
}

static void what_is_no_number_is_refused(void **state)
{
    static const char *const rows[] = {
        "",    "x",          "1x",          " 1",          "1 ",  "0x",
        "0xg", "4294967296", "42949672950", "99999999999", "--1", "0x100000000",
        "-",   "1.5",        "/",           ":",
    };
    (void)state;
    for (size_t n = 0; n < sizeof(rows) / sizeof(rows[0]); n++) {
        uint32_t value = 77;
        int32_t other = 77;
        assert_false(cmrx_parse_u32(rows[n], &value));
        assert_false(cmrx_parse_i32(rows[n], &other));
        assert_int_equal(value, 77);
        assert_int_equal(other, 77);
    }
}

static void signed_numbers_have_their_range(void **state)
{
    int32_t value = 0;
    (void)state;
    assert_true(cmrx_parse_i32("-2147483648", &value));
    assert_int_equal(value, INT32_MIN);
    assert_true(cmrx_parse_i32("+2147483647", &value));
    assert_int_equal(value, INT32_MAX);
    assert_true(cmrx_parse_i32("-0", &value));
    assert_int_equal(value, 0);
    assert_true(cmrx_parse_i32("-0x10", &value));
    assert_int_equal(value, -16);
    assert_false(cmrx_parse_i32("2147483648", &value));
    assert_false(cmrx_parse_i32("-2147483649", &value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read),
        cmocka_unit_test(what_is_no_number_is_refused),
        cmocka_unit_test(signed_numbers_have_their_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
