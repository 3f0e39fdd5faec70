// rows_call.c - C, G4: what is lent, and servers that are led astray.

#include "rows.h"

#define LEND(what, bytes, status)                                              \
    {                                                                          \
        "C5", "lends " what, DEED_LEND, ADDRESS(bytes),                        \
            .ways = EVERYWAY, TO_RETURN(CMRX_##status)                         \
    }

// The server asks the kernel, and does not touch it.
#define NOT_THE_CALLERS(id, what, place_, offset_, size)                       \
    { id,                                                                      \
      what ": may the caller read?",                                           \
      DEED_ASK_DEPUTY,                                                         \
      place_,                                                                  \
      EVERYWAY,                                                                \
      TO_RETURN(0),                                                            \
      .offset = (int32_t)(offset_),                                            \
      .b = size },                                                             \
    {                                                                          \
        id, what ": may the caller write?", DEED_ASK_DEPUTY, place_, EVERYWAY, \
            TO_RETURN(0), .offset = (int32_t)(offset_), .b = size, .c = 1      \
    }

// A server that does not ask: its fault, and the client lives.
#define CARELESS(what, place_, offset_)                                        \
    {                                                                          \
        "csv-E13", what ", to a careless server", DEED_ASK_DEPUTY_BLINDLY,     \
            place_, EVERYWAY, TO_FAULT(ACCESS, AT(0)),                         \
            .offset = (int32_t)(offset_), .b = 4, .culprit = DEPUTY            \
    }

// As one who was called: what the last caller lends, and the stack above the cut.
#define LENT(what, deed)                                                       \
    { "G4",        "SHARED of the caller, " what, deed, AT_RELAY_SHARED, DEEP, \
      TO_RETURN(0) },                                                          \
    {                                                                          \
        "csv-E16", "the caller's stack, " what, deed, AT_RUNNER_STACK_END,     \
            VISIT | DEEP, TO_FAULT(ACCESS, AT(0)), .offset = -4                \
    }

// By a client whose door to the deputy is open.
#define METHODS (sizeof(struct deputy) / sizeof(void (*)(void)))
#define OPEN(id, what, bits)                                                   \
    {                                                                          \
        id, what ", by who has an open door", DEED_TRAP_WHEN_OPEN,             \
            ADDRESS(CMRX_SYS_CALL | (uint32_t)(bits)), .ways = EVERYWAY,       \
                                                       TO_RETURN(CMRX_INVALID) \
    }

static const struct row table[] = {
    LEND("nothing", 0, OK),
    LEND("8 bytes", 8, OK),
    LEND("1 byte", 1, INVALID),
    LEND("4 bytes", 4, INVALID),
    LEND("12 bytes", 12, INVALID),
    LEND("more than the stack", 0x8000, NO_STACK),
    LEND("65528 bytes", 0xfff8, NO_STACK),
    LEND("65535 bytes", 0xffff, INVALID),
    LEND("65536 bytes", 0x10000, NO_STACK),
    LEND("what wraps to 8", 0x10008, NO_STACK),
    LEND("2 GiB - 8", 0x7ffffff8, NO_STACK),
    LEND("2 GiB", 0x80000000, NO_STACK),
    LEND("4 GiB - 8", 0xfffffff8, NO_STACK),
    LEND("its own address", 0x20000000, NO_STACK),

    { "G4", "own SHARED: first byte", DEED_ASK_DEPUTY, AT_OWN_SHARED, EVERYWAY,
      TO_RETURN(1), .b = 1, .c = 1 },
    { "G4", "own SHARED: last byte", DEED_ASK_DEPUTY, AT_OWN_SHARED_END,
      EVERYWAY, TO_RETURN(1), .offset = -1, .b = 1, .c = 1 },
    { "G4", "own SHARED: an odd middle", DEED_ASK_DEPUTY, AT_OWN_SHARED,
      EVERYWAY, TO_RETURN(1), .offset = 3, .b = 21, .c = 1 },
    { "G4", "public constants, read", DEED_ASK_DEPUTY, AT_PUBLIC, EVERYWAY,
      TO_RETURN(1), .b = 4 },
    { "G4", "public constants, written", DEED_ASK_DEPUTY, AT_PUBLIC, EVERYWAY,
      TO_RETURN(0), .b = 4, .c = 1 },
    NOT_THE_CALLERS("G4", "SHARED, nothing of it", AT_OWN_SHARED, 0, 0),
    NOT_THE_CALLERS("G4", "SHARED, a byte too far", AT_OWN_SHARED_END, -1, 2),
    NOT_THE_CALLERS("G4", "SHARED, a byte too early", AT_OWN_SHARED, -1, 2),
    NOT_THE_CALLERS("G4", "the end of SHARED", AT_OWN_SHARED_END, 0, 1),
    NOT_THE_CALLERS("G4", "the end of SHARED, empty", AT_OWN_SHARED_END, 0, 0),
    NOT_THE_CALLERS("csv-E12", "SHARED, 2^31 of it", AT_OWN_SHARED, 0,
                    0x80000000),
    NOT_THE_CALLERS("csv-E12", "SHARED, 2^32 - 1 of it", AT_OWN_SHARED, 0,
                    0xffffffff),
    NOT_THE_CALLERS("csv-E12", "a range that wraps into SHARED",
                    AT_OWN_SHARED_END, 0, 0xfffffff0),
    NOT_THE_CALLERS("C11", "the caller's private memory", AT_OWN_MEMORY_END, -4,
                    4),
    NOT_THE_CALLERS("C11", "the caller's stack", AT_OWN_STACK_END, -4, 4),
    NOT_THE_CALLERS("C11", "the caller's code", AT_OWN_CODE, 0, 4),
    NOT_THE_CALLERS("C11", "the caller's device", AT_OWN_UART, 0, 4),
    NOT_THE_CALLERS("csv-E10", "the server's memory", AT_DEPUTY_MEMORY, 0, 4),
    NOT_THE_CALLERS("csv-E10", "the server's code", AT_DEPUTY_CODE, 0, 4),
    NOT_THE_CALLERS("csv-E11", "a third one's memory", AT_VICTIM_MEMORY, 0, 4),
    NOT_THE_CALLERS("csv-E11", "a third one's SHARED", AT_VICTIM_SHARED, 0, 4),
    NOT_THE_CALLERS("csv-E11", "kernel data", AT_KERNEL_DATA, 0, 4),
    NOT_THE_CALLERS("csv-E11", "kernel text", AT_KERNEL_TEXT, 0, 4),
    NOT_THE_CALLERS("G4", "NULL", AT_ADDRESS, 0, 4),
    NOT_THE_CALLERS("G4", "the last byte of all", AT_ADDRESS, 0xffffffff, 1),
    NOT_THE_CALLERS("G4", "the system space", AT_ADDRESS, 0xe000ed00, 4),

    OPEN("C1", "method past the last", METHODS << 16),
    OPEN("csv-E4", "method 256", 256 << 16),
    OPEN("csv-E4", "method 16384: times 4 wraps", 16384 << 16),
    OPEN("csv-E4", "method 65535", 0xffff0000),
    OPEN("C1", "import past the last", 2 << 8),
    OPEN("C1", "import 255", 255 << 8),

    { "csv-E10", "what a server has lent to another, when it is back",
      DEED_TOUCH_WHAT_WAS_LENT, AT_DEPUTY_SHARED, BOTH, FAULTS, .b = 7,
      .kind = CMRX_FAULT_ACCESS, .at = AT(0) },
    { "csv-E10", "the end of what it has lent", DEED_TOUCH_WHAT_WAS_LENT,
      AT_DEPUTY_SHARED_END, BOTH, FAULTS, .offset = -4, .b = 7,
      .kind = CMRX_FAULT_ACCESS, .at = AT(0) },

    // Behind its doors are those of the deputy, which are open now.
    { "C1", "import past the last, a door of another", DEED_TRAP_GARBAGE,
      ADDRESS(CMRX_SYS_CALL | 2 << 8), .ways = BOTH, TO_RETURN(CMRX_INVALID),
      .times = 4, .step = 0x100 },

    LENT("after calls", DEED_TOUCH_AFTER_CALLS),
    LENT("after a sleep", DEED_TOUCH_LATER),

    CARELESS("the caller's private memory", AT_OWN_MEMORY_END, -4),
    CARELESS("the caller's code", AT_OWN_CODE, 0),
    CARELESS("the caller's stack", AT_OWN_STACK_END, -4),
    CARELESS("the caller's device", AT_OWN_UART, 0),
    CARELESS("a third one's memory", AT_VICTIM_MEMORY, 0),
    CARELESS("kernel data", AT_KERNEL_DATA, 0),
    CARELESS("NULL", AT_ADDRESS, 0),
    CARELESS("public constants", AT_PUBLIC, 0),

    { "csv-E44", "claims to be another", DEED_ASK_WHO, ADDRESS(0),
      .ways = EVERYWAY, TO_RETURN(ATTACKER), .times = 10, .step = 1 },
};

ROWS(rows_call);
