// test_cfi.c - the driver of CFI flash on chips that work, fail, wear out, take their
// time or never end, and are other chips than it knows.
// links: driver/flash_cfi/cfi.c driver/flash_cfi/test/chips.c

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "cfi.h"
#include "test/chips.h"

enum { TARGET = SECTOR + 0x100, OLD = 0x7fffffff, NEW = 0x12345678 };

static struct cfi cfi;

static void assert_shows_contents(void)
{
    for (uint32_t at = 0; at < WINDOW; at += 4)
        assert_int_equal(cfi_load(at), held(at));
}

static int32_t program(uint32_t at, uint32_t word)
{
    return cfi_program(&cfi, at, &word, 1);
}

static int32_t erase(uint32_t at)
{
    return cfi_erase(&cfi, at);
}

static int32_t open(void)
{
    return cfi_open(&cfi, WINDOW);
}

// ---- What they are

static void chips_say_what_they_are(void **state)
{
    (void)state;
    assert_int_equal(open(), 0);
    assert_int_equal(cfi.sector, SECTOR);
    assert_int_equal(cfi.program_us, 2048);
    assert_int_equal(cfi.erase_us, 4096000);
    assert_false(cfi.has_locks);
    assert_shows_contents();
    locks_are_closed();
    query_is(0x28, 1);
    assert_int_equal(open(), 0);
    assert_true(cfi.has_locks);
}

static void chips_of_another_kind_are_refused(void **state)
{
    static const struct {
        uint8_t at, value;
        int32_t result;
    } rows[] = {
        { 0x10, 'q', FLASH_NO_QUERY }, { 0x12, 0xff, FLASH_NO_QUERY },
        { 0x13, 0, FLASH_COMMANDS },   { 0x13, 2, FLASH_COMMANDS },
        { 0x14, 1, FLASH_COMMANDS },   { 0x28, 0, FLASH_WIDTH },
        { 0x28, 3, FLASH_WIDTH },      { 0x29, 1, FLASH_WIDTH },
        { 0x2c, 0, FLASH_SECTORS },    { 0x2c, 2, FLASH_SECTORS },
        { 0x27, 12, FLASH_SECTORS },   { 0x27, 10, FLASH_SECTORS },
        { 0x27, 255, FLASH_SECTORS },  { 0x2d, 4, FLASH_SECTORS },
        { 0x2d, 0xff, FLASH_SECTORS }, { 0x2e, 1, FLASH_SECTORS },
        { 0x2f, 0, FLASH_SECTORS },    { 0x2f, 3, FLASH_SECTORS },
        { 0x30, 1, FLASH_SECTORS },    { 0x1f, 0, FLASH_TIMES },
        { 0x1f, 16, FLASH_TIMES },     { 0x21, 0, FLASH_TIMES },
        { 0x21, 14, FLASH_TIMES },     { 0x23, 8, FLASH_TIMES },
        { 0x25, 255, FLASH_TIMES },
    };

    for (uint32_t n = 0; n < sizeof(rows) / sizeof(rows[0]); n++) {
        power_up(state);
        query_is(rows[n].at, rows[n].value);
        assert_int_equal(open(), rows[n].result);
        assert_shows_contents();
    }
}

static void sectors_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    query_is(0x27, 13);
    query_is(0x2f, 8); // larger than the window
    assert_int_equal(open(), FLASH_SECTORS);
    power_up(state);
    query_is(0x27, 9);
    query_is(0x2d, 0); // one, and the window is two
    assert_int_equal(open(), FLASH_SECTORS);
    power_up(state);
    query_is(0x2d, 1);
    query_is(0x2f, 3); // no power of two
    assert_int_equal(open(), FLASH_SECTORS);
}

static void chips_that_are_not_the_same_are_refused(void **state)
{
    for (uint32_t at = 0x10; at < 0x31; at++) {
        power_up(state);
        chips[1].query[at] ^= 4;
        assert_int_equal(open(), FLASH_WIDTH);
    }
}

static void whatever_answers_leads_nowhere(void **state)
{
    uint32_t opened = 0;

    srand(1);
    for (uint32_t n = 0; n < 100000; n++) {
        if (n % 1000 == 0)
            power_up(state);
        for (uint32_t k = 0; k < 3; k++)
            query_is(0x13 + (uint32_t)rand() % 0x2d, (uint8_t)rand());
        if (n % 2 == 0) // most of it as it should be
            power_up(state);
        query_is(0x13 + (uint32_t)rand() % 0x1e, (uint8_t)(rand() % 16));
        if (open() != 0)
            continue;
        opened++;
        assert_true(cfi.sector >= 4 && WINDOW % cfi.sector == 0);
        assert_true(cfi.program_us <= 4194304 && cfi.erase_us >= 2000);
    }
    assert_true(opened > 100);
}

