// tester.c - is served while somebody else asks the same servers for anything.
//
// A row: which methods the hostile client calls, and what is judged: no server has
// ended, no fault is on record, the tester was served right and in time all the
// while, the bystander has kept its deadlines. The oracle looks at every store.

#include "hostile.h"

#include "../../../server/log/log.h"
#include "../../../server/meter/meter.h"
#include "../../../server/store/store.h"
#include "../../../server/time/wall_clock.h"
#include "report.h"

#include <string.h>

CMRX_USE(struct hostile, hostile);
CMRX_USE(struct bystander, bystander);
CMRX_USE(struct messages_in, messages_in);
CMRX_USE(struct messages_out, messages_out);
CMRX_USE(struct log_writer, log_writer);
CMRX_USE(struct log_reader, log_reader);
CMRX_USE(struct store, store);
CMRX_USE(struct wall_clock, wall_clock);
CMRX_USE(struct wall_clock_setter, wall_clock_setter);
CMRX_USE(struct meter, meter);

#define BIT(target) (1u << (target))
#define READS       (BIT(LOG_READ) | BIT(LOG_LIMIT)) // takes what is ours
#define SETS        (BIT(CLOCK_SET) | BIT(CLOCK_ADJUST)) // it is not noon then
#define ALL         ((1u << TARGETS) - 1u)

// A row goes on until each method was called so often, and so often with each
// outcome that it has; or it has failed.
#define CALLS       80u
#define SOME        10u
#define ROUNDS      12u // of ours meanwhile, at least
#define ROUNDS_MAX  300u
#define PAUSE_US    4000u

#define SERVED_US   5000u // a round of ours: 11 calls or more, some with a CRC
// The bystander: the meter is more urgent, and deadlines of others that pass at the
// same time are served one by one, with a pause after each.
#define LATE_US     800u

static uint32_t hostile_generation = 1;
static bool is_served, is_quick;

// ---- Rounds: each server does once what it is for

static CMRX_SHARED struct message message, got;
static uint32_t sent;

static int32_t put(void)
{
    int32_t result = QUEUE_CANCELLED;

    message = (struct message){ { sent, ~sent, TESTER, 0x5e7d } };
    cmrx_call(&result, messages_in, put, &message, sizeof(message), 3, 0);
    return result;
}

static bool is_ours(int32_t from)
{
    return from >= 0 && QUEUE_FROM(from) == TESTER && got.word[0] == sent &&
           got.word[1] == ~sent && got.word[2] == TESTER &&
           got.word[3] == 0x5e7d;
}

// There is room as soon as we take: then who waits for it is let in first.
static bool queue_serves(void)
{
    bool is_put = false, is_got = false;

    sent++;
    for (uint32_t n = 0; n < 3 * MESSAGES && !is_got; n++) {
        int32_t from = -1;

        is_put = is_put || put() == 0;
        cmrx_call(&from, messages_out, get, &got, sizeof(got), 0);
        is_got = is_put && is_ours(from);
    }
    return is_got;
}

static CMRX_SHARED struct log_record record;
static uint32_t written;

static bool record_is_sound(void)
{
    if (record.process == TESTER)
        return record.length == 10 && record.level == LOG_ERROR &&
               memcmp(record.text, "round %u%u", 10) == 0 &&
               record.word[1] == ~record.word[0];
    return record.length >= 1 && record.length <= LOG_TEXT &&
           record.level < LOG_LEVELS &&
           (record.process == HOSTILE || record.process == LOG_NOBODY);
}

static bool log_serves(uint32_t targets)
{
    int32_t left = 0;
    bool is_found = false;

    written++;
    if (LOG(LOG_ERROR, "round %u%u", written, ~written) != CMRX_OK)
        return false;
    for (uint32_t n = 0; n < 3 * LOG_RECORDS && left >= 0; n++) {
        if (cmrx_call(&left, log_reader, read, &record, 0) != CMRX_OK)
            return false;
        if (left >= 0 && !record_is_sound())
            return false;
        is_found |=
            left >= 0 && record.process == TESTER && record.word[0] == written;
        if (is_found && left == 0)
            break;
    }
    return is_found || (targets & READS) != 0;
}

