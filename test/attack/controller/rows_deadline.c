// rows_deadline.c - C13: calls with a deadline, by a client that means no good.

#include "rows.h"

// Of the attacker: deeds.h.
#define METHODS (sizeof(struct deputy) / sizeof(void (*)(void)))
#define IMPORTS 2
#define UNTIL   CMRX_SYS_CALL_UNTIL

#define AT_DEADLINE(what, low, high, status)                                   \
    {                                                                          \
        "C13", "deadline " what, DEED_CALL_UNTIL, ADDRESS(low),                \
            .ways = EVERYWAY, TO_RETURN(CMRX_##status), .b = high              \
    }

// What is wrong is told before the deadline is looked at.
#define LEND(what, bytes, status)                                              \
    {                                                                          \
        "C5", "lends " what ", with a deadline", DEED_LEND, ADDRESS(bytes),    \
            .ways = EVERYWAY, TO_RETURN(CMRX_##status), .b = UNTIL             \
    }

static const struct row table[] = {
    AT_DEADLINE("0", 0, 0, TIMEOUT),
    AT_DEADLINE("1", 1, 0, TIMEOUT),
    AT_DEADLINE("2^31", 0x80000000, 0, OK),
    AT_DEADLINE("2^32 - 1", UINT32_MAX, 0, OK),
    AT_DEADLINE("2^32", 0, 1, OK),
    AT_DEADLINE("2^63 - 1", UINT32_MAX, INT32_MAX, OK),
    AT_DEADLINE("2^63", 0, 0x80000000, OK),
    AT_DEADLINE("just before never", UINT32_MAX - 1, UINT32_MAX, OK),
    AT_DEADLINE("never", UINT32_MAX, UINT32_MAX, OK),

    LEND("1 byte", 1, INVALID),
    LEND("12 bytes", 12, INVALID),
    LEND("more than the stack", 0x8000, NO_STACK),
    LEND("2 GiB", 0x80000000, NO_STACK),
    LEND("4 GiB - 8", 0xfffffff8, NO_STACK),

    { "C1", "import past the last, with a deadline", DEED_TRAP_GARBAGE,
      ADDRESS(IMPORTS << 8 | UNTIL), .ways = VISIT, TO_RETURN(CMRX_INVALID),
      .times = 256 - IMPORTS, .step = 0x100 },
    { "C1", "method past the last, with a deadline",
      TRAP(UNTIL | METHODS << 8 << 8), AT_ADDRESS, EVERYWAY,
      TO_RETURN(CMRX_INVALID) },
    { "csv-E4", "method 65535, with a deadline", DEED_TRAP_GARBAGE,
      ADDRESS((int32_t)0xffff0000 | UNTIL), .ways = EVERYWAY,
      TO_RETURN(CMRX_INVALID) },
    { "csv-E9", "call with a deadline, SP in another's memory", DEED_CALL_AT,
      AT_VICTIM_MEMORY, BOTH, TO_FAULT(SP, ANYWHERE), .offset = 64,
      .b = UNTIL },

    { "C13", "wait of the callee is over at the deadline", DEED_WAIT_UNTIL,
      ADDRESS(1000), .ways = EVERYWAY, TO_RETURN(WAITED(CMRX_CANCELLED)),
      .b = 100000000 },
    { "C13", "wait of the callee that ends before", DEED_WAIT_UNTIL,
      ADDRESS(2000), .ways = EVERYWAY, TO_RETURN(WAITED(CMRX_TIMEOUT)),
      .b = 500 },
    { "C14", "a server is not left before the time that it has promised",
      DEED_HURRY_DEPUTY, ADDRESS(1000), .ways = EVERYWAY, TO_RETURN(CMRX_OK),
      .b = 5000 },
    { "C14", "a flood of short deadlines", DEED_FLOOD_UNTIL, ADDRESS(200),
      .ways = EVERYWAY, TO_RETURN(0) },
};

ROWS(rows_deadline);