static void nobody_there_is_told_in_time(void **state)
{
    uint64_t before = now;

    (void)state;
    query_is(0x10, 0);
    assert_int_equal(open(), FLASH_NO_QUERY);
    assert_true(now - before <= 5020000);
    has_patience = false;
    assert_int_equal(open(), FLASH_BUSY);
}

// ---- What they do

static void a_word_is_programmed(void **state)
{
    (void)state;
    open();
    assert_int_equal(program(8, 0x12345678), 0);
    assert_int_equal(held(8), 0x12345678);
    assert_int_equal(held(4), UINT32_MAX);
    assert_int_equal(held(12), UINT32_MAX);
    assert_int_equal(program(8, 0x02345070), 0);
    assert_int_equal(held(8), 0x02345070);
    assert_int_equal(program(8, 0x02345071), FLASH_SET);
    assert_int_equal(held(8), 0x02345070);
    assert_shows_contents();
}

static void words_are_programmed_in_order_until_one_fails(void **state)
{
    static const uint32_t words[4] = { 1, 2, 3, 4 };

    (void)state;
    open();
    assert_int_equal(cfi_program(&cfi, 4, words, 4), 0);
    for (uint32_t n = 0; n < 4; n++)
        assert_int_equal(held(4 + n * 4), words[n]);
    assert_int_equal(held(0), UINT32_MAX);
    assert_int_equal(held(20), UINT32_MAX);
    assert_int_equal(cfi_program(&cfi, 12, words, 3), FLASH_SET);
    assert_int_equal(held(20), UINT32_MAX);
    chips[1].stuck[9] = 1;
    assert_int_equal(cfi_program(&cfi, 32, words, 3), FLASH_FAILED);
    chips[0].fails = 0x10;
    assert_int_equal(cfi_program(&cfi, 64, words, 3), FLASH_FAILED);
    assert_int_equal(held(64), 1);
    assert_int_equal(held(68), UINT32_MAX);
    assert_shows_contents();
}

static void a_sector_is_erased(void **state)
{
    (void)state;
    open();
    for (uint32_t at = 0; at < WINDOW; at += 4)
        program(at, at);
    assert_int_equal(erase(SECTOR), 0);
    for (uint32_t at = 0; at < WINDOW; at += 4)
        assert_int_equal(held(at), at < SECTOR ? at : UINT32_MAX);
    assert_shows_contents();
}

static void the_slower_of_two_is_waited_for(void **state)
{
    uint64_t before;

    (void)state;
    open();
    for (uint32_t c = 0; c < 2; c++) {
        chips[c].takes = 7;
        before = now;
        assert_int_equal(program(c * 4, 0), 0);
        assert_true(now - before >= 7 * PROGRAM_US);
        before = now;
        assert_int_equal(erase(0), 0);
        assert_true(now - before >= (uint64_t)7 * ERASE_US);
        assert_shows_contents();
        chips[c].takes = 1;
    }
}

static void what_fails_in_either_chip_is_told_once(void **state)
{
    static const struct {
        uint8_t errors;
        int32_t result;
    } rows[] = {
        { 0x10, FLASH_FAILED }, { 0x20, FLASH_FAILED }, { 0x30, FLASH_FAILED },
        { 0x08, FLASH_LOCKED }, { 0x02, FLASH_LOCKED }, { 0x1a, FLASH_LOCKED },
    };

    (void)state;
    open();
    for (uint32_t n = 0; n < 2 * sizeof(rows) / sizeof(rows[0]); n++) {
        struct chip *chip = &chips[n % 2];

        chip->fails = rows[n / 2].errors;
        assert_int_equal(program(4, 0), rows[n / 2].result);
        assert_shows_contents();
        assert_int_equal(erase(0), rows[n / 2].result);
        assert_shows_contents();
        chip->fails = 0;
        assert_int_equal(program(4, 0), 0);
        assert_int_equal(erase(0), 0);
    }
}

static void worn_bits_are_told(void **state)
{
    (void)state;
    open();
    chips[1].stuck[1] = 1u << 6;
    assert_int_equal(program(4, 0), FLASH_FAILED);
    assert_int_equal(held(4), 1u << 22);
    chips[1].stuck[1] = 0;
    assert_int_equal(program(4, 0), 0);
    chips[0].stuck[HALVES - 1] = 1;
    chips[0].cell[HALVES - 1] = 0;
    assert_int_equal(erase(SECTOR), FLASH_FAILED);
    assert_int_equal(erase(0), 0);
}

static void locks_are_opened(void **state)
{
    (void)state;
    locks_are_closed();
    open();
    assert_int_equal(program(4, 0), 0);
    assert_true(chips[0].is_locked[1]);
    assert_int_equal(erase(SECTOR), 0);
}

static void a_lock_that_stays_is_told(void **state)
{
    (void)state;
    locks_are_closed();
    open();
    chips[1].is_locked_for_good = true;
    assert_int_equal(program(4, 0), FLASH_LOCKED);
    assert_int_equal(erase(0), FLASH_LOCKED);
    assert_shows_contents();
}

// ---- Time