static CMRX_SHARED uint32_t value, old, kept, begun;

static bool store_serves(void)
{
    int32_t result[5] = { 0 };

    value++;
    cmrx_call(&result[0], store, put, STORE_NAMED("ab"), &value, sizeof(value));
    cmrx_call(&result[1], store, get, STORE_NAMED("ab"), &old, sizeof(old));
    cmrx_call(&result[2], store, get, STORE_NAMED("a"), &kept, sizeof(kept));
    // There is room for it, whatever others have put.
    cmrx_call(&result[3], store, put, STORE_NAMED("b"), &value, sizeof(value));
    cmrx_call(&result[4], store, remove, STORE_NAMED("b"));
    return result[3] == 0 && result[4] == 0 && result[0] == 0 &&
           result[1] == 4 && old == value && result[2] == 4 && kept == begun;
}

#define NOON UINT64_C(1795780800) // 2026-11-27 12:00 UTC

static CMRX_SHARED struct wall_clock_time shown;
static uint64_t noon_at; // clock of the kernel

static bool clock_serves(uint32_t targets)
{
    int32_t result = -1;

    if (cmrx_call(&result, wall_clock, read, &shown) != CMRX_OK ||
        result != 0 || shown.us >= 1000000)
        return false;
    uint64_t difference =
        (shown.seconds - NOON) * 1000000 + shown.us - (shown.base - noon_at);
    return (targets & SETS) != 0 || difference < 1000;
}

static bool meter_serves(void)
{
    uint64_t share = UINT64_MAX;
    uint32_t own = UINT32_MAX;

    return cmrx_call(&share, meter, share, METER_PROCESS, HOSTILE,
                     METER_EVER) == CMRX_OK &&
           cmrx_call(&own, meter, own) == CMRX_OK && (uint32_t)share <= 10000 &&
           own <= 10000;
}

static void say(const char *what, uint32_t number)
{
    report("# ");
    report(what);
    report(" ");
    report_number(number);
    report("\n");
}

static void round_of(uint32_t targets)
{
    uint64_t begin = cmrx_time_now();
    uint32_t wrong =
        (uint32_t)!queue_serves() | (uint32_t)!log_serves(targets) << 1 |
        (uint32_t)!store_serves() << 2 | (uint32_t)!clock_serves(targets) << 3 |
        (uint32_t)!meter_serves() << 4;
    uint32_t took = (uint32_t)(cmrx_time_now() - begin);

    if (wrong != 0 && is_served)
        say("not served by", wrong);
    if (took > SERVED_US && is_quick)
        say("a round takes", took);
    is_served = is_served && wrong == 0;
    is_quick = is_quick && took <= SERVED_US;
}

// ---- Before and after

static void bystander_ask(uint32_t *worst, uint32_t *wakes)
{
    cmrx_call(worst, bystander, worst);
    cmrx_call(wakes, bystander, wakes);
}

// Nothing is left of what came before.
static void set_up(void)
{
    int32_t result = 0;

    CALL_AGAIN(cmrx_call(NULL, hostile, count, 0, 0));
    cmrx_call(NULL, log_reader, limit, LOG_DEBUG);
    cmrx_call(NULL, wall_clock_setter, set, WALL_CLOCK_AT(NOON), 0);
    noon_at = cmrx_time_now();
    begun = hostile_generation;
    cmrx_call(&result, store, put, STORE_NAMED("a"), &begun, sizeof(begun));
    is_served = is_quick = true;
    round_of(ALL); // takes out what was left
    is_served = is_quick = true;
}

static bool is_sound(uint32_t id, uint32_t generation)
{
    struct cmrx_process_status status;

    return cmrx_process_status(id, &status) == CMRX_OK &&
           status.state == CMRX_PROCESS_RUNNING && status.faults == 0 &&
           status.generation == generation;
}

