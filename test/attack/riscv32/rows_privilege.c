// rows_privilege.c (riscv32) - A8, A9, csv-B: instructions of the kernel, of
// nobody, and ways to leave the process by a jump. After each of them, as after
// every row, the controller sees that there is no privilege (A11, csv-B13).

#include "rows.h"

#define ILLEGAL(id, what, deed, address)                                       \
    {                                                                          \
        id, what, deed, ADDRESS(address), .ways = EVERYWAY,                    \
                                          TO_FAULT(INSTRUCTION, ANYWHERE)      \
    }

#define FAR_AWAY(what, address)                                                \
    { "csv-B6",         "branch to " what, DEED_CALL_EXACTLY,                  \
      ADDRESS(address), .ways = EVERYWAY,  TO_FAULT(EXECUTE, AT(0)) },         \
    {                                                                          \
        "csv-B6", "return to " what, DEED_POP_PC, ADDRESS(address),            \
            .ways = BOTH, TO_FAULT(EXECUTE, AT(0))                             \
    }

static const struct row table[] = {
    ILLEGAL("csv-B1", "CSRW mstatus", DEED_CLEAR_CONTROL, 0),
    { "A11", "no privilege", DEED_LOOK, AT_ADDRESS, EVERYWAY, TO_RETURN(3) },
    ILLEGAL("csv-B2", "CSRW mie", DEED_MASK, 0),
    SAMPLE("csv-B2", "CSRSI mstatus", 36, INSTRUCTION),
    SAMPLE("csv-B2", "CSRCI mstatus", 37, INSTRUCTION),
    ILLEGAL("csv-B3", "CSRW mscratch, 0", DEED_SET_MSP, 0),
    ILLEGAL("csv-B3", "CSRW mscratch, kernel data", DEED_SET_MSP, 0x80400100),
    ILLEGAL("csv-B3", "CSRW mtvec, 0", DEED_SET_PSP, 0),
    ILLEGAL("csv-B3", "CSRW mtvec, kernel data", DEED_SET_PSP, 0x80400100),
    ILLEGAL("A8", "CSRR mcause", DEED_SYSTEM_REGISTERS, 0),
    ILLEGAL("B3", "MRET", DEED_FLAGS, 0),
    IGNORED("A8", "WFI, FENCE, FENCE.I, PAUSE", DEED_HINTS, 10),
    IGNORED("A8", "FENCE.I", DEED_SAMPLE, 43),

    SAMPLE("csv-B8", "0", 0, INSTRUCTION),
    SAMPLE("csv-B8", "0xffffffff", 1, INSTRUCTION),
    SAMPLE("csv-B8", "UNIMP", 2, INSTRUCTION),
    SAMPLE("csv-B8", "0x7f", 3, INSTRUCTION),
    SAMPLE("csv-B8", "DRET", 4, INSTRUCTION),
    SAMPLE("csv-B8", "SRET", 5, INSTRUCTION),
    SAMPLE("csv-B8", "MRET", 6, INSTRUCTION),
    SAMPLE("csv-B8", "URET", 7, INSTRUCTION),
    SAMPLE("csv-B8", "SFENCE.VMA", 8, INSTRUCTION),
    SAMPLE("csv-B7", "EBREAK", 9, BREAKPOINT),
    SAMPLE("csv-B10", "semihosting", 46, BREAKPOINT),
    FAR_AWAY("0", 0),
    FAR_AWAY("0xfffffffc", 0xfffffffc),
    FAR_AWAY("0xfffffff0", 0xfffffff0),
    FAR_AWAY("0xf0000000", 0xf0000000),
    { "A9", "into the middle of kernel text", DEED_CALL, AT_KERNEL_TEXT,
      EVERYWAY, TO_FAULT(EXECUTE, AT(0)), .offset = 0x200, .times = 64,
      .step = 34 },
};

ROWS(rows_privilege);
