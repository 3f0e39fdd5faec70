// test_memory.c - bytes: exactly those that were meant.

#include "group.h"
#include "internal.h"

#include <string.h>

#define BYTES 160u

static _Alignas(8) uint8_t bytes[BYTES];

// Of `n` bytes from 8 on, what has another value than the others?
static void assert_only(uint8_t inside, uint8_t outside, unsigned n)
{
    for (unsigned i = 0; i < BYTES; i++)
        if (bytes[i] != (i >= 8 && i < 8 + n ? inside : outside))
            fail_msg("%u bytes: byte %u", n, i);
}

static void exactly_so_many_words_are_zeroed(void **state)
{
    (void)state;
    for (unsigned n = 0; n <= BYTES - 16; n += 4) {
        memset(bytes, 0x5a, BYTES);
        memory_zero((uintptr_t)bytes + 8, n);
        assert_only(0, 0x5a, n);
    }
}

static void exactly_so_many_bytes_are_copied(void **state)
{
    static uint8_t from[BYTES];

    (void)state;
    memset(from, 0x77, BYTES);
    for (unsigned n = 0; n <= 40; n++) {
        struct contents c = { (uintptr_t)bytes + 8, from, n };
        memset(bytes, 0, BYTES);
        memory_copy(&c);
        assert_only(0x77, 0, n);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(exactly_so_many_words_are_zeroed),
    cmocka_unit_test(exactly_so_many_bytes_are_copied),
};

GROUP_MAIN(tests)
