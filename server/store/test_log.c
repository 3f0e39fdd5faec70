// test_log.c - named values in flash, with a power loss at each operation.
// links: server/store/values.c server/store/log.c server/store/slot.c server/store/crc.c

#include "log.h"
#include "values.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define PLACES 50u // as few as there may be
#define NEVER  UINT32_MAX

// ---- Chance

static uint32_t seed;

static uint32_t chance(uint32_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return (uint32_t)((uint64_t)seed * below >> 32);
}

static uint8_t some_bits(void)
{
    return (uint8_t)chance(256);
}

// ---- NOR flash. A bit that was being programmed or erased when the power went may
// be weak: it is read as anything, each time anew. A whole operation makes bits
// strong that it brings to what they are to be.

static uint8_t bits[2][PLACES * STORE_RECORD_BYTES];
static uint8_t weak[2][PLACES * STORE_RECORD_BYTES];
static uint32_t places, operations, left, erased;
static uint32_t failing; // one of so many operations does; 0: none
static bool silent;      // it does not answer
static uint32_t answers; // or does not answer any more after so many reads
static bool headless;    // the power goes while a head is programmed
static uint32_t worn;    // a place that stays as it is, and the one behind it
static jmp_buf power;

uint32_t store_flash_places(void)
{
    return silent ? 0 : places;
}

bool store_flash_read(uint32_t half, uint32_t place, struct store_record *to)
{
    uint8_t *bytes = (uint8_t *)to;

    assert_true(half < 2 && place < places);
    if (silent || answers == 0)
        return false;
    answers -= answers != NEVER;
    for (uint32_t i = 0; i < sizeof(*to); i++) {
        uint32_t at = place * STORE_RECORD_BYTES + i;
        uint8_t seen = weak[half][at] == 0 ? 0 : some_bits() & weak[half][at];
        bytes[i] = bits[half][at] ^ seen;
    }
    return true;
}

// Does the power go, or the flash fail, in this one?
static bool is_whole(void)
{
    operations++;
    if (left == 0)
        return false;
    left -= left != NEVER;
    return failing == 0 || chance(failing) != 0;
}

static bool broken(void)
{
    if (left == 0)
        longjmp(power, 1);
    return false; // it has failed
}

// How far the operation has come: nothing, hardly, half, almost, or whole but for
// some bits that are read as if nothing had been.
enum { NOT_BEGUN, BEGUN, HALF, ALMOST, FORGOTTEN, WHOLE };

static uint8_t few_bits(void)
{
    return (uint8_t)(chance(48) == 0 ? 1u << chance(8) : 0u);
}

static void cut_byte(uint32_t how_far, uint8_t *done, uint8_t *unsure)
{
    uint8_t few = how_far == WHOLE ? 0 : few_bits();

    *done = how_far == HALF ? some_bits() : how_far < HALF ? 0 : (uint8_t)~few;
    *unsure = how_far == HALF                         ? some_bits()
              : how_far == BEGUN || how_far == ALMOST ? few
                                                      : 0;
    if (left != 0) // it has failed: what is there is so for good
        *unsure = 0;
}

static void program_byte(uint32_t half, uint32_t at, uint8_t to,
                         uint32_t how_far)
{
    uint8_t done, unsure, down = (uint8_t)~to;

    cut_byte(how_far, &done, &unsure);
    done &= down;
    unsure &= down & (bits[half][at] | weak[half][at]) & (uint8_t)~done;
    bits[half][at] &= (uint8_t)~done;
    weak[half][at] = (weak[half][at] & (uint8_t)~done) | unsure;
}

bool store_flash_program(uint32_t half, uint32_t place,
                         const struct store_record *from)
{
    const uint8_t *bytes = (const uint8_t *)from;

    assert_true(half < 2 && place < places);
    if (silent || place == worn || place == worn + 1)
        return false;
    if (headless && place < 2 && chance(2) == 0)
        left = 0;
    bool whole = is_whole();
    uint32_t how_far = whole ? WHOLE : chance(WHOLE);
    for (uint32_t i = 0; i < sizeof(*from); i++)
        program_byte(half, place * STORE_RECORD_BYTES + i, bytes[i], how_far);
    // One that has failed does not always say so.
    return whole || broken() || chance(2) == 0;
}

