// test_fault.c - every way to go wrong ends in one record that names it.

#include "machine.h"
#include "probes.h"
#include "processor.h"
#include "tester.h"

#define ON_FLOAT 0xffu // probe_float_kind

static const struct {
    uint8_t deed, kind;
} deeds[] = {
    { DEED_DIVIDE, PROBE_DIVIDE_KIND },
    { DEED_UNDEFINED, CMRX_FAULT_INSTRUCTION },
    { DEED_BREAKPOINT, CMRX_FAULT_BREAKPOINT },
    { DEED_OVERFLOW, CMRX_FAULT_STACK },
    { DEED_EXIT, CMRX_FAULT_EXIT },
    { DEED_SEMIHOSTING, CMRX_FAULT_BREAKPOINT },
    { DEED_FLOAT, ON_FLOAT },
    { DEED_STACK_POINTER, CMRX_FAULT_POINTER },
    { DEED_LOST_STACK, PROBE_LOST_KIND },
    { DEED_LOST_TRAP, CMRX_FAULT_POINTER },
};

#define DEEDS_COUNT (sizeof deeds / sizeof deeds[0])

// Memory of the victim that happens to lie a little below our stack cannot be
// told from an overflow of that.
static bool is_named(uint32_t deed, uint32_t kind)
{
    if (kind == ON_FLOAT)
        kind = probe_float_kind;
    return last_fault.kind == kind ||
           (deed == DEED_STACK_POINTER && last_fault.kind == CMRX_FAULT_STACK &&
            last_fault.sp < (uint32_t)&kind);
}

static bool is_contained(uint32_t deed, uint32_t kind)
{
    enum cmrx_status status = cmrx_call(NULL, victim, commit, deed);
    bool ok = status == CMRX_DEAD && one_fault(&last_fault) &&
              last_fault.process == VICTIM && is_named(deed, kind) &&
              last_fault.depth == 1 && last_fault.levels == 1 &&
              last_fault.chain[0].process == TESTER;

    victim_renew();
    return ok;
}

static bool every_fault_is_contained_and_named(void)
{
    bool ok = true;

    for (unsigned i = 0; i < DEEDS_COUNT; i++)
        if (!is_contained(deeds[i].deed, deeds[i].kind)) {
            report("  deed ");
            report_number(deeds[i].deed);
            report(" kind ");
            report_number(last_fault.kind);
            report("\n");
            ok = false;
        }
    return ok;
}

static bool every_fault_is_contained_at_depth_two(void)
{
    int32_t inner = 1;

    // The victim was restarted since the middle has called it last.
    if (cmrx_call(&inner, middle, commit, DEED_NOTHING) != CMRX_OK ||
        inner != CMRX_STALE)
        return false;
    for (unsigned i = 0; i < DEEDS_COUNT; i++) {
        if (cmrx_call(&inner, middle, commit, deeds[i].deed) != CMRX_OK ||
            inner != CMRX_DEAD || !one_fault(&last_fault) ||
            last_fault.levels != 2 || last_fault.chain[0].process != MIDDLE ||
            last_fault.chain[1].process != TESTER)
            return false;
        cmrx_process_restart(VICTIM);
        cmrx_call(&inner, middle, commit, DEED_NOTHING);
    }
    victim_renew();
    return true;
}

static bool registers_are_as_left(const struct cmrx_fault *fault)
{
    for (uint32_t i = 0; i < 10; i++)
        if (fault->r[i] != 0xa0 + i)
            return false;
    return fault->r[12] == 0xac && fault->lr == 0xae &&
           fault->pc == fault->r[10] &&
           fault->sp == fault->r[11] - PROBE_FRAME_BYTES &&
           (fault->psr & 0xff000000u) == probe_psr;
}

static bool record_has_all_registers(void)
{
    enum cmrx_status status = cmrx_call(NULL, victim, commit, DEED_REGISTERS);
    bool ok = status == CMRX_DEAD && one_fault(&last_fault) &&
              last_fault.kind == CMRX_FAULT_INSTRUCTION &&
              last_fault.cause == probe_cause &&
              (last_fault.flags & CMRX_FAULT_HAS_FRAME) &&
              registers_are_as_left(&last_fault);

    victim_renew();
    return ok;
}

static bool frame_that_could_not_be_put_is_none(void)
{
    cmrx_call(NULL, victim, commit, DEED_LOST_STACK);
    bool ok =
        one_fault(&last_fault) && (last_fault.pc == 0) == PROBE_FRAME_LOST &&
        ((last_fault.flags & CMRX_FAULT_HAS_FRAME) == 0) == PROBE_FRAME_LOST;

    victim_renew();
    return ok;
}

// Where there is no such state, the instruction that would do it does not exist.
static bool who_has_left_the_secure_state_is_told_without_a_place(void)
{
    enum cmrx_status status = cmrx_call(NULL, victim, commit, DEED_LEAVE);
    bool ok = status == CMRX_DEAD && one_fault(&last_fault);

    if (last_fault.kind == CMRX_FAULT_STATE)
        ok = ok && last_fault.flags == 0 && last_fault.pc == 0 &&
             (last_fault.cause != 0) == PROBE_LEAVE_HAS_CAUSE;
    else
        ok = ok && last_fault.kind == CMRX_FAULT_INSTRUCTION &&
             (last_fault.flags & CMRX_FAULT_HAS_FRAME) != 0;
    victim_renew();
    return ok;
}

