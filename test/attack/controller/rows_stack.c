// rows_stack.c - B2, A10, csv-C: a stack pointer that is none, at every system
// call, at an interrupt, at a fault; and stacks that are too small.

#include "rows.h"

// Whatever the call: the frame is not where it may be, so nothing is read from
// it, and the call is not done.
#define SP_AT(what, place_, offset_, number, name)                             \
    {                                                                          \
        "B2", "SP in " what ", " name, DEED_TRAP_AT, place_, BOTH,             \
            TO_FAULT(SP, ANYWHERE), .offset = (int32_t)(offset_), .b = number  \
    }

#define SP_EVERYWHERE(number, name)                                            \
    SP_AT("kernel data", AT_KERNEL_DATA, 64, number, name),                    \
        SP_AT("the kernel's threads", AT_KERNEL_THREADS, 64, number, name),    \
        SP_AT("kernel text", AT_KERNEL_TEXT, 64, number, name),                \
        SP_AT("another's stack", AT_VICTIM_STACK_END, 0, number, name),        \
        SP_AT("another's memory", AT_VICTIM_MEMORY, 64, number, name),         \
        SP_AT("an own thread's stack", AT_SIBLING_STACK_END, -64, number,      \
              name),                                                           \
        SP_AT("own memory", AT_OWN_MEMORY_END, 0, number, name),               \
        SP_AT("own SHARED", AT_OWN_SHARED, 40, number, name),                  \
        SP_AT("own code", AT_OWN_CODE, 64, number, name),                      \
        SP_AT("a device window", AT_WINDOW, 0x8000, number, name),             \
        SP_AT("another's device", AT_OTHER_UART, 64, number, name),            \
        SP_AT("the system space", AT_ADDRESS, 0xe000ed40, number, name),       \
        SP_AT("a hole", AT_ADDRESS, 0x30000000, number, name),                 \
        SP_AT("0", AT_ADDRESS, 0, number, name),                               \
        SP_AT("16", AT_ADDRESS, 16, number, name)

// No room for the frame, in whatever part; then just enough.
#define SP_LOW(number, name)                                                   \
    { "csv-C4", "SP = base + 0 ... 28, " name, DEED_TRAP_AT, AT_OWN_STACK,     \
      HOME,     TO_FAULT(STACK, ANYWHERE),     .b = number,  .times = 8,       \
      .step = 4 },                                                             \
    {                                                                          \
        "csv-C4", "SP = base + 32 ... 104, " name, DEED_TRAP_AT, AT_OWN_STACK, \
            HOME, .required = SURVIVED, .offset = 32, .b = number,             \
                  .times = 19, .step = 4                                       \
    }

#define WITHOUT_A_TRAP(what, place_, offset_)                                  \
    { "B2",                                                                    \
      "SP in " what ", an interrupt",                                          \
      DEED_SPIN_AT,                                                            \
      place_,                                                                  \
      BOTH,                                                                    \
      TO_FAULT(SP, ANYWHERE),                                                  \
      .offset = (int32_t)(offset_) },                                          \
    {                                                                          \
        "B2", "SP in " what ", a fault", DEED_FAULT_AT, place_, BOTH,          \
            TO_FAULT(SP, ANYWHERE), .offset = (int32_t)(offset_)               \
    }