bool store_flash_erase(uint32_t half)
{
    assert_true(half < 2);
    if (silent)
        return false;
    bool whole = is_whole();
    uint32_t how_far = whole ? WHOLE : chance(WHOLE);
    erased += whole;
    for (uint32_t at = 0; at < places * STORE_RECORD_BYTES; at++) {
        uint8_t done, unsure;
        cut_byte(how_far, &done, &unsure);
        bits[half][at] |= done;
        weak[half][at] = (weak[half][at] & (uint8_t)~done) | unsure;
    }
    return whole || broken();
}

// ---- Values, and what they have to be

#define NAMES STORE_VALUES

static uint32_t is_now[NAMES], may_be[NAMES]; // 0: nothing

static struct store_key key_of(uint32_t name)
{
    return (struct store_key){ .space = 1,
                               .name = { 'n', (char)('a' + name) } };
}

// STORE_FAILED, or 0. What was being put when the power went, or the flash failed,
// is there, or not; and stays so.
static int32_t get(uint32_t name)
{
    struct store_key key = key_of(name);
    uint32_t value = 0;
    int32_t result = store_values_get(&key, &value, sizeof(value));

    if (result == STORE_FAILED)
        return result;
    assert_true(result == STORE_NOTHING || result == (int32_t)sizeof(value));
    assert_true(value == is_now[name] || value == may_be[name]);
    is_now[name] = may_be[name] = value;
    return 0;
}

static int32_t put(uint32_t name, uint32_t value)
{
    struct store_key key = key_of(name);

    if (get(name) != 0)
        return STORE_FAILED;
    may_be[name] = value;
    int32_t result =
        value != 0 ? store_values_put(&key, STORE_VALUES, &value, sizeof(value))
                   : store_values_remove(&key);
    if (result == STORE_NOTHING)
        result = value + is_now[name] == 0 ? 0 : 1;
    if (result == 0)
        is_now[name] = value;
    assert_true(result == 0 || result == STORE_FAILED);
    return result;
}

static void all_are_right(void)
{
    for (uint32_t name = 0; name < NAMES; name++)
        assert_int_equal(get(name), 0);
}

// Flash as it comes out of a drawer.
static int begin(void **state)
{
    (void)state;
    seed = 4711;
    places = PLACES;
    left = NEVER;
    failing = 0;
    silent = headless = false;
    answers = NEVER;
    worn = NEVER - 1;
    erased = 0;
    memset(weak, 0, sizeof(weak));
    memset(is_now, 0, sizeof(is_now));
    memset(may_be, 0, sizeof(may_be));
    for (uint32_t i = 0; i < sizeof(bits); i++)
        ((uint8_t *)bits)[i] = some_bits();
    assert_true(store_values_init());
    return 0;
}

// `number` of them; a value is never given twice.
static uint32_t values;

static void put_some(uint32_t number)
{
    for (; number > 0; number--)
        put(chance(NAMES), chance(4) == 0 ? 0 : ++values);
}

// ---- Whole

static void what_was_put_is_there_after_a_start(void **state)
{
    (void)state;
    for (uint32_t round = 0; round < 300; round++) {
        put_some(chance(40));
        all_are_right();
        assert_true(store_values_init());
        all_are_right();
    }
    assert_true(erased > 100);
}

static void a_full_store_still_changes_values(void **state)
{
    (void)state;
    for (uint32_t round = 0; round < 20; round++) {
        for (uint32_t name = 0; name < NAMES; name++)
            assert_int_equal(put(name, 100 * round + name + 1), 0);
        assert_true(store_values_init());
        all_are_right();
    }
    struct store_key key = { .space = 1, .name = "more" };
    assert_int_equal(store_values_put(&key, STORE_VALUES, "x", 2), STORE_FULL);
}

