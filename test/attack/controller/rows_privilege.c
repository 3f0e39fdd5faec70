// rows_privilege.c - A8, A9, csv-B: instructions of the kernel, of nobody, and
// ways to leave the process by a jump. After each of them, as after every row,
// the controller sees that there is no privilege (A11, csv-B13).

#include "rows.h"

#define EXC_RETURN(what, value)                                                \
    { "csv-B6",          "branch to EXC_RETURN " what,                         \
      DEED_CALL_EXACTLY, ADDRESS(value),                                       \
      .ways = EVERYWAY,  TO_FAULT(EXECUTE, AT(-1)) },                          \
    {                                                                          \
        "csv-B6", "EXC_RETURN " what " popped", DEED_POP_PC, ADDRESS(value),   \
            .ways = BOTH, TO_FAULT(EXECUTE, AT(-1))                            \
    }

// An instruction of coprocessor 15, which from v8.1-M on is the unit's for floating
// point (DDI 0553, CheckCPEnabled). No macro of the compiler tells.
#ifndef ALL_ONES
#define ALL_ONES INSTRUCTION
#endif

static const struct row table[] = {
    { "csv-B1", "MSR CONTROL, 0", DEED_CLEAR_CONTROL, AT_ADDRESS, EVERYWAY,
      TO_RETURN(3) },
    { "A11", "CONTROL and IPSR as they should be", DEED_LOOK, AT_ADDRESS,
      EVERYWAY, TO_RETURN(3) },
    IGNORED("csv-B2", "CPSID i", DEED_MASK, 0),
    IGNORED("csv-B3", "MSR MSP, 0", DEED_SET_MSP, 0),
    IGNORED("csv-B3", "MSR MSP, kernel data", DEED_SET_MSP, 0x20000100),
    IGNORED("csv-B3", "MSR PSP, 0", DEED_SET_PSP, 0),
    IGNORED("csv-B3", "MSR PSP, kernel data", DEED_SET_PSP, 0x20000100),
    IGNORED("A8", "MRS of MSP, PSP, PRIMASK ... tells nothing",
            DEED_SYSTEM_REGISTERS, 0),
    IGNORED("A8", "WFI, SEV, WFE, YIELD", DEED_HINTS, 10),
    IGNORED("A8", "ISB", DEED_SAMPLE, 18),

    SAMPLE("csv-B8", "UDF", 0, INSTRUCTION),
    SAMPLE("csv-B8", "UDF.W", 1, INSTRUCTION),
    SAMPLE("csv-B8", "0xffffffff", 2, ALL_ONES),
    SAMPLE("csv-B8", "UDF 0x42", 3, INSTRUCTION),
    SAMPLE("csv-B8", "SMC", 4, INSTRUCTION),
    SAMPLE("csv-B8", "UDF.W 0xffff", 5, INSTRUCTION),
    SAMPLE("csv-B7", "BKPT", 6, BREAKPOINT),
    SAMPLE("csv-B10", "semihosting", 7, BREAKPOINT),
    { "A9", "unaligned LDM", DEED_READ_MANY, AT_OWN_MEMORY, BOTH,
      TO_FAULT(ALIGNMENT, ANYWHERE), .offset = 1 },
    { "A9", "branch to an even address", DEED_CALL_EXACTLY, AT_OWN_CODE,
      EVERYWAY, TO_FAULT(STATE, ANYWHERE) },
    { "A9", "even address popped", DEED_POP_PC, AT_OWN_CODE, BOTH,
      TO_FAULT(STATE, ANYWHERE) },
    { "A9", "even address of the kernel", DEED_CALL_EXACTLY, AT_KERNEL_TEXT,
      BOTH, TO_FAULT(ANY, ANYWHERE) },
    { "A9", "into the middle of kernel text", DEED_CALL, AT_KERNEL_TEXT,
      EVERYWAY, TO_FAULT(EXECUTE, AT(0)), .offset = 0x200, .times = 64,
      .step = 34 },
    EXC_RETURN("0xfffffff1", 0xfffffff1),
    EXC_RETURN("0xfffffff9", 0xfffffff9),
    EXC_RETURN("0xfffffffd", 0xfffffffd),
    EXC_RETURN("0xffffffe1", 0xffffffe1),
    EXC_RETURN("0xffffffe9", 0xffffffe9),
    EXC_RETURN("0xffffffed", 0xffffffed),
    EXC_RETURN("0xffffffff", 0xffffffff),
    EXC_RETURN("0xf0000001", 0xf0000001),
    EXC_RETURN("0xffffffbd (v8-M)", 0xffffffbd),
};

ROWS(rows_privilege);