static bool has_frame(uint32_t room, uint32_t leap, bool has)
{
    enum cmrx_status status =
        cmrx_call(NULL, victim, fault_at, stack_end + room, leap);
    bool ok = status == CMRX_DEAD && one_fault(&last_fault) &&
              ((last_fault.flags & CMRX_FAULT_HAS_FRAME) != 0) == has &&
              (last_fault.pc != 0) == has;

    victim_renew();
    return ok;
}

static bool frame_at_the_low_end_is_told_where_there_is_one(void)
{
    return has_frame(PROBE_FRAME_BYTES, 0, PROBE_END_HAS_FRAME) &&
           last_fault.kind == (PROBE_END_HAS_FRAME ? CMRX_FAULT_INSTRUCTION
                                                   : CMRX_FAULT_STACK) &&
           has_frame(2 * PROBE_FRAME_BYTES, 0x10000, PROBE_LEAP_HAS_FRAME);
}

// The stack pointer of who is inside goes to where the caller's frame lies, above the
// cut, and about there: a system call from there is the callee's fault. The caller
// goes on by that very frame, and it is not taken for its fault as well.
static bool trap_with_the_callers_frame_is_the_callees_fault(void)
{
    uint8_t *here = (uint8_t *)(uintptr_t)machine_stack();
    bool ok = true;

    for (int32_t i = -24; i <= 64 && ok; i += 8) {
        ok = cmrx_call(NULL, victim, trap_at, here + i) == CMRX_DEAD &&
             one_fault(&last_fault) && last_fault.process == VICTIM &&
             last_fault.depth == 1;
        victim_renew();
    }
    return ok;
}

// Not where the stub has trapped, but where the caller will go on.
static bool chain_tells_where_the_caller_goes_on(void)
{
    uint32_t method =
        __builtin_offsetof(struct victim, commit) / sizeof(void (*)(void));
    uint32_t word = CMRX_SYS_CALL | CMRX_NUMBER(&(victim)) << 8 | method << 16;
    int32_t status = probe_call_from(word, DEED_DIVIDE);
    bool ok = status == CMRX_DEAD && one_fault(&last_fault) &&
              last_fault.chain[0].pc == (uint32_t)(uintptr_t)probe_goes_on;

    victim_renew();
    return ok;
}

// The victim returns by hand; what comes after it never runs.
static bool return_gate_can_be_taken_only_once(void)
{
    return cmrx_call(NULL, victim, commit, DEED_RETURN_TWICE) == CMRX_OK &&
           cmrx_fault_read(&last_fault) == CMRX_BUSY;
}

static bool first_unread_fault_is_kept_and_others_counted(void)
{
    cmrx_call(NULL, victim, commit, DEED_DIVIDE);
    victim_renew();
    cmrx_call(NULL, victim, commit, DEED_UNDEFINED);
    victim_renew();
    return cmrx_fault_read(&last_fault) == CMRX_OK &&
           last_fault.kind == PROBE_DIVIDE_KIND && last_fault.lost == 1 &&
           cmrx_fault_read(&last_fault) == CMRX_BUSY;
}

static bool fault_is_counted_and_generation_goes_up(void)
{
    struct cmrx_process_status before, after;

    cmrx_process_status(VICTIM, &before);
    cmrx_call(NULL, victim, commit, DEED_DIVIDE);
    one_fault(&last_fault);
    victim_renew();
    cmrx_process_status(VICTIM, &after);
    return after.faults == before.faults + 1 &&
           after.generation > before.generation &&
           after.state == CMRX_PROCESS_RUNNING;
}

static bool hundred_restarts_leave_nothing(void)
{
    for (unsigned i = 0; i < 100; i++)
        victim_renew();
    uint32_t count = 9;
    return cmrx_call(&count, victim, count) == CMRX_OK && count == 0;
}

static bool bad_control_arguments_are_refused(void)
{
    struct cmrx_process_status status;
    struct cmrx_fault local;

    return cmrx_process_restart(4) == CMRX_INVALID &&
           cmrx_process_stop(UINT32_MAX) == CMRX_INVALID &&
           cmrx_process_stop(3) == CMRX_INVALID && // idle
           cmrx_process_status(4, &status) == CMRX_INVALID &&
           cmrx_fault_read(&local) == CMRX_INVALID &&
           cmrx_fault_read((struct cmrx_fault *)0x20000000) == CMRX_INVALID;
}

const struct test_case fault_cases[] = {
    CASE(every_fault_is_contained_and_named),
    CASE(every_fault_is_contained_at_depth_two),
    CASE(record_has_all_registers),
    CASE(frame_that_could_not_be_put_is_none),
    CASE(frame_at_the_low_end_is_told_where_there_is_one),
    CASE(who_has_left_the_secure_state_is_told_without_a_place),
    CASE(trap_with_the_callers_frame_is_the_callees_fault),
    CASE(chain_tells_where_the_caller_goes_on),
    CASE(return_gate_can_be_taken_only_once),
    CASE(first_unread_fault_is_kept_and_others_counted),
    CASE(fault_is_counted_and_generation_goes_up),
    CASE(hundred_restarts_leave_nothing),
    CASE(bad_control_arguments_are_refused),
};
const uint32_t fault_cases_count = sizeof fault_cases / sizeof fault_cases[0];
