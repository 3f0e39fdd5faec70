// scenarios_call.c - C: what a callee and its caller can find of each other.

#include "controller.h"
#include "machine.h"

// What the attacker leaves, inverted: who looks for it must not have it in a
// register, or an interrupt puts it on the stack that is being looked at.
static const volatile uint32_t dirt_inverted = ~0xd127d127u;

// ---- At the start

static bool nothing_is_recorded_and_nothing_was_restarted(void)
{
    static struct cmrx_fault fault;
    struct cmrx_process_status status;

    for (uint32_t p = 0; p < PROCESSES; p++)
        if (cmrx_process_status(p, &status) != CMRX_OK ||
            status.generation != 1 || status.faults != 0)
            return false;
    return cmrx_fault_read(&fault) == CMRX_BUSY;
}

// ---- The cut

static bool is_refused(uint32_t deed, uint32_t address)
{
    run(VISITING, deed, address, 0xbadbadbau, 0);
    bool refused = outcome.happened == FAULTS &&
                   fault_is_recorded(ATTACKER, CMRX_FAULT_ACCESS) &&
                   outcome.fault.address == address;
    renew_all(outcome.faulted);
    return refused;
}

// From the top of the stack down to what the callee has itself: at least all
// that the caller has there, the frame of the trap and r4-r11 are hidden.
static bool callee_touches_no_word_above_the_cut(void)
{
    uint32_t at = place(AT_RUNNER_STACK_END) - 4;
    uint32_t words = 0;

    for (; is_refused(DEED_READ, at); at -= 4, words++)
        if (!is_refused(DEED_WRITE, at))
            return false;
    return at < runner_stack - CMRX_TRAP_BYTES && words > 16;
}

// ---- The other end: what lies below the runner's stack is the main thread's, which
// is in here, so that its highest words stay as they are

#define BELOW_WORDS 8u

static bool a_call_keeps_nothing_below_the_stack(void)
{
    uint32_t low = place(AT_RUNNER_STACK), was[BELOW_WORDS];
    const volatile uint32_t *below =
        (const volatile uint32_t *)(uintptr_t)low - BELOW_WORDS;
    bool kept = true;

    for (uint32_t i = 0; i < BELOW_WORDS; i++)
        was[i] = below[i];
    for (uint32_t sp = 0; sp <= CMRX_TRAP_BYTES; sp += 8) {
        run(VISITING, DEED_CALL_AT, low + sp, CMRX_SYS_CALL, 8);
        renew_all(outcome.faulted);
        kept &= outcome.happened == FAULTS ||
                outcome.value == (uint32_t)CMRX_NO_STACK;
    }
    for (uint32_t i = 0; i < BELOW_WORDS; i++)
        kept &= below[i] == was[i];
    return kept;
}

// ---- Room: a call without a deadline may go a shorter way than one that has one, but
// is not allowed more

// The most bytes that a visitor may lend.
static uint32_t most_lent(uint32_t word)
{
    uint32_t most = 0, too_many = 4096;

    while (too_many - most > 8) {
        uint32_t bytes = (most + too_many) / 2 & ~7u;
        run(VISITING, DEED_LEND, bytes, word, 0);
        renew_all(outcome.faulted);
        if (outcome.value == (uint32_t)CMRX_NO_STACK)
            too_many = bytes;
        else
            most = bytes;
    }
    return most;
}

static bool as_much_is_lent_with_a_deadline_and_without(void)
{
    uint32_t most = most_lent(CMRX_SYS_CALL);

    return most > 0 && most == most_lent(CMRX_SYS_CALL_UNTIL);
}

// ---- The deputy's monitor: one of its services needs it, the other does not

#define STAYS_US 3000u

static uint64_t stays_until;

static void stays(void)
{
    stays_until = in(STAYS_US);
    CALL(NULL, slow, stay, STAYS_US);
}

static bool who_returns_from_where_many_may_be_frees_no_monitor(void)
{
    uint32_t count;

    start_own(stays);
    cmrx_sleep_until(in(STAYS_US / 4));
    CALL(&count, deputy, calls);
    CALL(&count, deputy, calls);
    CALL(&count, slow, visits);
    bool waited = cmrx_time_now() >= stays_until;
    is_over(VISITING, in(2 * STAYS_US));
    return waited;
}

// ---- Leftovers

static uint32_t dirt_below, dirt_for_next;

// Of the runner, who asks.
uint32_t dirt_on_own_stack(void)
{
    const volatile uint32_t *word =
        (const volatile uint32_t *)(uintptr_t)place(AT_RUNNER_STACK);
    const volatile uint32_t *here;
    uint32_t inverted = dirt_inverted, found = 0;

    here = machine_stack();
    for (; word < here; word++)
        found += (*word ^ inverted) == UINT32_MAX;
    return found;
}

static void look_for_dirt(void)
{
    uint64_t result;

    CALL(&result, attack, commit, DEED_FILL_STACK, 0, 0, 0);
    dirt_below = dirt_on_own_stack();
    CALL(&result, attack, commit, DEED_FILL_STACK, 0, 0, 0);
    CALL(&dirt_for_next, deputy, dirt);
}

