// rows_syscall.c - B4, B6..B9, csv-D: one argument wrong at a time.

#include "rows.h"

// Of the attacker: deeds.h.
#define METHODS (sizeof(struct deputy) / sizeof(void (*)(void)))
#define IMPORTS 2

// A word that is not in the process's memory, or not a word.
#define BAD_WORD(what, place_, offset_)                                        \
    { "B7",                                                                    \
      "WAIT on " what,                                                         \
      TRAP(CMRX_SYS_WAIT),                                                     \
      place_,                                                                  \
      BOTH,                                                                    \
      TO_RETURN(CMRX_INVALID),                                                 \
      .offset = (int32_t)(offset_),                                            \
      .c = UINT32_MAX },                                                       \
    {                                                                          \
        "B7", "WAKE of " what, TRAP(CMRX_SYS_WAKE), place_, BOTH,              \
            TO_RETURN(CMRX_INVALID), .offset = (int32_t)(offset_),             \
                                     .b = UINT32_MAX                           \
    }

#define NUMBER(id, what, call, first, times_, ways_, status)                   \
    {                                                                          \
        id, what, TRAP(CMRX_SYS_##call), ADDRESS(first),                       \
            .ways = ways_, TO_RETURN(CMRX_##status), .times = times_,          \
            .step = 1                                                          \
    }

#define WITHOUT_RIGHT(what, call, first, times_, second)                       \
    {                                                                          \
        "B8", what, TRAP(CMRX_SYS_##call), ADDRESS(first),                     \
            .ways = EVERYWAY, TO_RETURN(CMRX_DENIED), .b = second,             \
            .times = times_, .step = 1                                         \
    }

// A mutex whose word names somebody: nobody whose priority it may raise.
#define NAMES(what, place_, offset_, ways_, status)                            \
    {                                                                          \
        "B7", "WAIT for an owner: " what, DEED_WAIT_FOR_OWNER, place_, ways_,  \
            TO_RETURN(CMRX_##status), .offset = (int32_t)(offset_), .b = 200   \
    }

static const struct row table[] = {
    BAD_WORD("kernel data", AT_KERNEL_DATA, 0),
    BAD_WORD("a kernel thread", AT_KERNEL_THREADS, 0),
    BAD_WORD("kernel text", AT_KERNEL_TEXT, 0),
    BAD_WORD("another's memory", AT_VICTIM_MEMORY, 0),
    BAD_WORD("another's SHARED", AT_VICTIM_SHARED, 4),
    BAD_WORD("another's stack", AT_VICTIM_STACK, 0),
    BAD_WORD("the own stack", AT_OWN_STACK, 64),
    BAD_WORD("own code", AT_OWN_CODE, 0),
    BAD_WORD("own constants", AT_OWN_CONSTANTS, 0),
    BAD_WORD("public constants", AT_PUBLIC, 0),
    BAD_WORD("an own device", AT_OWN_UART, 0),
    BAD_WORD("an own window", AT_WINDOW, 0),
    BAD_WORD("another's device", AT_OTHER_UART, 0),
    BAD_WORD("the system space", AT_ADDRESS, 0xe000ed00),
    BAD_WORD("the last word", AT_ADDRESS, 0xfffffffc),
    BAD_WORD("a word over the end", AT_OWN_MEMORY_END, -2),
    BAD_WORD("the word after the end", AT_OWN_MEMORY_END, 0),
    BAD_WORD("the word before the begin", AT_OWN_MEMORY, -4),
    BAD_WORD("an odd word", AT_OWN_MEMORY, 1),
    BAD_WORD("a half word", AT_OWN_MEMORY, 2),
    { "B7", "WAKE of NULL", TRAP(CMRX_SYS_WAKE), AT_ADDRESS, BOTH,
      TO_RETURN(CMRX_INVALID), .b = 1 },
    { "B7", "WAKE of a word that nobody waits on", TRAP(CMRX_SYS_WAKE),
      AT_OWN_MEMORY, BOTH, TO_RETURN(CMRX_OK), .b = UINT32_MAX },
    { "B7", "a flood of wakes", DEED_WAKE_FLOOD, ADDRESS(500), .ways = BOTH,
      TO_RETURN(0) },
    NAMES("another's thread", AT_VICTIM_STACK, 64, EVERYWAY, CHANGED),
    NAMES("another's, its end", AT_VICTIM_STACK_END, 0, EVERYWAY, CHANGED),
    NAMES("another's, marked", AT_VICTIM_STACK_END, -1, BOTH, CHANGED),
    NAMES("a bystander", AT_BYSTANDER_STACK_END, -64, EVERYWAY, CHANGED),
    NAMES("a thread of the caller", AT_CONTROLLER_STACK_END, -64, EVERYWAY,
          CHANGED),
    NAMES("a caller who is not here", AT_RUNNER_STACK_END, -64, HOME, CHANGED),
    NAMES("the caller itself", AT_RUNNER_STACK_END, -64, VISIT | DEEP, LOOP),
    NAMES("itself", AT_OWN_STACK_END, -64, HOME, LOOP),
    NAMES("itself, its first word", AT_OWN_STACK, 4, HOME, LOOP),
    NAMES("one who does not run", AT_SIBLING_STACK_END, -64, BOTH, CHANGED),
    // Its first word may be the end of a stack.
    NAMES("kernel data", AT_KERNEL_DATA, 8, EVERYWAY, CHANGED),
    NAMES("a kernel thread", AT_KERNEL_THREADS, 0, EVERYWAY, CHANGED),
    NAMES("the kernel's stack", AT_KERNEL_STACK_END, 0, EVERYWAY, CHANGED),
    NAMES("own memory", AT_OWN_MEMORY, 8, EVERYWAY, CHANGED),
    NAMES("the first words", AT_ADDRESS, 4, EVERYWAY, CHANGED),
    NAMES("the last word", AT_ADDRESS, 0xfffffffc, EVERYWAY, CHANGED),
    NAMES("nobody", AT_ADDRESS, 0, EVERYWAY, CHANGED),
    { "csv-D16", "deadline 0", TRAP(CMRX_SYS_WAIT), AT_ADDRESS, BOTH,
      TO_RETURN(CMRX_TIMEOUT) },
    { "csv-D16", "deadline in the past", TRAP(CMRX_SYS_WAIT), AT_ADDRESS, BOTH,
      TO_RETURN(CMRX_TIMEOUT), .c = 1 },
    { "csv-D16", "deadline that never comes", TRAP(CMRX_SYS_WAIT), AT_ADDRESS,
      EVERYWAY, .required = HANGS, .c = UINT32_MAX },
    { "D2", "deadline just before the last", TRAP(CMRX_SYS_WAIT), AT_ADDRESS,
      BOTH, .required = HANGS, .c = UINT32_MAX - 1 },

    WITHOUT_RIGHT("PROCESS_CONTROL: stop", PROCESS_CONTROL, 0, 10, 0),
    WITHOUT_RIGHT("PROCESS_CONTROL: start", PROCESS_CONTROL, 0, 10, 1),
    WITHOUT_RIGHT("PROCESS_CONTROL: no process", PROCESS_CONTROL, -2, 2, 1),
    WITHOUT_RIGHT("PROCESS_STATUS", PROCESS_STATUS, 0, 10, 0),
    WITHOUT_RIGHT("THREAD_STATUS", THREAD_STATUS, 0, 10, 0),
    WITHOUT_RIGHT("THREAD_STATUS: its stack", THREAD_STATUS, 0, 10, 1),
    WITHOUT_RIGHT("SYSTEM_END", SYSTEM_END, 0, 4, 0),
    { "B8", "FAULT_READ to own memory", TRAP(CMRX_SYS_FAULT_READ),
      AT_OWN_MEMORY, EVERYWAY, TO_RETURN(CMRX_DENIED) },
    { "B8", "FAULT_READ to kernel data", TRAP(CMRX_SYS_FAULT_READ),
      AT_KERNEL_DATA, EVERYWAY, TO_RETURN(CMRX_DENIED) },

    NUMBER("B9", "interrupt that is not its own", INTERRUPT_DONE, 1, 255, BOTH,
           INVALID),
    NUMBER("csv-D21", "interrupt 2^31", INTERRUPT_DONE, 0x80000000, 4, BOTH,
           INVALID),
    NUMBER("csv-D21", "interrupt -1", INTERRUPT_DONE, -4, 4, BOTH, INVALID),
    NUMBER("B9", "own interrupt, twice and more", INTERRUPT_DONE, 0, 1, BOTH,
           OK),
    NUMBER("csv-E48", "event that is not wired", POST, 1, 255, BOTH, INVALID),
    NUMBER("csv-E48", "event -1", POST, -2, 2, BOTH, INVALID),
    NUMBER("csv-E48", "event 2^31", POST, 0x80000000, 1, BOTH, INVALID),

    NUMBER("B6", "start of a thread that runs", THREAD_START, 0, 1, HOME, BUSY),
    NUMBER("csv-D19", "start of a foreign thread", THREAD_START, 2, 100, BOTH,
           INVALID),
    NUMBER("csv-D7", "start of thread 2^31", THREAD_START, 0x80000000, 1, BOTH,
           INVALID),
    NUMBER("csv-D7", "start of thread -1", THREAD_START, -2, 2, BOTH, INVALID),
    { "csv-D6", "a kernel object as number of a thread",
      TRAP(CMRX_SYS_THREAD_START), AT_KERNEL_THREADS, BOTH,
      TO_RETURN(CMRX_INVALID) },
    { "csv-D6", "a kernel object as number of an event", TRAP(CMRX_SYS_POST),
      AT_KERNEL_PROCESSES, BOTH, TO_RETURN(CMRX_INVALID) },
    NUMBER("B6", "join of itself", THREAD_JOIN, 0, 1, HOME, LOOP),
    NUMBER("B6", "join of a thread that never ran", THREAD_JOIN, 1, 1, BOTH,
           INVALID),
    NUMBER("csv-D19", "join of a foreign thread", THREAD_JOIN, 2, 100, BOTH,
           INVALID),
    NUMBER("csv-D7", "join of thread -1", THREAD_JOIN, -2, 2, BOTH, INVALID),
    NUMBER("csv-D17", "priority 0", THREAD_PRIORITY, 0, 1, HOME, INVALID),
    NUMBER("csv-D17", "priority above its own", THREAD_PRIORITY, 27, 300, HOME,
           INVALID),
    NUMBER("csv-D17", "priority -1", THREAD_PRIORITY, -2, 2, HOME, INVALID),
    NUMBER("csv-E38", "priority of a visitor", THREAD_PRIORITY, 0, 40,
           VISIT | DEEP, DENIED),
    NUMBER("csv-E44", "caller of nobody", CALLER, 0, 1, HOME, INVALID),
    { "csv-E44", "rights of no caller", TRAP(CMRX_SYS_CALLER_MAY),
      AT_OWN_SHARED, HOME, TO_RETURN(CMRX_DENIED), .b = 4 },

    { "C1", "import past the last", DEED_TRAP_GARBAGE, ADDRESS(IMPORTS << 8),
      .ways = EVERYWAY, TO_RETURN(CMRX_INVALID), .times = 256 - IMPORTS,
      .step = 0x100 },
    { "C1", "method past the last", TRAP(CMRX_SYS_CALL | METHODS << 8 << 8),
      AT_ADDRESS, EVERYWAY, TO_RETURN(CMRX_INVALID) },
    { "csv-E4", "method 255", TRAP(CMRX_SYS_CALL | 255 << 8 << 8), AT_ADDRESS,
      BOTH, TO_RETURN(CMRX_INVALID) },
    { "csv-E4", "method 65535", DEED_TRAP_GARBAGE, ADDRESS(0xffff0000),
      .ways = EVERYWAY, TO_RETURN(CMRX_INVALID) },
    { "csv-E4", "method 32768", DEED_TRAP_GARBAGE, ADDRESS(0x80000000),
      .ways = BOTH, TO_RETURN(CMRX_INVALID) },
    { "csv-E4", "method 16384: times 4 wraps", DEED_TRAP_GARBAGE,
      ADDRESS(0x40000000), .ways = BOTH, TO_RETURN(CMRX_INVALID) },
};

ROWS(rows_syscall);
