// rows_reach.c - A: memory that is not the process's own, or not for that.

#include "rows.h"

// Every kind of memory of the kernel and of others: first and last word.
#define FOREIGN(name, what, ways_)                                             \
    { "A1",  what ": first word read", DEED_READ, AT_##name,                   \
      ways_, TO_FAULT(ACCESS, AT(0)) },                                        \
        { "A1",  what ": last word read", DEED_READ,   AT_##name##_END,        \
          ways_, TO_FAULT(ACCESS, AT(0)), .offset = -4 },                      \
        { "A2",  what ": first word written", DEED_WRITE, AT_##name,           \
          ways_, TO_FAULT(ACCESS, AT(0)) },                                    \
        { "A2",  what ": last word written", DEED_WRITE,  AT_##name##_END,     \
          ways_, TO_FAULT(ACCESS, AT(0)),    .offset = -4 },                   \
    {                                                                          \
        "A3", what ": executed", DEED_CALL, AT_##name, ways_,                  \
            TO_FAULT(EXECUTE, AT(0))                                           \
    }

#define NOWHERE(what, address)                                                 \
    { "csv-A13",        what ": read", DEED_READ,                              \
      ADDRESS(address), .ways = BOTH,  TO_FAULT(ACCESS, AT(0)) },              \
        { "csv-A13",        what ": written", DEED_WRITE,                      \
          ADDRESS(address), .ways = BOTH,     TO_FAULT(ACCESS, AT(0)) },       \
    {                                                                          \
        "csv-A13", what ": executed", DEED_CALL, ADDRESS(address),             \
            .ways = BOTH, TO_FAULT(EXECUTE, ANYWHERE)                          \
    }

// Where something of foreign memory shows a second time, bit by bit.
#define ALIAS(what, address, times_, step_)                                    \
    { "A7",                                                                    \
      "bit-band alias of " what ": read",                                      \
      DEED_READ,                                                               \
      ADDRESS(address),                                                        \
      .ways = BOTH,                                                            \
      TO_FAULT(ACCESS, AT(0)),                                                 \
      .times = times_,                                                         \
      .step = step_ },                                                         \
    {                                                                          \
        "A7", "bit-band alias of " what ": written", DEED_WRITE,               \
            ADDRESS(address), .ways = BOTH, TO_FAULT(ACCESS, AT(0)), .b = 1,   \
                              .times = times_, .step = step_                   \
    }

