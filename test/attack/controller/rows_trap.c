// rows_trap.c - B1, B3, B10: system calls with anything in the registers, from
// odd places, and returns that were not asked for.

#include "machine.h"
#include "rows.h"

// `word` has the first of all numbers in its low byte.
#define GARBAGE(what, word, pattern)                                           \
    {                                                                          \
        "B1", "every call, " what, DEED_TRAP_GARBAGE, ADDRESS(word),           \
            .ways = BOTH, .required = SURVIVED, .b = pattern,                  \
            .times = CMRX_SYS_COUNT, .step = 1                                 \
    }

#define UNKNOWN(what, word, pattern)                                           \
    {                                                                          \
        "csv-B11", "every number that is none, " what, DEED_TRAP_GARBAGE,      \
            ADDRESS(word), .ways = BOTH, TO_RETURN(CMRX_INVALID),              \
                           .b = pattern, .times = 256 - CMRX_SYS_COUNT,        \
                           .step = 1                                           \
    }

// What would be cleared in a step that was not is the attacker's own. What it shows
// its caller by that is its own affair; the caller gets its answer.
#define STEPS(what, steps)                                                     \
    {                                                                          \
        "csv-E25", "RETURN after " what, DEED_TRAP_GARBAGE,                    \
            ADDRESS(CMRX_SYS_RETURN | (uint32_t)(steps) << 8),                 \
            .ways = VISIT | DEEP, TO_RETURN(0), .b = 0                         \
    }

static const struct row table[] = {
    UNKNOWN("zeros", CMRX_SYS_COUNT, 0),
    UNKNOWN("ones", CMRX_SYS_COUNT, 6),
    UNKNOWN("garbage above the number", 0xdeadbe00 + CMRX_SYS_COUNT, 12),
    GARBAGE("zeros", 0, 0),
    GARBAGE("1", 0, 1),
    GARBAGE("3", 0, 2),
    GARBAGE("0x1f", 0, 3),
    GARBAGE("0x7fffffff", 0, 4),
    GARBAGE("0x80000000", 0, 5),
    GARBAGE("0xffffffff", 0, 6),
    GARBAGE("0xfffffffc", 0, 7),
    GARBAGE("kernel addresses", 0, 8),
    GARBAGE("system registers", 0, 9),
    GARBAGE("another's device", 0, 10),
    GARBAGE("aliases", 0, 11),
    GARBAGE("0x55555555", 0, 12),
    GARBAGE("ones in the word", (int32_t)0xffffff00, 6),
    GARBAGE("a bit in the word", 0x01000000, 0),
    { "csv-B12", "the immediate of SVC says nothing", DEED_TRAP_NUMBER,
      AT_ADDRESS, EVERYWAY, TO_RETURN(0) },
    // attack.py has put an SVC there.
    { "csv-B15", "SVC from the last bytes of the code", DEED_JUMP_WITH,
      AT_OWN_CODE_END, EVERYWAY, TO_FAULT(EXECUTE, AT(MACHINE_TRAP_BYTES)),
      .offset = -MACHINE_TRAP_BYTES },
    { "csv-B15", "SVC in RAM", DEED_JUMP_WITH, AT_OWN_SHARED, EVERYWAY,
      TO_FAULT(EXECUTE, AT(0)) },
    { "csv-B15", "SVC in a device", DEED_JUMP_WITH, AT_WINDOW, BOTH,
      TO_FAULT(EXECUTE, AT(0)) },

    { "csv-E22", "RETURN and no call", TRAP(CMRX_SYS_RETURN), AT_ADDRESS, HOME,
      TO_FAULT(RETURN, ANYWHERE) },
    { "csv-E22", "return gate and no call", DEED_GATE, AT_OWN_GATE, HOME,
      TO_FAULT(RETURN, ANYWHERE) },
    { "csv-E25", "return gate by a jump", DEED_GATE, AT_OWN_GATE, VISIT,
      TO_RETURN(77), .b = 77 },
    { "csv-E25", "RETURN with everything forged", DEED_RETURN_FORGED,
      AT_KERNEL_STACK, VISIT, TO_RETURN(78), .b = 78 },
    // What is cleared in steps is skipped: it is the attacker's own that it shows.
    STEPS("1 step", 1),
    STEPS("the most steps", 0xffffff),
    STEPS("steps that wrap", 6710887), // times 640: 384
    { "B10", "return gate of another", DEED_GATE, AT_OTHERS_GATE, EVERYWAY,
      TO_FAULT(EXECUTE, AT(0)), .b = 1 },
    { "csv-E27", "thread exit", TRAP(CMRX_SYS_THREAD_EXIT), AT_ADDRESS, HOME,
      .required = ENDS },
    { "csv-E27", "thread exit by a visitor", TRAP(CMRX_SYS_THREAD_EXIT),
      AT_ADDRESS, VISIT | DEEP, TO_FAULT(EXIT, ANYWHERE) },
};

ROWS(rows_trap);
