// test_call.c - a call goes there and comes back, with what was asked for.

#include "probes.h"
#include "processor.h"
#include "tester.h"

#define WORD(import, method)                                                   \
    (CMRX_SYS_CALL | CMRX_NUMBER(&(import)) << 8 | (uint32_t)(method) << 16)

#define METHOD(type, name)                                                     \
    (__builtin_offsetof(struct type, name) / sizeof(void (*)(void)))

static bool four_words_go_and_64_bits_come_back(void)
{
    uint64_t sum = 0;
    enum cmrx_status s = cmrx_call(&sum, victim, sum, 7, 11, 13, 17);

    return s == CMRX_OK && sum == (7ull << 32) + 11 + 3 * 13 + 5 * 17;
}

static bool a_narrow_result_fills_only_its_bytes(void)
{
    struct {
        bool may;
        uint8_t after[3];
    } result = { false, { 1, 2, 3 } };

    return cmrx_call(&result.may, victim, may, "public", 1, 0) == CMRX_OK &&
           result.may && result.after[0] == 1 && result.after[2] == 3;
}

// With a deadline, which is in the pattern, a port may have another way back.
static bool registers_survive_a_callee_that_destroys_all(void)
{
    uint32_t word = WORD(victim, METHOD(victim, registers_destroy));

    return probe_call(word) == 0 &&
           probe_call(word | (CMRX_SYS_CALL ^ CMRX_SYS_CALL_UNTIL)) == 0;
}

// What has much room has another way.
static bool registers_survive_a_callee_with_a_large_stack(void)
{
    return probe_call(WORD(middle, METHOD(middle, registers_destroy))) == 0;
}

// So many values that they are in all registers that a function keeps.
bool sees_none(enum cmrx_status (*call)(uint32_t *seen))
{
    static volatile uint32_t value = 0x5a5a;
    uint32_t a = value, b = value, c = value, d = value, e = value, f = value,
             g = value, h = value, i = value, j = value, k = value, l = value;
    uint32_t seen = 1;

    probe_fill();
    return call(&seen) == CMRX_OK && seen == 0 &&
           (a & b & c & d & e & f & g & h & i & j & k & l) == value;
}

// r12 and r2 carry the call and its argument of 0.
static enum cmrx_status ask(uint32_t *seen)
{
    return cmrx_call(seen, victim, registers_seen);
}

// The first call of one that was restarted may be another way.
static bool callee_sees_none_of_the_callers_registers(void)
{
    bool ok = sees_none(ask);

    ok = cmrx_call(NULL, victim, commit, DEED_UNDEFINED) == CMRX_DEAD &&
         one_fault(&last_fault) && ok;
    cmrx_process_restart(VICTIM);
    return sees_none(ask) && ok;
}

// Whatever was in the register: what the caller lends (r4), nothing here.
static bool self_is_the_object_of_the_service(void)
{
    uint32_t word = 0, again = 0; // which may be another way

    return cmrx_call(&word, object, first) == CMRX_OK && word == OBJECT_WORD &&
           cmrx_call(&again, object, first) == CMRX_OK &&
           again == OBJECT_WORD &&
           cmrx_call(&again, object, registers_seen) == CMRX_OK && again == 0;
}

static bool fourth_argument_is_on_the_stack_and_in_no_register(void)
{
    uint32_t seen = 1;

    return cmrx_call(&seen, victim, registers_of_four, 0, 0, 0, 0x44) ==
               CMRX_OK &&
           seen == 0;
}

static bool method_past_the_table_is_refused(void)
{
    const uint32_t past = sizeof(struct victim) / sizeof(void (*)(void));
    const uint32_t numbers[] = { past, past + 1, 0xff, 0x7fff, 0xffff };

    for (unsigned i = 0; i < 5; i++)
        if (cmrx_trap(WORD(victim, numbers[i]), 0, 0, 0, 0).status !=
            CMRX_INVALID)
            return false;
    return true;
}

static bool import_past_the_table_is_refused(void)
{
    for (uint32_t import = 3; import < 256; import++)
        if (cmrx_trap(CMRX_SYS_CALL | import << 8, 0, 0, 0, 0).status !=
            CMRX_INVALID)
            return false;
    return true;
}

static bool unknown_system_call_is_refused(void)
{
    for (uint32_t number = CMRX_SYS_COUNT; number < 256; number++)
        if (cmrx_trap(number, 0, 0, 0, 0).status != CMRX_INVALID)
            return false;
    return true;
}

static bool callee_learns_who_called(void)
{
    int32_t who = -1;

    return cmrx_caller() == -1 && cmrx_call(&who, victim, caller) == CMRX_OK &&
           who == TESTER;
}

static bool restarted_callee_is_told_once_and_has_no_memory(void)
{
    uint32_t count = 99;
    uint64_t sum;

    cmrx_call(&sum, victim, sum, 0, 0, 0, 0);
    cmrx_process_restart(VICTIM);
    return cmrx_call(&count, victim, count) == CMRX_STALE && count == 99 &&
           cmrx_call(&count, victim, count) == CMRX_OK && count == 0;
}

static bool stopped_callee_is_closed(void)
{
    uint32_t count;
    bool closed;

    cmrx_process_stop(VICTIM);
    closed = cmrx_call(&count, victim, count) == CMRX_CLOSED;
    victim_renew();
    return closed && cmrx_call(&count, victim, count) == CMRX_OK;
}