static bool all_are_sound(void)
{
    static struct cmrx_fault fault;
    bool ok = cmrx_fault_read(&fault) == CMRX_BUSY;

    if (!ok)
        say("a fault of process", fault.process);
    for (uint32_t id = 0; id < PROCESSES; id++) {
        if (is_sound(id, id == HOSTILE ? hostile_generation : 1))
            continue;
        say("is not as it was: process", id);
        ok = false;
    }
    return ok;
}

static bool bystander_is_well(uint32_t wakes_before)
{
    uint32_t late = UINT32_MAX, wakes = 0;
    bool is_whole = false;

    bystander_ask(&late, &wakes);
    cmrx_call(&is_whole, bystander, is_unharmed);
    if (late > LATE_US)
        say("the bystander is late by", late);
    return is_whole && late <= LATE_US && wakes > wakes_before;
}

static void hostile_restart(void)
{
    cmrx_process_restart(HOSTILE);
    hostile_generation++;
}

static uint32_t outcomes(uint32_t target, uint32_t outcome)
{
    uint32_t n = 0;

    cmrx_call(&n, hostile, count, target, outcome);
    return n;
}

// What has no such outcome: methods that have nothing to refuse, or nothing that
// this caller may be given.
#define NEVER_REFUSE                                                           \
    (BIT(OWN_DONE) | BIT(CLOCK_NOW) | BIT(METER_SHARE) | BIT(METER_OWN))
#define NEVER_ACCEPT (BIT(QUEUE_GET) | BIT(QUEUE_DONE))

static bool was_tried(uint32_t target)
{
    uint32_t accepted = outcomes(target, ACCEPTED);
    uint32_t refused = outcomes(target, REFUSED);
    bool accepts = (BIT(target) & NEVER_ACCEPT) == 0;
    bool refuses = (BIT(target) & NEVER_REFUSE) == 0;

    if (!refuses)
        accepted += refused; // that is no status
    return accepted + refused >= CALLS && (!accepts || accepted >= SOME) &&
           (!refuses || refused >= SOME);
}

// Nothing was accepted or went wrong that cannot be.
static bool is_right(uint32_t target)
{
    bool accepts = (BIT(target) & NEVER_ACCEPT) == 0;

    return outcomes(target, FAILED) == 0 && outcomes(target, WRONG) == 0 &&
           (accepts || outcomes(target, ACCEPTED) == 0);
}

static bool each(uint32_t targets, bool (*is)(uint32_t target))
{
    bool ok = true;

    for (uint32_t n = 0; n < TARGETS && ok; n++)
        ok = (targets & BIT(n)) == 0 || is(n);
    return ok;
}

static void say_outcomes(uint32_t targets)
{
    for (uint32_t n = 0; n < TARGETS; n++) {
        if ((targets & BIT(n)) == 0)
            continue;
        say("method", n);
        for (uint32_t i = 0; i < OUTCOMES; i++)
            say("  so many", outcomes(n, i));
    }
}

static bool serves_while(uint32_t targets)
{
    uint32_t late = 0, wakes = 0;

    hostile_restart();
    set_up();
    bystander_ask(&late, &wakes);
    cmrx_call(NULL, hostile, begin, targets, targets * 2654435761u);
    bool is_done = false;
    for (uint32_t n = 0; n < ROUNDS_MAX && !is_done; n++) {
        cmrx_sleep_until(cmrx_time_now() + PAUSE_US);
        round_of(targets);
        is_done = n >= ROUNDS && each(targets, was_tried);
    }
    bool ok = is_done && each(targets, is_right);
    if (!ok)
        say_outcomes(targets);
    ok &= all_are_sound();
    ok &= bystander_is_well(wakes);
    return ok && is_served && is_quick;
}

// ---- Cases

static bool queue_serves_beside_a_hostile_sender(void)
{
    return serves_while(BIT(QUEUE_PUT) | BIT(QUEUE_ACCOUNT));
}

