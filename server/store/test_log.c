// test_log.c - named values in flash, with a power loss at each operation.
// links: server/store/values.c server/store/log.c server/store/slot.c server/store/crc.c server/store/test/nor.c

#include "test/nor.h"
#include "values.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

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

// Flash with anything in it, and a store that has just been started on it.
static int begin(void **state)
{
    (void)state;
    nor_begin(4711);
    memset(is_now, 0, sizeof(is_now));
    memset(may_be, 0, sizeof(may_be));
    assert_true(store_values_init());
    return 0;
}

// `number` of them; a value is never given twice.
static uint32_t values;

static void put_some(uint32_t number)
{
    for (; number > 0; number--)
        put(nor_chance(NAMES), nor_chance(4) == 0 ? 0 : ++values);
}

// ---- Whole

static void what_was_put_is_there_after_a_start(void **state)
{
    (void)state;
    for (uint32_t round = 0; round < 300; round++) {
        put_some(nor_chance(40));
        all_are_right();
        assert_true(store_values_init());
        all_are_right();
    }
    assert_true(nor.erased > 100);
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
    assert_int_equal(nor.erased, 10000 * 2 / (NOR_PLACES - 2 - 15));
}

// ---- Power

// A start, and `puts` values; the power goes at operation `after` of the flash. Returns
// whether it went before all was done.
static bool is_cut(uint32_t after, uint32_t puts)
{
    bool cut = true;

    nor.left = after;
    if (setjmp(nor.power) == 0) {
        assert_true(store_values_init());
        put_some(puts);
        cut = false;
    }
    nor.left = NOR_NEVER;
    nor.heads_after = NOR_NEVER;
    return cut;
}

static void a_start_finds_old_or_new(void)
{
    // Again, while it mends what it found.
    for (uint32_t n = nor_chance(4); n > 0 && is_cut(nor_chance(30), 0); n--)
        continue;
    assert_true(store_values_init());
    all_are_right();
    for (uint32_t i = nor_chance(3); i > 0; i--) {
        assert_true(store_values_init());
        all_are_right();
    }
    put_some(3);
    for (uint32_t i = nor_chance(3); i > 0; i--) {
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
    uint32_t after;

    for (after = 0; cut; after++) {
        for (uint32_t times = 0; times < 4; times++) {
            begin(state);
            nor.seed = 1 + after * 4 + times;
            put_some(8);
            cut = is_cut(after, 60);
            a_start_finds_old_or_new();
        }
    }
    assert_in_range(after, 80, 1000);
}

// One behind the other, without flash that is new.
static void thousands_of_power_losses_lose_nothing(void **state)
{
    uint32_t cuts = 0;

    (void)state;
    for (uint32_t round = 0; round < 2000; round++) {
        cuts += is_cut(nor_chance(60), 20);
        a_start_finds_old_or_new();
    }
    assert_true(cuts > 1000);
}

// When the power goes while the head of a half is programmed, its bits may read as a
// head at one start and as none at the next.
static void a_power_loss_while_halves_change_leaves_old_or_new(void **state)
{
    uint32_t cuts = 0;

    for (uint32_t round = 0; round < 400; round++) {
        begin(state);
        nor.seed = round + 1;
        put_some(nor_chance(20));
        nor.heads_after = nor.erased;
        cuts += is_cut(NOR_NEVER, 40);
        a_start_finds_old_or_new();
    }
    assert_in_range(cuts, 150, 400);
}

// A flash with nothing but a first format in it, again and again.
static void a_power_loss_in_the_first_start_is_none(void **state)
{
    for (uint32_t after = 0; after < 12; after++) {
        begin(state);
        memset(nor.bits, 0xff, sizeof(nor.bits));
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
        nor.failing = 2 + nor_chance(20);
        for (uint32_t i = 0; i < 30; i++) {
            uint32_t value = nor_chance(3) == 0 ? 0 : ++values;
            uint32_t name = nor_chance(NAMES);
            failed += put(name, value) == STORE_FAILED;
            get(name);
            if (nor_chance(4) == 0)
                store_values_init();
        }
        nor.failing = 0;
        assert_true(store_values_init());
        all_are_right();
        put_some(3);
        all_are_right();
    }
    assert_true(failed > 100);
}

// The power went when the new value was there and the old one not yet ended. A start
// that cannot end the old one now has to fail, or the old one would come back when the
// new one is removed.
static void two_of_one_value_are_one_before_anything_else(void **state)
{
    uint32_t refused = 0;

    for (uint32_t seed = 1; seed <= 50; seed++) {
        begin(state);
        nor.seed = seed;
        put(0, 1);
        nor.left = 1;
        if (setjmp(nor.power) == 0)
            put(0, 2);
        nor.left = NOR_NEVER;
        nor.only_heads = true;
        refused += !store_values_init();
        nor.only_heads = false;
        assert_int_equal(put(0, 0), 0);
        assert_true(store_values_init());
        all_are_right();
    }
    assert_in_range(refused, 25, 50);
}

static void silent_flash_is_not_taken_for_an_empty_one(void **state)
{
    (void)state;
    put_some(20);
    nor.silent = true;
    assert_false(store_values_init());
    nor.silent = false;
    nor.answers = 10 * NOR_PLACES;
    assert_true(store_values_init());
    uint32_t reads = 10 * NOR_PLACES - nor.answers;
    assert_in_range(reads, NOR_PLACES,
                    NOR_PLACES + 2 + 2 * STORE_SLOTS * STORE_SLOTS);
    while (reads-- > 0) {
        nor.answers = reads;
        assert_false(store_values_init());
    }
    for (uint32_t n = 0; n < 1000; n++) {
        nor.answers = nor_chance(3 * NOR_PLACES);
        put_some(1);
        nor.answers = NOR_NEVER;
        all_are_right();
    }
    assert_true(store_values_init());
    all_are_right();
    nor.silent = true;
    assert_int_equal(put(1, 1), STORE_FAILED);
    assert_int_equal(put(2, 0), STORE_FAILED);
    nor.silent = false;
    all_are_right();
    assert_true(store_values_init());
    all_are_right();
}

// Wherever in both halves; it may be all ones, or not.
static void two_worn_places_harm_nothing(void **state)
{
    for (uint32_t place = 1; place < NOR_PLACES; place++) {
        begin(state);
        for (uint32_t half = 0; half < 2; half++)
            assert_true(store_flash_erase(half));
        nor.worn = place;
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
    nor.places = NOR_PLACES - 1;
    assert_false(store_values_init());
    nor.places = NOR_PLACES;
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

    for (uint32_t bit = 0; bit < NOR_PLACES * STORE_RECORD_BYTES * 8;
         bit += 41) {
        uint32_t wrong = 0, half = bit % 2;

        begin(state);
        put_some(40);
        nor.bits[half][bit / 8] ^= (uint8_t)(1u << bit % 8);
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
        cmocka_unit_test_setup(two_of_one_value_are_one_before_anything_else,
                               begin),
        cmocka_unit_test_setup(silent_flash_is_not_taken_for_an_empty_one,
                               begin),
        cmocka_unit_test_setup(two_worn_places_harm_nothing, begin),
        cmocka_unit_test_setup(flash_that_is_too_small_is_refused, begin),
        cmocka_unit_test_setup(one_wrong_bit_harms_one_value, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