static void a_chip_that_does_not_end_is_told_in_time(void **state)
{
    uint64_t before;

    (void)state;
    open();
    before = now;
    chips[1].takes = 1000;
    assert_int_equal(program(4, 0), FLASH_TIMEOUT);
    assert_true(now - before >= 2048 && now - before <= 2048 + 256);
    before = now;
    assert_int_equal(program(8, 0), FLASH_TIMEOUT);
    assert_int_equal(cfi_settle(&cfi), FLASH_TIMEOUT);
    assert_int_equal(now, before);
    chips[1].takes = 1;
    now += 1000 * PROGRAM_US;
    assert_int_equal(program(8, 0), 0);
    assert_int_equal(held(4), 0);
    chips[0].takes = 1000;
    before = now;
    assert_int_equal(erase(0), FLASH_TIMEOUT);
    assert_true(now - before >= 4096000 && now - before <= 4100000);
}

static void who_has_no_time_leaves_the_rest_to_the_next(void **state)
{
    (void)state;
    open();
    program(4, 0);
    has_patience = false;
    assert_int_equal(erase(0), FLASH_BUSY);
    assert_int_equal(program(8, 5), FLASH_BUSY);
    assert_int_equal(cfi_settle(&cfi), FLASH_BUSY);
    has_patience = true;
    assert_int_equal(program(8, 5), 0);
    assert_int_equal(held(4), UINT32_MAX);
    assert_int_equal(held(8), 5);
    program(SECTOR, 0);
    has_patience = false;
    assert_int_equal(erase(0), FLASH_BUSY);
    has_patience = true;
    assert_int_equal(erase(SECTOR), 0);
    assert_int_equal(held(SECTOR), UINT32_MAX);
    assert_shows_contents();
}

// ---- The driver dies

static void fill(void)
{
    for (uint32_t n = 0; n < HALVES; n++) {
        chips[0].cell[n] = 0xffff;
        chips[1].cell[n] = 0x7fff;
    }
}

// Before the store number `left`, of one of the two.
static bool dies(bool erases, uint32_t left)
{
    if (setjmp(dead) != 0) {
        stores_left = UINT32_MAX;
        return true;
    }
    stores_left = left;
    if (erases)
        erase(SECTOR);
    else
        program(TARGET, NEW);
    stores_left = UINT32_MAX;
    return false;
}

static void assert_old_or_new(bool erases)
{
    for (uint32_t at = 0; at < WINDOW; at += 4) {
        bool changes = erases ? at >= SECTOR : at == TARGET;
        uint32_t new = erases ? UINT32_MAX : (uint32_t)NEW;

        assert_true(held(at) == OLD || (changes && held(at) == new));
    }
}

static void die_anywhere(bool erases, bool locks)
{
    bool died = true;
    uint32_t left;

    for (left = 0; died; left++) {
        power_up(NULL);
        if (locks)
            locks_are_closed();
        assert_int_equal(open(), 0);
        fill();
        died = dies(erases, left);
        assert_int_equal(open(), 0);
        assert_shows_contents();
        assert_old_or_new(erases);
        assert_int_equal(erase(SECTOR), 0);
        assert_int_equal(program(TARGET, NEW), 0);
    }
    assert_int_equal(left, locks ? 6 : 4);
}

static void a_driver_that_dies_anywhere_leaves_old_or_new(void **state)
{
    (void)state;
    for (uint32_t n = 0; n < 4; n++)
        die_anywhere(n % 2 == 0, n < 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(chips_say_what_they_are, power_up),
        cmocka_unit_test_setup(chips_of_another_kind_are_refused, power_up),
        cmocka_unit_test_setup(sectors_that_do_not_fit_are_refused, power_up),
        cmocka_unit_test_setup(chips_that_are_not_the_same_are_refused,
                               power_up),
        cmocka_unit_test_setup(whatever_answers_leads_nowhere, power_up),
        cmocka_unit_test_setup(nobody_there_is_told_in_time, power_up),
        cmocka_unit_test_setup(a_word_is_programmed, power_up),
        cmocka_unit_test_setup(words_are_programmed_in_order_until_one_fails,
                               power_up),
        cmocka_unit_test_setup(a_sector_is_erased, power_up),
        cmocka_unit_test_setup(the_slower_of_two_is_waited_for, power_up),
        cmocka_unit_test_setup(what_fails_in_either_chip_is_told_once,
                               power_up),
        cmocka_unit_test_setup(worn_bits_are_told, power_up),
        cmocka_unit_test_setup(locks_are_opened, power_up),
        cmocka_unit_test_setup(a_lock_that_stays_is_told, power_up),
        cmocka_unit_test_setup(a_chip_that_does_not_end_is_told_in_time,
                               power_up),
        cmocka_unit_test_setup(who_has_no_time_leaves_the_rest_to_the_next,
                               power_up),
        cmocka_unit_test_setup(a_driver_that_dies_anywhere_leaves_old_or_new,
                               power_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