static const struct row table[] = {
    FOREIGN(VECTORS, "vectors, address 0", EVERYWAY),
    FOREIGN(KERNEL_TEXT, "kernel text", EVERYWAY),
    FOREIGN(KERNEL_CONSTANTS, "kernel constants", BOTH),
    FOREIGN(KERNEL_TABLES, "kernel tables", BOTH),
    FOREIGN(KERNEL_RECORD, "kernel's fault record", BOTH),
    FOREIGN(KERNEL_DATA, "kernel data", EVERYWAY),
    FOREIGN(KERNEL_PROCESSES, "kernel's processes", BOTH),
    FOREIGN(KERNEL_THREADS, "kernel's threads", BOTH),
    FOREIGN(KERNEL_STACK, "kernel stack", BOTH),
    FOREIGN(VICTIM_CODE, "code of another", EVERYWAY),
    FOREIGN(VICTIM_MEMORY, "memory of another", EVERYWAY),
    FOREIGN(VICTIM_SHARED, "SHARED of another", BOTH),
    FOREIGN(VICTIM_STACK, "stack of another", EVERYWAY),
    FOREIGN(BYSTANDER_STACK, "stack of a bystander", BOTH),
    FOREIGN(BYSTANDER_MEMORY, "memory of a bystander", BOTH),
    FOREIGN(CONTROLLER_CODE, "code of the caller", EVERYWAY),
    FOREIGN(CONTROLLER_DATA, "private data of the caller", EVERYWAY),
    FOREIGN(CONTROLLER_STACK, "other stack of the caller", BOTH),
    FOREIGN(RUNNER_STACK, "stack of a visitor", HOME),
    { "csv-E15", "first frame of the caller read", DEED_READ,
      AT_RUNNER_STACK_END, VISIT | DEEP, TO_FAULT(ACCESS, AT(0)),
      .offset = -4 },
    { "csv-E16", "first frame of the caller written", DEED_WRITE,
      AT_RUNNER_STACK_END, VISIT | DEEP, TO_FAULT(ACCESS, AT(0)),
      .offset = -4 },
    { "csv-E26", "first frame of the caller executed", DEED_CALL,
      AT_RUNNER_STACK_END, VISIT | DEEP, TO_FAULT(EXECUTE, AT(0)),
      .offset = -4 },
    FOREIGN(DEPUTY_CODE, "code of a server", BOTH),
    FOREIGN(DEPUTY_MEMORY, "memory of a server", BOTH),
    FOREIGN(SIBLING_STACK, "stack of an own thread", BOTH),
    FOREIGN(OWN_STACK, "stack of the own thread, by a visitor", VISIT | DEEP),
    FOREIGN(OTHER_UART, "device of another", BOTH),
    { "A3", "return gate of another", DEED_CALL, AT_OTHERS_GATE, BOTH,
      TO_FAULT(EXECUTE, AT(0)) },

    { "A4", "own code written", DEED_WRITE, AT_OWN_CODE, EVERYWAY,
      TO_FAULT(ACCESS, AT(0)) },
    { "A4", "own constants written", DEED_WRITE, AT_OWN_CONSTANTS, EVERYWAY,
      TO_FAULT(ACCESS, AT(0)) },
    { "A4", "public constants written", DEED_WRITE, AT_PUBLIC, EVERYWAY,
      TO_FAULT(ACCESS, AT(0)) },
    { "A4", "public constants executed", DEED_CALL, AT_PUBLIC, EVERYWAY,
      TO_FAULT(EXECUTE, AT(0)) },
    { "A4", "own data executed", DEED_EXECUTE_DATA, AT_ADDRESS, EVERYWAY,
      TO_FAULT(EXECUTE, ANYWHERE) },
    { "A4", "own stack executed", DEED_EXECUTE_STACK, AT_ADDRESS, EVERYWAY,
      TO_FAULT(EXECUTE, ANYWHERE) },
    { "A4", "own SHARED executed", DEED_EXECUTE_SHARED, AT_ADDRESS, BOTH,
      TO_FAULT(EXECUTE, ANYWHERE) },
    { "A4", "device window executed", DEED_EXECUTE_WINDOW, AT_ADDRESS, BOTH,
      TO_FAULT(EXECUTE, ANYWHERE) },
    { "A4", "a register of a device executed", DEED_CALL, AT_OWN_UART, BOTH,
      TO_FAULT(EXECUTE, AT(0)) },

    EDGE("word before a window", DEED_READ, WINDOW, -4, AT(0)),
    EDGE("word before a window, written", DEED_WRITE, WINDOW, -4, AT(0)),
    EDGE("word after a window", DEED_READ, WINDOW_END, 0, AT(0)),
    EDGE("word after a window, written", DEED_WRITE, WINDOW_END, 0, AT(0)),
    EDGE("half before a window", DEED_READ_HALF, WINDOW, -2, AT(0)),
    EDGE("half after a window", DEED_WRITE_HALF, WINDOW_END, 0, AT(0)),
    EDGE("byte before a window", DEED_READ_BYTE, WINDOW, -1, AT(0)),
    EDGE("byte after a window", DEED_WRITE_BYTE, WINDOW_END, 0, AT(0)),
    EDGE("word before own memory", DEED_READ, OWN_MEMORY, -4, AT(0)),
    EDGE("word after own memory", DEED_WRITE, OWN_MEMORY_END, 0, AT(0)),
    EDGE("word after own code", DEED_READ, AFTER_OWN_CODE, 0, AT(0)),
    EDGE("word before the own device", DEED_READ, OWN_UART, -4, AT(0)),
    EDGE("word after the own device", DEED_WRITE, OWN_UART_END, 0, AT(0)),
    { "csv-A15", "LDM over the end", DEED_READ_MANY, AT_OWN_MEMORY_END, BOTH,
      TO_FAULT(ACCESS, AT(8)), .offset = -8 },
    { "csv-A15", "LDM over the end of own code", DEED_READ_MANY,
      AT_AFTER_OWN_CODE, BOTH, TO_FAULT(ACCESS, AT(8)), .offset = -8 },
    { "csv-A15", "STM over the end", DEED_WRITE_MANY, AT_WINDOW_END, BOTH,
      TO_FAULT(ACCESS, AT(8)), .offset = -8 },

    NOWHERE("a hole", 0x30000000),
    NOWHERE("a hole among devices", 0x5f000000),
    NOWHERE("external RAM", 0x60000000),
    NOWHERE("external device", 0xa0000000),
    NOWHERE("vendor space", 0xe0100000),
    NOWHERE("the last word", 0xfffffffc),
    { "A7", "STM that wraps", DEED_WRITE_MANY, ADDRESS(0xfffffff8),
      .ways = BOTH, TO_FAULT(ACCESS, ANYWHERE) },
    // All RAM of the system, 512 bytes apart.
    ALIAS("RAM", 0x22000000, 64, 0x4000),
    ALIAS("another's device", 0x420a0000, 1, 0),
    ALIAS("the own device", 0x420c0000, 1, 0),
};

ROWS(rows_reach);
