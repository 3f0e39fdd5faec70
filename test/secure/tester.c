// tester.c - whose fault it is, what is told of it, and that nothing has changed.

#include "report.h"
#include "secure.h"

CMRX_USE(struct offender, offender);

// What the Secure world tells of a load or a store: the board's own, to which QEMU
// does not say where it was, nothing; those that secure.py makes of it where, as
// silicon would, or what it sees there.
enum { NOTHING, WHERE, WHAT };
const volatile uint32_t secure_tells = NOTHING;

// By its own addresses: the way into the Secure world that all of this takes, its
// memory, and a register that decides what becomes of a refused access.
static const uint32_t places[] = { 0x1000001c, 0x38000400, 0x50080010 };
#define PLACES (sizeof places / sizeof places[0])
#define CODE   0x10000000u
#define MEMORY 0x38000400u

static struct cmrx_fault record;
static volatile uint32_t asked, slept;

CMRX_THREAD(sleeper, .stack = 512, .priority = 20)
{
    (void)argument;
    for (;;) {
        while (asked == slept)
            cmrx_wait(&asked, slept, CMRX_FOREVER);
        cmrx_sleep_until(cmrx_time_now() + 1000);
        slept++;
    }
}

// The offender has died of it, nobody else, and can be called again.
static bool is_its_fault(enum cmrx_status status, uint32_t kind)
{
    bool is = status == CMRX_DEAD && cmrx_fault_read(&record) == CMRX_OK &&
              record.process == OFFENDER && record.kind == kind &&
              record.lost == 0 && record.depth == 1 &&
              cmrx_fault_read(&record) == CMRX_BUSY;

    return cmrx_process_restart(OFFENDER) == CMRX_OK &&
           cmrx_call(NULL, offender, nothing) == CMRX_OK && is;
}

// `told` is what the Secure world has told, if it does.
static bool is_access(enum cmrx_status status, uint32_t *told)
{
    uint32_t flags = CMRX_FAULT_HAS_FRAME;

    if (secure_tells != NOTHING)
        flags |= CMRX_FAULT_HAS_ADDRESS;
    bool is = is_its_fault(status, CMRX_FAULT_ACCESS) &&
              record.flags == flags && record.cause == 0 &&
              record.pc == record.r[3];
    *told = record.address;
    return is;
}

static bool is_told(uint32_t told, uint32_t place, uint32_t content)
{
    return told == (secure_tells == WHERE  ? place
                    : secure_tells == WHAT ? content
                                           : 0);
}

static bool load_is_a_fault(void)
{
    uint32_t told;

    for (unsigned i = 0; i < PLACES; i++)
        if (!is_access(cmrx_call(NULL, offender, load, places[i]), &told) ||
            !is_told(told, places[i], told))
            return false;
    return true;
}

static bool store_is_a_fault_and_changes_nothing(void)
{
    uint32_t content, told, after;

    for (unsigned i = 0; i < PLACES; i++)
        if (!is_access(cmrx_call(NULL, offender, load, places[i]), &content) ||
            !is_access(cmrx_call(NULL, offender, store, places[i]), &told) ||
            !is_access(cmrx_call(NULL, offender, load, places[i]), &after) ||
            !is_told(told, places[i], content) || after != content)
            return false;
    return true;
}

static bool goes(uint32_t address)
{
    enum cmrx_status status = cmrx_call(NULL, offender, jump, address | 1u);

    return is_its_fault(status, CMRX_FAULT_EXECUTE) &&
           record.flags == CMRX_FAULT_HAS_FRAME && record.cause == 0 &&
           record.pc == address && record.address == 0;
}

static bool jump_is_a_fault(void)
{
    return goes(CODE) && goes(MEMORY);
}

static bool is_without_frame(enum cmrx_status status, uint32_t kind)
{
    return is_its_fault(status, kind) && record.flags == 0 && record.pc == 0 &&
           record.address == 0;
}

static bool stack_of_a_system_call_is_a_fault(void)
{
    return is_without_frame(cmrx_call(NULL, offender, trap, MEMORY),
                            CMRX_FAULT_POINTER);
}

static bool stack_of_a_refused_load_is_a_fault(void)
{
    return is_without_frame(cmrx_call(NULL, offender, load_on, MEMORY),
                            CMRX_FAULT_POINTER);
}

// Which says more than where the stack was.
static bool stack_of_another_fault_is_that_fault(void)
{
    return is_without_frame(cmrx_call(NULL, offender, undefined, MEMORY),
                            CMRX_FAULT_INSTRUCTION);
}

static bool stack_of_an_interrupt_is_a_fault_and_that_comes(void)
{
    uint32_t before = slept;

    asked++;
    cmrx_wake(&asked, 1);
    uint64_t begun = cmrx_time_now();
    bool is = is_without_frame(cmrx_call(NULL, offender, spin, MEMORY),
                               CMRX_FAULT_POINTER);
    return is && slept == before + 1 && cmrx_time_now() - begun < 2000;
}

#define CASE(name)                                                             \
    {                                                                          \
#name, name                                                            \
    }

static const struct test_case cases[] = {
    CASE(load_is_a_fault),
    CASE(store_is_a_fault_and_changes_nothing),
    CASE(jump_is_a_fault),
    CASE(stack_of_a_system_call_is_a_fault),
    CASE(stack_of_a_refused_load_is_a_fault),
    CASE(stack_of_another_fault_is_that_fault),
    CASE(stack_of_an_interrupt_is_a_fault_and_that_comes),
};

CMRX_STACK_BOUND(test_run, 512);

CMRX_THREAD(main, .stack = 2048, .priority = 10)
{
    (void)argument;
    test_run(cases, sizeof cases / sizeof *cases);
}