static void look_for_dirt_of_a_dead_one(void)
{
    uint64_t result;

    CALL(&result, attack, commit, DEED_FILL_STACK, 0, 0, 1);
    dirt_below = dirt_on_own_stack();
}

static bool a_callee_leaves_nothing_for_its_caller_nor_the_next(void)
{
    dirt_below = dirt_for_next = 1;
    run_own(look_for_dirt);
    return dirt_below == 0 && dirt_for_next == 0;
}

static bool a_callee_that_faults_leaves_nothing_either(void)
{
    dirt_below = 1;
    run_own(look_for_dirt_of_a_dead_one);
    outcome.faulted = 1u << ATTACKER;
    outcome.recorded = cmrx_fault_read(&outcome.fault) == CMRX_OK;
    renew_all(outcome.faulted);
    return dirt_below == 0 && outcome.recorded;
}

// ---- Registers

static uint32_t registers_seen;

static void look_at_registers(void)
{
    uint32_t seen[3] = { 1, 1, 1 };

    CALL(&seen[0], attack, registers);
    CALL(&seen[1], relay_1, registers);
    CALL(&seen[2], relay_3, registers);
    registers_seen = seen[0] | seen[1] | seen[2];
}

static bool a_callee_finds_no_register_and_no_flag_of_its_caller(void)
{
    registers_seen = 1;
    run_own(look_at_registers);
    return registers_seen == 0;
}

// ---- With the right to ask, but the wrong place for the answer

static bool a_fault_record_goes_only_to_own_memory(void)
{
    static const uint16_t bad[] = {
        AT_ADDRESS,        AT_KERNEL_DATA,      AT_KERNEL_RECORD,
        AT_KERNEL_TEXT,    AT_VICTIM_MEMORY,    AT_VICTIM_STACK,
        AT_RUNNER_STACK,   AT_CONTROLLER_CODE,  AT_PUBLIC,
        AT_OWN_SHARED,     AT_CONTROLLER_STACK, AT_WINDOW,
        AT_OTHER_UART,     AT_OWN_MEMORY,       AT_CONTROLLER_MEMORY_END,
        AT_KERNEL_THREADS,
    };

    for (uint32_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint32_t at = place((enum place)bad[i]) & ~7u;
        if (cmrx_trap(CMRX_SYS_FAULT_READ, at, 0, 0, 0).status != CMRX_INVALID)
            return false;
    }
    uint32_t odd = place(AT_CONTROLLER_DATA) + 4;
    return cmrx_trap(CMRX_SYS_FAULT_READ, odd | 1, 0, 0, 0).status ==
               CMRX_INVALID &&
           cmrx_trap(CMRX_SYS_FAULT_READ, 0xfffffff8, 0, 0, 0).status ==
               CMRX_INVALID;
}

static bool numbers_past_the_last_are_refused_with_the_right_too(void)
{
    static const uint32_t bad[] = { PROCESSES, PROCESSES + 1, 255, 0x80000000,
                                    UINT32_MAX };
    bool refused = true;

    for (uint32_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        refused &=
            cmrx_trap(CMRX_SYS_PROCESS_CONTROL, bad[i], 1, 0, 0).status ==
            CMRX_INVALID;
        refused &= cmrx_trap(CMRX_SYS_PROCESS_STATUS, bad[i], 0, 0, 0).status ==
                   CMRX_INVALID;
        refused &= cmrx_trap(CMRX_SYS_THREAD_STATUS, bad[i], 0, 0, 0).status ==
                   CMRX_INVALID;
        refused &=
            cmrx_trap(CMRX_SYS_THREAD_STATUS, 0, 1, bad[i] | 1, 0).status ==
            CMRX_INVALID;
    }
    return refused && cmrx_process_stop(IDLE) == CMRX_INVALID &&
           cmrx_trap(CMRX_SYS_PROCESS_CONTROL, 0, 2, 0, 0).status ==
               CMRX_INVALID &&
           cmrx_trap(CMRX_SYS_SYSTEM_END, 2, 0, 0, 0).status == CMRX_INVALID;
}

#define FACT(id, name)                                                         \
    {                                                                          \
        id, #name, name                                                        \
    }

static const struct scenario boot[] = {
    FACT("E4", nothing_is_recorded_and_nothing_was_restarted),
};
const struct scenarios scenarios_boot = { boot, 1 };

static const struct scenario table[] = {
    FACT("csv-E16", callee_touches_no_word_above_the_cut),
    FACT("csv-E6", a_call_keeps_nothing_below_the_stack),
    FACT("C5", as_much_is_lent_with_a_deadline_and_without),
    FACT("C10", who_returns_from_where_many_may_be_frees_no_monitor),
    FACT("csv-E18", a_callee_leaves_nothing_for_its_caller_nor_the_next),
    FACT("csv-E17", a_callee_that_faults_leaves_nothing_either),
    FACT("csv-E19", a_callee_finds_no_register_and_no_flag_of_its_caller),
    FACT("B4", a_fault_record_goes_only_to_own_memory),
    FACT("csv-D7", numbers_past_the_last_are_refused_with_the_right_too),
};

SCENARIOS(scenarios_call);
