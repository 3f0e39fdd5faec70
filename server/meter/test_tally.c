// test_tally.c - the meter's arithmetic.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tally.h"

#define OWN 31u

static struct tally tally;

static void see(const struct tally_look *looks, uint32_t count)
{
    tally_add(&tally, looks, count, OWN);
}

static void begin(void)
{
    tally = (struct tally){ 0 };
}

static void most_urgent_that_is_ready_gets_all_of_it(void **state)
{
    (void)state;

    const struct tally_look looks[] = {
        { 1, 3, 0 }, { 1, 9, 1 }, { 0, 20, 2 }, { 1, 0, 3 }
    };

    begin();
    see(looks, 4);
    assert_true(tally.samples == 1);
    assert_true(tally.threads[1] == TALLY_UNIT &&
                tally.processes[1] == TALLY_UNIT);
    assert_true(tally.threads[0] == 0 && tally.threads[2] == 0);
    assert_true(tally.processes[0] == 0 && tally.processes[3] == 0);
}

static void meter_itself_is_not_looked_at(void **state)
{
    (void)state;

    const struct tally_look looks[] = { { 1, OWN, 0 }, { 1, 2, 1 } };

    begin();
    see(looks, 2);
    assert_true(tally.threads[0] == 0 && tally.threads[1] == TALLY_UNIT);
}

static void thread_counts_where_it_is(void **state)
{
    (void)state;

    struct tally_look look = { 1, 5, 2 };

    begin();
    see(&look, 1);
    look.process = 7; // in a call
    see(&look, 1);
    assert_true(tally.threads[0] == 2 * TALLY_UNIT);
    assert_true(tally.processes[2] == TALLY_UNIT &&
                tally.processes[7] == TALLY_UNIT);
}

static void equals_share_and_nothing_is_lost(void **state)
{
    (void)state;

    struct tally_look looks[TALLY_THREADS];

    for (uint32_t equals = 1; equals <= TALLY_THREADS; equals++) {
        uint32_t sum = 0, in_processes = 0;
        begin();
        for (uint32_t i = 0; i < equals; i++)
            looks[i] = (struct tally_look){ 1, 4, (uint8_t)(i % 3) };
        see(looks, equals);
        for (uint32_t i = 0; i < TALLY_THREADS; i++)
            sum += tally.threads[i];
        for (uint32_t i = 0; i < 3; i++)
            in_processes += tally.processes[i];
        assert_true(sum == TALLY_UNIT && in_processes == TALLY_UNIT);
        assert_true(tally.threads[equals - 1] == TALLY_UNIT / equals ||
                    equals == 1);
    }
}

static void numbers_past_the_tables_harm_nothing(void **state)
{
    (void)state;

    struct tally_look looks[TALLY_THREADS + 2] = { 0 };

    begin();
    looks[TALLY_THREADS + 1] = (struct tally_look){ 1, 4, TALLY_PROCESSES };
    see(looks, TALLY_THREADS + 2);
    assert_true(tally.samples == 1);
    for (uint32_t i = 0; i < TALLY_THREADS; i++)
        assert_true(tally.threads[i] == 0);
}

static void nobody_ready_is_no_sample(void **state)
{
    (void)state;

    const struct tally_look look = { 0, 4, 0 };

    begin();
    see(&look, 1);
    assert_true(tally.samples == 0);
}

static void share_is_in_ten_thousandths(void **state)
{
    (void)state;

    assert_true(tally_share(0, 0) == 0);
    assert_true(tally_share(TALLY_UNIT, 1) == 10000);
    assert_true(tally_share(TALLY_UNIT * 512, 1024) == 5000);
    assert_true(tally_share(TALLY_UNIT, 3) == 3333);
    assert_true(tally_share(UINT32_MAX, UINT32_MAX / TALLY_UNIT) == 10000);
}

// Each pause comes as often as any other; one tenth off is eight sigmas.
static void pauses_are_spread_evenly(void **state)
{
    (void)state;

    enum { MEAN = 50, EACH = 6400 };
    static uint32_t seen[2 * MEAN + 2];
    uint32_t chance = 0;

    for (uint32_t i = 0; i < EACH * 2 * MEAN; i++) {
        uint32_t pause = tally_pause(&chance, MEAN);
        assert_true(pause >= 1 && pause <= 2 * MEAN);
        seen[pause]++;
    }
    for (uint32_t pause = 1; pause <= 2 * MEAN; pause++)
        assert_true(seen[pause] > EACH * 9 / 10 &&
                    seen[pause] < EACH * 11 / 10);
}

// A load that has the rhythm of the samples is seen as what it is: it is there for
// three tenths of a period that is the mean pause.
static void load_in_step_is_not_missed(void **state)
{
    (void)state;

    enum { MEAN = 2000, SAMPLES = 20000 };
    uint32_t chance = 1, time = 0;

    begin();
    for (uint32_t i = 0; i < SAMPLES; i++) {
        time += tally_pause(&chance, MEAN);
        const struct tally_look looks[] = {
            { time % MEAN >= 600 && time % MEAN < 1200, 5, 0 }, { 1, 0, 1 }
        };
        see(looks, 2);
    }
    uint32_t share = tally_share(tally.threads[0], tally.samples);
    assert_true(share > 2900 && share < 3100);
}

// A system runs for years; what is long ago weighs half then.
static void counts_never_overflow(void **state)
{
    const struct tally_look look = { 1, 4, 0 };
    (void)state;

    begin();
    tally.samples = TALLY_MAX;
    tally.threads[0] = TALLY_MAX * TALLY_UNIT;
    tally.processes[3] = 1000;
    see(&look, 1);
    assert_int_equal(tally.samples, TALLY_MAX / 2 + 1);
    assert_int_equal(tally.threads[0], (TALLY_MAX / 2 + 1) * TALLY_UNIT);
    assert_int_equal(tally.processes[3], 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(most_urgent_that_is_ready_gets_all_of_it),
        cmocka_unit_test(meter_itself_is_not_looked_at),
        cmocka_unit_test(thread_counts_where_it_is),
        cmocka_unit_test(equals_share_and_nothing_is_lost),
        cmocka_unit_test(numbers_past_the_tables_harm_nothing),
        cmocka_unit_test(nobody_ready_is_no_sample),
        cmocka_unit_test(share_is_in_ten_thousandths),
        cmocka_unit_test(pauses_are_spread_evenly),
        cmocka_unit_test(load_in_step_is_not_missed),
        cmocka_unit_test(counts_never_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