static const struct row table[] = {
#define CMRX_SYSCALL(number, name, words)                                      \
    SP_EVERYWHERE(number, #name), SP_LOW(number, #name),
#include <cmrx/syscalls.def>
#undef CMRX_SYSCALL
    WITHOUT_A_TRAP("kernel data", AT_KERNEL_DATA, 64),
    WITHOUT_A_TRAP("another's stack", AT_VICTIM_STACK_END, 0),
    WITHOUT_A_TRAP("an own thread's stack", AT_SIBLING_STACK_END, -64),
    WITHOUT_A_TRAP("own code", AT_OWN_CODE, 64),
    WITHOUT_A_TRAP("the system space", AT_ADDRESS, 0xe000ed40),
    WITHOUT_A_TRAP("a hole", AT_ADDRESS, 0x30000000),
    WITHOUT_A_TRAP("0", AT_ADDRESS, 0),
    // The processor does not mind; the frame is in memory of its own.
    { "B2", "SP in own memory, a fault", DEED_FAULT_AT, AT_OWN_MEMORY_END, BOTH,
      TO_FAULT(INSTRUCTION, ANYWHERE) },
    { "B2", "SP in own memory, an interrupt", DEED_SPIN_AT, AT_OWN_MEMORY_END,
      BOTH, TO_RETURN(0) },
    { "csv-C9", "SP = base + 32, an interrupt", DEED_SPIN_AT, AT_OWN_STACK,
      HOME, TO_RETURN(0), .offset = 32, .times = 8, .step = 4 },
    { "csv-C9", "SP = base + 0 ... 28, an interrupt", DEED_SPIN_AT,
      AT_OWN_STACK, HOME, TO_FAULT(STACK, ANYWHERE), .times = 8, .step = 4 },

    { "csv-C5", "SP = top, TIME, then the end", DEED_END_AT, AT_OWN_STACK_END,
      HOME, .required = ENDS },
    { "csv-C5", "SP = top + 8 ... 64, TIME", DEED_TRAP_AT, AT_OWN_STACK_END,
      HOME, TO_FAULT(SP, ANYWHERE), .offset = 8, .b = CMRX_SYS_TIME, .times = 8,
      .step = 8 },
    { "csv-C5", "SP = top + 8 ... 64, a call", DEED_CALL_AT, AT_OWN_STACK_END,
      HOME, TO_FAULT(SP, ANYWHERE), .offset = 8, .times = 8, .step = 8 },
    { "csv-C6", "SP odd: low bits are ignored", DEED_TRAP_AT, AT_OWN_STACK,
      HOME, TO_RETURN(0), .offset = 65, .b = CMRX_SYS_TIME, .times = 3,
      .step = 1 },
    { "csv-C6", "SP not a multiple of 8", DEED_TRAP_AT, AT_OWN_STACK, HOME,
      TO_RETURN(0), .offset = 68, .b = CMRX_SYS_TIME },
    { "csv-C13", "exactly a frame free", DEED_TRAP_AT, AT_OWN_STACK, HOME,
      TO_RETURN(0), .offset = 32, .b = CMRX_SYS_TIME },

    { "csv-E6", "call with no room for the callee", DEED_CALL_AT, AT_OWN_STACK,
      HOME, TO_RETURN(CMRX_NO_STACK), .offset = 32, .times = 19, .step = 4 },
    { "csv-E6", "call with a deadline and no room for the callee", DEED_CALL_AT,
      AT_OWN_STACK, HOME, TO_RETURN(CMRX_NO_STACK), .offset = 32,
      .b = CMRX_SYS_CALL_UNTIL, .times = 19, .step = 4 },
    { "C5", "cut below the begin of the stack", DEED_CALL_AT, AT_OWN_STACK,
      HOME, TO_RETURN(CMRX_NO_STACK), .offset = 32, .c = 8, .times = 8,
      .step = 8 },
    { "csv-E9", "call with SP in another's memory", DEED_CALL_AT,
      AT_VICTIM_MEMORY, BOTH, TO_FAULT(SP, ANYWHERE), .offset = 64 },

    { "A10", "one word too much", DEED_PUSH_AT, AT_OWN_STACK, HOME,
      TO_FAULT(STACK, ANYWHERE) },
    { "A10", "the last word", DEED_PUSH_AT, AT_OWN_STACK, HOME, TO_RETURN(0),
      .offset = 4 },
    { "csv-A16", "overflow by recursion", DEED_RECURSE, AT_ADDRESS, EVERYWAY,
      TO_FAULT(STACK, ANYWHERE) },
    { "A10", "overflow word by word", DEED_PUSH_ALL, AT_ADDRESS, EVERYWAY,
      TO_FAULT(STACK, ANYWHERE) },
    { "csv-A17", "a frame of 1.5 KiB", DEED_LEAP, ADDRESS(1536), .ways = HOME,
      TO_FAULT(ANY, ANYWHERE) },
    { "csv-A17", "a frame of 64 KiB", DEED_LEAP, ADDRESS(0x10000),
      .ways = EVERYWAY, TO_FAULT(ANY, ANYWHERE) },
    { "csv-A17", "a frame of 512 MiB", DEED_LEAP, ADDRESS(0x20000000),
      .ways = EVERYWAY, TO_FAULT(ANY, ANYWHERE) },
    { "csv-A17", "a frame of 2 GiB", DEED_LEAP, ADDRESS(0x80000000),
      .ways = EVERYWAY, TO_FAULT(ANY, ANYWHERE) },
};

ROWS(rows_stack);