static bool chain_through_a_process_between(void)
{
    int32_t status = 1;

    return cmrx_call(&status, middle, commit, DEED_NOTHING) == CMRX_OK &&
           status == CMRX_OK;
}

static bool death_at_depth_two_reaches_the_one_between(void)
{
    int32_t status = 1;
    struct cmrx_fault fault;

    (void)fault;
    bool told = cmrx_call(&status, middle, commit, DEED_DIVIDE) == CMRX_OK &&
                status == CMRX_DEAD;
    bool recorded = one_fault(&last_fault);
    victim_renew();
    return told && recorded;
}

// ---- A stack that is too small for the method

static uint32_t tiny_status, tiny_changed;

CMRX_THREAD(tiny, .stack = 256, .bound = 256, .priority = 11, .dormant = 1)
{
    uint32_t room[argument == 1 ? 8 : 24];

    __asm__ volatile("" : : "r"(room) : "memory");
    tiny_status = (uint32_t)cmrx_call(NULL, victim, commit, DEED_NOTHING);
    tiny_changed = probe_call(WORD(victim, METHOD(victim, registers_destroy)));
}

static bool too_little_stack_is_refused_before_the_callee(void)
{
    cmrx_thread_start(CMRX_THREAD_ID(tiny), 0);
    return tiny_status == (uint32_t)CMRX_NO_STACK &&
           (tiny_changed & 0xffff) == 0; // of those that are kept
}

// ---- The middle ends while the thread is beyond it

static int32_t visit_status;
static unsigned secrets_seen, secrets_read;

// Where its calls put their own things now, and below.
#define OWN_BYTES  256u
#define LOOK_BYTES (4 * SECRET_WORDS)

// By itself, and by whom it calls next.
static void look_for_secrets(void)
{
    uint32_t here, word;
    uintptr_t end = ((uintptr_t)&here & ~(uintptr_t)7) - OWN_BYTES;

    for (uintptr_t at = end - LOOK_BYTES; at < end; at += 4)
        secrets_seen += *(const volatile uint32_t *)at == SECRET;
    for (uintptr_t at = end - LOOK_BYTES; at < end; at += 16)
        secrets_read +=
            cmrx_call(&word, victim, read, (const uint32_t *)at) != CMRX_OK ||
            word == SECRET;
}

CMRX_THREAD(visitor, .stack = 2048, .priority = 12, .dormant = 1)
{
    int32_t result;

    if (argument == 0) {
        visit_status = cmrx_call(&result, middle, sleep, 1000000);
        return;
    }
    visit_status = cmrx_call(&result, middle, keep, 1000000);
    look_for_secrets();
}

// The callee sleeps, and is to clean up and return now.
static bool visit_through_one_that_ends(uint32_t argument)
{
    visit_status = 1;
    cmrx_thread_start(CMRX_THREAD_ID(visitor), argument);
    bool waits = visit_status == 1;
    cmrx_process_stop(MIDDLE);
    waits &= cmrx_thread_join(CMRX_THREAD_ID(visitor), NULL,
                              cmrx_time_now() + 5000) == CMRX_OK;
    cmrx_process_restart(MIDDLE);
    cmrx_call(NULL, middle, commit, DEED_NOTHING);
    return waits && visit_status == CMRX_DEAD;
}

static bool death_of_the_one_between_ends_the_callees_wait_and_is_told(void)
{
    return visit_through_one_that_ends(0);
}

static bool what_the_one_between_had_on_the_stack_is_gone(void)
{
    secrets_seen = secrets_read = 0;
    return visit_through_one_that_ends(1) && secrets_seen == 0 &&
           secrets_read == 0;
}

// ---- A thread that is started a second time, with what the first has left

static const struct cmrx_thread_record cmrx_record_thread_clean
    CMRX_RECORD(thread, clean) = {
        .entry = probe_thread,
        .stack = 256,
        .bound = 256,
        .priority = 13,
        .dormant = 1,
    };

static uint32_t thread_saw;

static bool thread_begins_with_clean_registers(void)
{
    bool clean = true;

    for (unsigned i = 0; i < 3; i++) {
        thread_saw = 1;
        cmrx_thread_start(CMRX_THREAD_ID(clean), (uintptr_t)&thread_saw);
        clean &= thread_saw == 0;
    }
    return clean;
}

const struct test_case call_cases[] = {
    CASE(four_words_go_and_64_bits_come_back),
    CASE(a_narrow_result_fills_only_its_bytes),
    CASE(registers_survive_a_callee_that_destroys_all),
    CASE(registers_survive_a_callee_with_a_large_stack),
    CASE(callee_sees_none_of_the_callers_registers),
    CASE(self_is_the_object_of_the_service),
    CASE(fourth_argument_is_on_the_stack_and_in_no_register),
    CASE(method_past_the_table_is_refused),
    CASE(import_past_the_table_is_refused),
    CASE(unknown_system_call_is_refused),
    CASE(callee_learns_who_called),
    CASE(restarted_callee_is_told_once_and_has_no_memory),
    CASE(stopped_callee_is_closed),
    CASE(chain_through_a_process_between),
    CASE(death_at_depth_two_reaches_the_one_between),
    CASE(thread_begins_with_clean_registers),
    CASE(too_little_stack_is_refused_before_the_callee),
    CASE(death_of_the_one_between_ends_the_callees_wait_and_is_told),
    CASE(what_the_one_between_had_on_the_stack_is_gone),
};
const uint32_t call_cases_count = sizeof call_cases / sizeof call_cases[0];
