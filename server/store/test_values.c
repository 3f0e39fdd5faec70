// test_values.c - named values, with a reset after each word that is written.
// links: server/store/values.c server/store/slots.c server/store/slot.c server/store/crc.c

#include "memory.h"
#include "values.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define WORDS (STORE_SLOTS * STORE_SLOT_WORDS)
#define NEVER UINT32_MAX

// ---- Memory, and a reset

static uint32_t memory[WORDS];
static uint32_t writes_left = NEVER;
static jmp_buf reset;

uint32_t store_memory_read(uint32_t word)
{
    assert_true(word < WORDS);
    return memory[word];
}

void store_memory_write(uint32_t word, uint32_t value)
{
    assert_true(word < WORDS);
    if (writes_left == 0)
        longjmp(reset, 1);
    writes_left -= writes_left != NEVER;
    memory[word] = value;
}

static int begin(void **state)
{
    (void)state;
    memset(memory, 0xa5, sizeof(memory));
    writes_left = NEVER;
    store_values_init();
    return 0;
}

// ---- Values

static struct store_key key_of(uint8_t space, const char *name)
{
    struct store_key key = { .space = space };

    for (uint32_t n = 0; n < STORE_NAME && name[n] != 0; n++)
        key.name[n] = name[n];
    return key;
}

static int32_t put(const char *name, const char *value)
{
    struct store_key key = key_of(1, name);

    return store_values_put(&key, STORE_VALUES, value,
                            (uint32_t)strlen(value) + 1);
}

static char got[STORE_VALUE];

static const char *get(const char *name)
{
    struct store_key key = key_of(1, name);

    memset(got, 0, sizeof(got));
    return store_values_get(&key, got, sizeof(got)) > 0 ? got : "nothing";
}

static int32_t drop(const char *name)
{
    struct store_key key = key_of(1, name);

    return store_values_remove(&key);
}

static void what_was_put_is_there_after_a_reset(void **state)
{
    (void)state;
    assert_int_equal(put("one", "first"), 0);
    assert_int_equal(put("other", "second"), 0);
    assert_int_equal(put("one", "third"), 0);
    for (unsigned n = 0; n < 2; n++) {
        assert_string_equal(get("one"), "third");
        assert_string_equal(get("other"), "second");
        assert_string_equal(get("on"), "nothing");
        assert_string_equal(get("one2"), "nothing");
        store_values_init();
    }
    assert_int_equal(drop("one"), 0);
    assert_int_equal(drop("one"), STORE_NOTHING);
    store_values_init();
    assert_string_equal(get("one"), "nothing");
}

static void memory_of_no_store_is_empty(void **state)
{
    (void)state;
    assert_string_equal(get("one"), "nothing");
    memset(memory, 0, sizeof(memory));
    store_values_init();
    for (uint32_t n = 0; n < STORE_VALUES; n++) {
        char name[2] = { (char)('a' + n), 0 };

        assert_int_equal(put(name, "x"), 0);
    }
    assert_int_equal(put("one", "x"), STORE_FULL);
}

static void a_full_store_still_changes_values(void **state)
{
    char name[2] = "a";
    (void)state;

    for (uint32_t n = 0; n < STORE_VALUES; n++, name[0]++)
        assert_int_equal(put(name, "old"), 0);
    assert_int_equal(put(name, "x"), STORE_FULL);
    for (unsigned round = 0; round < 3; round++) {
        for (name[0] = 'a'; name[0] < (char)('a' + STORE_VALUES); name[0]++) {
            assert_int_equal(put(name, "new"), 0);
            assert_string_equal(get(name), "new");
        }
    }
    assert_int_equal(drop("b"), 0);
    assert_int_equal(put("z", "x"), 0);
}

static void a_space_has_its_own_names_and_its_own_limit(void **state)
{
    struct store_key mine = key_of(1, "one"), other = key_of(2, "one");
    struct store_key more = key_of(2, "two");
    (void)state;

    assert_int_equal(store_values_put(&mine, 3, "m", 2), 0);
    assert_int_equal(store_values_put(&other, 1, "o", 2), 0);
    assert_int_equal(store_values_put(&more, 1, "x", 2), STORE_FULL);
    assert_int_equal(store_values_put(&other, 1, "p", 2), 0);
    assert_string_equal(get("one"), "m");
    assert_int_equal(store_values_get(&other, got, 2), 2);
    assert_string_equal(got, "p");
    assert_int_equal(store_values_remove(&other), 0);
    assert_string_equal(get("one"), "m");
}

static void all_spaces_together_have_a_limit(void **state)
{
    char name[2] = "a";
    (void)state;

    for (uint32_t n = 0; n < STORE_VALUES; n++, name[0]++) {
        struct store_key key = key_of((uint8_t)(n % 2), name);

        assert_int_equal(store_values_put(&key, STORE_VALUES, "x", 2), 0);
    }
    for (uint8_t space = 0; space < 3; space++) {
        struct store_key key = key_of(space, name);

        assert_int_equal(store_values_put(&key, STORE_VALUES, "x", 2),
                         STORE_FULL);
    }
}

