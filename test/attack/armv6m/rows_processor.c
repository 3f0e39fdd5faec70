// rows_processor.c (armv6m) - what its instructions make possible. The kernel has
// to read each of them to say what happened: so there is a row for each form of
// load and store. A5: what they touch is one register more than the address.

#include "rows.h"

// With an offset that the instruction adds: 31 units.
#define AT_OFFSET(what, deed, unit)                                            \
    {                                                                          \
        "A5", what, deed, AT_WINDOW_END, BOTH,                                 \
            TO_FAULT(ACCESS, AT(31 * unit)), .offset = 0                       \
    }

#ifndef EXCLUSIVE_ROWS
#define EXCLUSIVE_ROWS                                                         \
    SAMPLE("csv-A22", "LDREX of kernel text", 15, INSTRUCTION),                \
        { "B3",                                                                \
          "r12 as of an atomic sequence, in one",                              \
          DEED_COUNT_IN_SEQUENCE,                                              \
          ADDRESS(30000),                                                      \
          .ways = BOTH,                                                        \
          TO_RETURN(1) },                                                      \
        { "B3",                                                                \
          "r12 as of an atomic sequence, in none",                             \
          DEED_COUNT_IN_NONE,                                                  \
          ADDRESS(50000),                                                      \
          .ways = BOTH,                                                        \
          TO_RETURN(0) },
#endif

static const struct row table[] = {
    EXCLUSIVE_ROWS IGNORED("csv-B2", "MSR PRIMASK", DEED_MASK_ANEW, 0),
    IGNORED("B3", "traps with all flags", DEED_FLAGS, 0),

    // There are no coprocessors, and none of these.
    SAMPLE("A8", "CDP p0", 8, INSTRUCTION),
    SAMPLE("A8", "MCR p15", 9, INSTRUCTION),
    SAMPLE("A8", "LDC p1", 10, INSTRUCTION),
    SAMPLE("A8", "MCRR p0", 11, INSTRUCTION),
    SAMPLE("A8", "VMOV s0, r0", 12, INSTRUCTION),
    SAMPLE("A8", "VMRS FPSCR", 13, INSTRUCTION),
    SAMPLE("A8", "VSTMDB sp!", 14, INSTRUCTION),

    TAMPER("an exception's number in its PSR", 4, 0x01000003),
    TAMPER("no state in its PSR", 4, 0),

    { "csv-A21", "unaligned word in own memory", DEED_UNALIGNED, AT_ADDRESS,
      EVERYWAY, TO_FAULT(ALIGNMENT, ANYWHERE) },
    { "A9", "unaligned LDRSH", DEED_READ_SIGNED_HALF, AT_OWN_MEMORY, BOTH,
      TO_FAULT(ALIGNMENT, ANYWHERE), .offset = 1 },
    { "csv-A14", "word straddling an end", DEED_READ, AT_WINDOW_END, BOTH,
      TO_FAULT(ALIGNMENT, ANYWHERE), .offset = -2 },
    { "csv-A14", "word straddling an end, written", DEED_WRITE, AT_WINDOW_END,
      BOTH, TO_FAULT(ALIGNMENT, ANYWHERE), .offset = -1 },
    { "csv-A14", "word straddling a begin", DEED_WRITE, AT_WINDOW, BOTH,
      TO_FAULT(ALIGNMENT, ANYWHERE), .offset = -2 },
    { "A7", "word that wraps", DEED_READ, ADDRESS(0xfffffffe), .ways = BOTH,
      TO_FAULT(ALIGNMENT, ANYWHERE) },

    EDGE("word by two registers", DEED_READ_BY_REGISTER, WINDOW_END, 0, AT(0)),
    EDGE("word by two registers, written", DEED_WRITE_BY_REGISTER, WINDOW, -4,
         AT(0)),
    EDGE("signed half", DEED_READ_SIGNED_HALF, WINDOW, -2, AT(0)),
    EDGE("signed byte", DEED_READ_SIGNED_BYTE, WINDOW_END, 0, AT(0)),
    AT_OFFSET("word at an offset", DEED_READ_AT_OFFSET, 4),
    AT_OFFSET("half at an offset, written", DEED_WRITE_HALF_AT_OFFSET, 2),
    AT_OFFSET("byte at an offset, written", DEED_WRITE_BYTE_AT_OFFSET, 1),
};

ROWS(rows_processor);