// Starts take places too.
static void thousands_of_starts_lose_nothing(void **state)
{
    (void)state;
    put_some(30);
    for (uint32_t start = 0; start < 1000; start++) {
        assert_true(store_values_init());
        if (start % 100 == 0)
            all_are_right();
    }
    put_some(1);
    all_are_right();
}

// An erase for many values: how many a flash of 10000 erases of each half takes.
static void wear_is_that_of_a_log(void **state)
{
    (void)state;
    for (uint32_t n = 1; n <= 10000; n++)
        assert_int_equal(put(n % NAMES, n), 0);
    // Two records for each, and 15 that move into what two heads leave.
    assert_int_equal(erased, 10000 * 2 / (PLACES - 2 - 15));
}

// ---- Power

// Does it go? After `operations` of a start and of what is put.
static bool is_cut(uint32_t after, uint32_t puts)
{
    bool cut = true;

    left = after;
    if (setjmp(power) == 0) {
        assert_true(store_values_init());
        put_some(puts);
        cut = false;
    }
    left = NEVER;
    headless = false;
    return cut;
}

static void a_start_finds_old_or_new(void)
{
    // Again, while it mends what it found.
    for (uint32_t n = chance(4); n > 0 && is_cut(chance(30), 0); n--)
        continue;
    assert_true(store_values_init());
    all_are_right();
    for (uint32_t i = chance(3); i > 0; i--) {
        assert_true(store_values_init());
        all_are_right();
    }
    put_some(3);
    for (uint32_t i = chance(3); i > 0; i--) {
        assert_true(store_values_init());
        all_are_right();
    }
    assert_true(store_values_init());
    all_are_right();
}

// From the same flash, at each operation in turn: a start, and puts that fill both
// halves more than once.
static void a_power_loss_at_each_operation_leaves_old_or_new(void **state)
{
    bool cut = true;

    for (uint32_t after = 0; cut; after++) {
        for (uint32_t times = 0; times < 16; times++) {
            begin(state);
            put_some(8);
            cut = is_cut(after, 40);
            seed = 1 + after * 16 + times;
            a_start_finds_old_or_new();
        }
    }
    assert_true(operations > 50000);
}

// One behind the other, without flash that is new.
static void thousands_of_power_losses_lose_nothing(void **state)
{
    uint32_t cuts = 0;

    (void)state;
    for (uint32_t round = 0; round < 2000; round++) {
        cuts += is_cut(chance(60), 20);
        a_start_finds_old_or_new();
    }
    assert_true(cuts > 1000);
}

// It may be a head now, and none later, or the other way.
static void a_power_loss_while_halves_change_leaves_old_or_new(void **state)
{
    uint32_t cuts = 0;

    for (uint32_t round = 0; round < 400; round++) {
        begin(state);
        seed = round + 1;
        put_some(chance(20));
        headless = true;
        cuts += is_cut(NEVER, 40);
        a_start_finds_old_or_new();
    }
    assert_true(cuts > 300);
}

// A flash with nothing but a first format in it, again and again.
static void a_power_loss_in_the_first_start_is_none(void **state)
{
    for (uint32_t after = 0; after < 12; after++) {
        begin(state);
        memset(bits, 0xff, sizeof(bits));
        is_cut(after, 0);
        a_start_finds_old_or_new();
    }
}

// ---- Flash that fails

static void worn_flash_says_so_and_keeps_what_is_there(void **state)
{
    uint32_t failed = 0;

    (void)state;
    for (uint32_t round = 0; round < 400; round++) {
        failing = 2 + chance(20);
        for (uint32_t i = 0; i < 30; i++) {
            uint32_t value = chance(3) == 0 ? 0 : ++values;
            failed += put(chance(NAMES), value) == STORE_FAILED;
            get(chance(NAMES));
            if (chance(4) == 0)
                store_values_init();
        }
        failing = 0;
        assert_true(store_values_init());
        all_are_right();
        put_some(3);
        all_are_right();
    }
    assert_true(failed > 100);
}

