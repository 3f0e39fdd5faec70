// test_process.c - the store, as its clients see it.

#include "../slots.h"
#include "../store.h"

#include <cmrx/test.h>

CMRX_USE(struct store, store);

// As in retained.c.
CMRX_DEVICE(
    struct retained { uint32_t word[STORE_SLOTS * STORE_SLOT_WORDS]; },
    retained);

static CMRX_SHARED char value[STORE_VALUE + 1], to[STORE_VALUE + 1];
static CMRX_SHARED char name[STORE_NAME + 1];

static int32_t put(const char *named, uint32_t length, const void *from,
                   uint32_t size)
{
    int32_t result = 1;

    cmrx_check_equal(cmrx_call(&result, store, put, named, length, from, size),
                     CMRX_OK);
    return result;
}

static int32_t get(const char *named, uint32_t length, void *at, uint32_t size)
{
    int32_t result = 0;

    cmrx_check_equal(cmrx_call(&result, store, get, named, length, at, size),
                     CMRX_OK);
    return result;
}

static int32_t drop(const char *named, uint32_t length)
{
    int32_t result = 1;

    cmrx_check_equal(cmrx_call(&result, store, remove, named, length), CMRX_OK);
    return result;
}

CMRX_TEST(a_value_is_got_as_it_was_put)
{
    cmrx_test_start();
    memcpy(value, "0123456789abcdef0123456789ABCDEF", STORE_VALUE);
    cmrx_check_equal(get(STORE_NAMED("speed"), to, STORE_VALUE), STORE_NOTHING);
    cmrx_check_equal(put(STORE_NAMED("speed"), value, STORE_VALUE), 0);
    cmrx_check_equal(put(STORE_NAMED("twelve chars"), value + 1, 1), 0);
    cmrx_check_equal(get(STORE_NAMED("speed"), to, STORE_VALUE), STORE_VALUE);
    cmrx_check(memcmp(value, to, STORE_VALUE) == 0);
    cmrx_check_equal(get(STORE_NAMED("twelve chars"), to, 1), 1);
    cmrx_check_equal(to[0], '1');
    cmrx_check_equal(drop(STORE_NAMED("speed")), 0);
    cmrx_check_equal(drop(STORE_NAMED("speed")), STORE_NOTHING);
}

CMRX_TEST(what_is_no_name_is_refused)
{
    cmrx_test_start();
    cmrx_check_equal(put("", 0, value, 1), STORE_INVALID);
    cmrx_check_equal(put("thirteen char", 13, value, 1), STORE_INVALID);
    cmrx_check_equal(put("a", UINT32_MAX, value, 1), STORE_INVALID);
    cmrx_check_equal(put("a\0b", 3, value, 1), STORE_INVALID);
    cmrx_check_equal(get("a", 2, to, 1), STORE_INVALID);
    cmrx_check_equal(drop("a", 2), STORE_INVALID);
    cmrx_check_equal(put(NULL, 3, value, 1), STORE_DENIED);
    cmrx_check_equal(get(NULL, 3, to, 1), STORE_DENIED);
    cmrx_check_equal(drop(NULL, 3), STORE_DENIED);
}

CMRX_TEST(what_is_no_value_is_refused)
{
    static char mine[STORE_VALUE];

    cmrx_test_start();
    cmrx_check_equal(put("a", 1, value, 0), STORE_INVALID);
    cmrx_check_equal(put("a", 1, value, STORE_VALUE + 1), STORE_INVALID);
    cmrx_check_equal(put("a", 1, value, UINT32_MAX), STORE_INVALID);
    cmrx_check_equal(put("a", 1, mine, 4), STORE_DENIED);
    cmrx_check_equal(put("a", 1, NULL, 4), STORE_DENIED);
    cmrx_check_equal(get("a", 1, to, 1), STORE_NOTHING);
    cmrx_check_equal(put("a", 1, value, 4), 0);
    cmrx_check_equal(get("a", 1, to, 0), STORE_INVALID);
    cmrx_check_equal(get("a", 1, to, 3), STORE_SMALL);
    cmrx_check_equal(get("a", 1, mine, 4), STORE_DENIED);
    cmrx_check_equal(get("a", 1, to, UINT32_MAX), STORE_DENIED);
}

// What the test may touch ends here; a name is its own copy from then on.
CMRX_TEST(a_name_is_compared_as_a_whole)
{
    cmrx_test_start();
    memcpy(name, "abcdefghijkl", STORE_NAME);
    for (uint32_t n = 1; n <= STORE_NAME; n++) {
        value[0] = (char)n;
        cmrx_check_equal(put(name, n, value, 1), 0);
    }
    for (uint32_t n = 1; n <= STORE_NAME; n++) {
        cmrx_check_equal(get(name, n, to, 1), 1);
        cmrx_check_equal(to[0], n);
    }
}

CMRX_TEST(a_store_with_values_in_it_is_full)
{
    cmrx_test_start();
    for (uint32_t n = 0; n < STORE_VALUES; n++) {
        name[0] = (char)('a' + n);
        cmrx_check_equal(put(name, 1, value, 1), 0);
    }
    cmrx_check_equal(put("z", 1, value, 1), STORE_FULL);
    cmrx_check_equal(put("a", 1, value, 2), 0);
    cmrx_check_equal(drop("b", 1), 0);
    cmrx_check_equal(put("z", 1, value, 1), 0);
}

CMRX_TEST(what_was_damaged_is_not_there)
{
    cmrx_test_start();
    cmrx_check_equal(put("a", 1, value, 4), 0);
    for (uint32_t n = 0; n < STORE_SLOT_WORDS; n++)
        retained.word[n] ^= 0x100;
    cmrx_check_equal(get("a", 1, to, 4), STORE_NOTHING);
    cmrx_check_equal(put("a", 1, value, 4), 0);
    cmrx_check_equal(get("a", 1, to, 4), 4);
}