static bool nobody_else_gets_from_a_queue_that_has_a_receiver(void)
{
    return serves_while(BIT(QUEUE_PUT) | BIT(QUEUE_GET) | BIT(QUEUE_DONE));
}

static bool queue_of_hostile_ends_harms_no_other(void)
{
    return serves_while(BIT(OWN_PUT) | BIT(OWN_GET) | BIT(OWN_DONE));
}

static bool log_serves_beside_a_hostile_writer(void)
{
    return serves_while(BIT(LOG_WRITE));
}

static bool log_stands_a_hostile_reader(void)
{
    return serves_while(BIT(LOG_WRITE) | BIT(LOG_READ) | BIT(LOG_LIMIT));
}

static bool store_keeps_ours_beside_a_hostile_client(void)
{
    return serves_while(BIT(STORE_PUT) | BIT(STORE_GET) | BIT(STORE_REMOVE));
}

static bool clock_serves_beside_a_hostile_client(void)
{
    return serves_while(BIT(CLOCK_NOW) | BIT(CLOCK_READ) | BIT(CLOCK_WAIT));
}

static bool clock_stands_whatever_it_is_set_to(void)
{
    return serves_while(BIT(CLOCK_SET) | BIT(CLOCK_WAIT) | BIT(CLOCK_READ));
}

static bool clock_stands_whatever_it_is_corrected_by(void)
{
    return serves_while(BIT(CLOCK_ADJUST) | BIT(CLOCK_WAIT) | BIT(CLOCK_READ));
}

static bool meter_serves_beside_a_hostile_client(void)
{
    return serves_while(BIT(METER_SHARE) | BIT(METER_OWN));
}

// At instants all over the methods; what the client holds there is given back.
static bool client_that_is_restarted_in_there_leaves_nothing(void)
{
    uint32_t late = 0, wakes = 0, state = 1;

    hostile_restart();
    set_up();
    bystander_ask(&late, &wakes);
    for (uint32_t n = 0; n < 100; n++) {
        state = state * 1103515245u + 12345u;
        CALL_AGAIN(cmrx_call(NULL, hostile, begin, ALL, state));
        cmrx_sleep_until(cmrx_time_now() + 200 + (state >> 16) % 600);
        hostile_restart();
        if (n % 5 == 0)
            round_of(ALL);
    }
    bool ok = all_are_sound();
    ok &= bystander_is_well(wakes);
    set_up();
    round_of(0);
    return ok && is_served && is_quick;
}

static const struct test_case cases[] = {
    { "queue_serves_beside_a_hostile_sender",
      queue_serves_beside_a_hostile_sender },
    { "nobody_else_gets_from_a_queue_that_has_a_receiver",
      nobody_else_gets_from_a_queue_that_has_a_receiver },
    { "queue_of_hostile_ends_harms_no_other",
      queue_of_hostile_ends_harms_no_other },
    { "log_serves_beside_a_hostile_writer",
      log_serves_beside_a_hostile_writer },
    { "log_stands_a_hostile_reader", log_stands_a_hostile_reader },
    { "store_keeps_ours_beside_a_hostile_client",
      store_keeps_ours_beside_a_hostile_client },
    { "clock_serves_beside_a_hostile_client",
      clock_serves_beside_a_hostile_client },
    { "clock_stands_whatever_it_is_set_to",
      clock_stands_whatever_it_is_set_to },
    { "clock_stands_whatever_it_is_corrected_by",
      clock_stands_whatever_it_is_corrected_by },
    { "meter_serves_beside_a_hostile_client",
      meter_serves_beside_a_hostile_client },
    { "client_that_is_restarted_in_there_leaves_nothing",
      client_that_is_restarted_in_there_leaves_nothing },
};

// It calls the tests through pointers; the most that one of them needs.
CMRX_STACK_BOUND(test_run, 900);

CMRX_THREAD(main, .stack = 1536, .priority = 20)
{
    test_run(cases, sizeof(cases) / sizeof(cases[0]));
}