static void a_value_does_not_go_where_it_has_no_room(void **state)
{
    struct store_key key = key_of(1, "one");
    (void)state;

    put("one", "1234567");
    memset(got, 'x', sizeof(got));
    assert_int_equal(store_values_get(&key, got, 7), STORE_SMALL);
    assert_int_equal(got[0], 'x');
    assert_int_equal(store_values_get(&key, got, 8), 8);
    assert_int_equal(got[8], 'x');
}

// ---- Damage

static void one_wrong_bit_anywhere_is_found(void **state)
{
    (void)state;
    for (uint32_t bit = 0; bit < STORE_SLOT_WORDS * 32; bit++) {
        begin(NULL);
        put("one", "value");
        memory[bit / 32] ^= 1u << bit % 32;
        // Found when it is asked for, and at the next start.
        assert_string_equal(get("one"), "nothing");
        store_values_init();
        assert_string_equal(get("one"), "nothing");
        assert_int_equal(put("one", "again"), 0);
        assert_string_equal(get("one"), "again");
    }
}

// Made by hand: the CRC is right.
static void a_size_that_cannot_be_is_no_value(void **state)
{
    struct store_slot slot = { .space = 1, .name = "one" };
    (void)state;

    for (uint32_t size = 0; size <= UINT8_MAX; size += 11) {
        begin(NULL);
        slot.size = (uint8_t)size;
        store_slot_save(3, &slot);
        store_values_init();
        struct store_key key = key_of(1, "one");
        assert_int_equal(store_values_get(&key, got, sizeof(got)),
                         size > 0 && size <= STORE_VALUE ? (int32_t)size
                                                         : STORE_NOTHING);
    }
}

// ---- A reset after `writes` words, then a start; true when it has come

static bool is_cut(uint32_t writes, bool drops, const char *value)
{
    volatile bool cut = false;

    writes_left = writes;
    if (setjmp(reset) == 0) {
        if (drops)
            drop("one");
        else
            put("one", value);
    } else {
        cut = true;
    }
    writes_left = NEVER;
    store_values_init();
    return cut;
}

static void a_reset_leaves_the_old_value_or_the_new(void **state)
{
    uint32_t olds = 0, news = 0;
    bool cut = true;
    (void)state;

    for (uint32_t writes = 0; cut; writes++) {
        begin(NULL);
        put("two", "bystander");
        put("one", "old");
        cut = is_cut(writes, false, "new");
        bool is_new = strcmp(get("one"), "new") == 0;
        assert_true(is_new || strcmp(got, "old") == 0);
        olds += !is_new;
        news += is_new;
        assert_string_equal(get("two"), "bystander");
        // Nothing is left over that takes a place.
        for (char name[2] = "a"; name[0] < (char)('a' + STORE_VALUES - 2);
             name[0]++)
            assert_int_equal(put(name, "x"), 0);
        assert_int_equal(put("one", "newer"), 0);
        store_values_init();
        assert_string_equal(get("one"), "newer");
    }
    assert_int_equal(olds, STORE_SLOT_WORDS);
    assert_int_equal(news, 2); // before the old one is erased, and after
}

static void a_reset_leaves_a_first_value_whole_or_not_at_all(void **state)
{
    bool cut = true;
    (void)state;

    for (uint32_t writes = 0; cut; writes++) {
        begin(NULL);
        cut = is_cut(writes, false, "new");
        assert_string_equal(get("one"), cut ? "nothing" : "new");
        begin(NULL);
        put("one", "old");
        bool kept = is_cut(writes, true, NULL);
        assert_string_equal(get("one"), kept ? "old" : "nothing");
    }
}

// Two sound slots of one value, wherever they lie: the later one counts, also
// when the sequence has wrapped.
static void the_later_of_two_counts(void **state)
{
    static const uint16_t sequences[] = { 0, 1, 0x7fff, 0x8000, 0xffff };
    (void)state;

    for (unsigned n = 0; n < 10; n++) {
        begin(NULL);
        struct store_slot slot = { .space = 1, .size = 4, .name = "one" };

        slot.sequence = sequences[n / 2];
        memcpy(slot.value, "old", 4);
        store_slot_save(n % 2 ? 9 : 2, &slot);
        slot.sequence++;
        memcpy(slot.value, "new", 4);
        store_slot_save(n % 2 ? 2 : 9, &slot);
        store_values_init();
        assert_string_equal(get("one"), "new");
        drop("one");
        store_values_init();
        assert_string_equal(get("one"), "nothing");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_was_put_is_there_after_a_reset, begin),
        cmocka_unit_test_setup(memory_of_no_store_is_empty, begin),
        cmocka_unit_test_setup(a_full_store_still_changes_values, begin),
        cmocka_unit_test_setup(a_space_has_its_own_names_and_its_own_limit,
                               begin),
        cmocka_unit_test_setup(all_spaces_together_have_a_limit, begin),
        cmocka_unit_test_setup(a_value_does_not_go_where_it_has_no_room, begin),
        cmocka_unit_test_setup(one_wrong_bit_anywhere_is_found, begin),
        cmocka_unit_test_setup(a_size_that_cannot_be_is_no_value, begin),
        cmocka_unit_test_setup(a_reset_leaves_the_old_value_or_the_new, begin),
        cmocka_unit_test_setup(a_reset_leaves_a_first_value_whole_or_not_at_all,
                               begin),
        cmocka_unit_test_setup(the_later_of_two_counts, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