static void silent_flash_is_not_taken_for_an_empty_one(void **state)
{
    (void)state;
    put_some(20);
    silent = true;
    assert_false(store_values_init());
    silent = false;
    answers = 10 * PLACES;
    assert_true(store_values_init());
    uint32_t reads = 10 * PLACES - answers;
    assert_in_range(reads, PLACES, PLACES + 2 + 2 * STORE_SLOTS * STORE_SLOTS);
    while (reads-- > 0) {
        answers = reads;
        assert_false(store_values_init());
    }
    for (uint32_t n = 0; n < 1000; n++) {
        answers = chance(3 * PLACES);
        put_some(1);
        answers = NEVER;
        all_are_right();
    }
    assert_true(store_values_init());
    all_are_right();
    silent = true;
    assert_int_equal(put(1, 1), STORE_FAILED);
    assert_int_equal(put(2, 0), STORE_FAILED);
    silent = false;
    all_are_right();
    assert_true(store_values_init());
    all_are_right();
}

// Wherever in both halves; it may be all ones, or not.
static void two_worn_places_harm_nothing(void **state)
{
    for (uint32_t place = 1; place < PLACES; place++) {
        begin(state);
        for (uint32_t half = 0; half < 2; half++)
            assert_true(store_flash_erase(half));
        worn = place;
        assert_true(store_values_init());
        for (uint32_t n = 0; n < 200; n++)
            assert_int_equal(put(n % NAMES, ++values), 0);
        all_are_right();
        assert_true(store_values_init());
        all_are_right();
    }
}

static void flash_that_is_too_small_is_refused(void **state)
{
    (void)state;
    places = PLACES - 1;
    assert_false(store_values_init());
    places = PLACES;
    assert_true(store_values_init());
    for (uint32_t i = 0; i < 500; i++)
        assert_int_equal(put(i % NAMES, ++values), 0);
    all_are_right();
}

// Wherever: a value is as it was, or another that it was before, or not there; the
// others are right. Both heads would have to be hit for more.
static void one_wrong_bit_harms_one_value(void **state)
{
    uint32_t is_wrong = 0;

    for (uint32_t bit = 0; bit < PLACES * STORE_RECORD_BYTES * 8; bit += 41) {
        uint32_t wrong = 0, half = bit % 2;

        begin(state);
        put_some(40);
        bits[half][bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_true(store_values_init());
        for (uint32_t name = 0; name < NAMES; name++) {
            struct store_key key = key_of(name);
            uint32_t value = 0;
            store_values_get(&key, &value, sizeof(value));
            wrong += value != is_now[name];
        }
        assert_true(wrong <= 1);
        is_wrong += wrong;
    }
    assert_true(is_wrong > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_was_put_is_there_after_a_start, begin),
        cmocka_unit_test_setup(a_full_store_still_changes_values, begin),
        cmocka_unit_test_setup(thousands_of_starts_lose_nothing, begin),
        cmocka_unit_test_setup(wear_is_that_of_a_log, begin),
        cmocka_unit_test_setup(a_power_loss_at_each_operation_leaves_old_or_new,
                               begin),
        cmocka_unit_test_setup(thousands_of_power_losses_lose_nothing, begin),
        cmocka_unit_test_setup(
            a_power_loss_while_halves_change_leaves_old_or_new, begin),
        cmocka_unit_test_setup(a_power_loss_in_the_first_start_is_none, begin),
        cmocka_unit_test_setup(worn_flash_says_so_and_keeps_what_is_there,
                               begin),
        cmocka_unit_test_setup(silent_flash_is_not_taken_for_an_empty_one,
                               begin),
        cmocka_unit_test_setup(two_worn_places_harm_nothing, begin),
        cmocka_unit_test_setup(flash_that_is_too_small_is_refused, begin),
        cmocka_unit_test_setup(one_wrong_bit_harms_one_value, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
