// rows_processor.c (armv7m) - what its instructions make possible.

#include "rows.h"

#ifndef MORE_ROWS
#define MORE_ROWS
#endif

static const struct row table[] = {
    MORE_ROWS IGNORED("csv-B2", "CPSID f", DEED_MASK_ALL, 0),
    IGNORED("csv-B2", "MSR PRIMASK, FAULTMASK", DEED_MASK_FAULTS, 0),
    IGNORED("csv-B2", "MSR BASEPRI, BASEPRI_MAX", DEED_MASK_BASE, 0),
    IGNORED("B3", "traps with all flags, and in an IT block", DEED_FLAGS, 0),
    SAMPLE("A8", "CDP p0", 8, FLOAT),
    SAMPLE("A8", "MCR p15", 9, FLOAT),
    SAMPLE("A8", "LDC p1", 10, FLOAT),
    SAMPLE("A8", "MCRR p0", 11, FLOAT),
    SAMPLE("A8", "VMOV s0, r0", 12, FLOAT),
    SAMPLE("A8", "VMRS FPSCR", 13, FLOAT),
    SAMPLE("A8", "VSTMDB sp!", 14, FLOAT),
    SAMPLE("A9", "UDIV by zero", 15, DIVIDE),
    SAMPLE("A9", "SDIV by zero", 16, DIVIDE),

    TAMPER("an exception's number in its PSR", 4, 0x01000003),
    TAMPER("no state in its PSR", 4, 0),

    { "csv-A21", "unaligned word in own memory", DEED_UNALIGNED, AT_ADDRESS,
      EVERYWAY, TO_RETURN(0x55443322) },
    { "A9", "unaligned LDRD", DEED_READ_DOUBLE, AT_OWN_MEMORY, BOTH,
      TO_FAULT(ALIGNMENT, ANYWHERE), .offset = 2 },
    { "A9", "unaligned LDREX", DEED_READ_EXCLUSIVE, AT_OWN_MEMORY, BOTH,
      TO_FAULT(ALIGNMENT, ANYWHERE), .offset = 1 },

    EDGE("double across an end", DEED_READ_DOUBLE, WINDOW_END, -4, AT(4)),
    EDGE("double across an end, written", DEED_WRITE_DOUBLE, WINDOW_END, -4,
         AT(4)),
    { "csv-A14", "word straddling an end", DEED_READ, AT_WINDOW_END, BOTH,
      TO_FAULT(ACCESS, ANYWHERE), .offset = -2 },
    { "csv-A14", "word straddling an end, written", DEED_WRITE, AT_WINDOW_END,
      BOTH, TO_FAULT(ACCESS, ANYWHERE), .offset = -1 },
    { "csv-A14", "word straddling a begin", DEED_WRITE, AT_WINDOW, BOTH,
      TO_FAULT(ACCESS, ANYWHERE), .offset = -2 },
    { "csv-A15", "STMDB down through the begin", DEED_WRITE_DOWN, AT_OWN_MEMORY,
      BOTH, TO_FAULT(ACCESS, AT(-12)), .offset = 8 },
    { "csv-A22", "LDREX of memory of another", DEED_READ_EXCLUSIVE,
      AT_VICTIM_MEMORY, BOTH, TO_FAULT(ACCESS, AT(0)) },
    { "csv-A22", "LDREX of kernel data", DEED_READ_EXCLUSIVE, AT_KERNEL_DATA,
      BOTH, TO_FAULT(ACCESS, AT(0)) },
    { "csv-A22", "STREX to memory of another", DEED_WRITE_EXCLUSIVE,
      AT_VICTIM_MEMORY, BOTH, .required = SURVIVED },
    { "csv-A22", "LDREX and STREX in memory of another", DEED_WRITE_EXCLUSIVE,
      AT_VICTIM_MEMORY, BOTH, TO_FAULT(ACCESS, AT(0)), .c = 1 },
    { "A7", "double that wraps", DEED_READ_DOUBLE, ADDRESS(0xfffffffc),
      .ways = BOTH, TO_FAULT(ACCESS, ANYWHERE) },
    { "A7", "word that wraps", DEED_READ, ADDRESS(0xfffffffe), .ways = BOTH,
      TO_FAULT(ACCESS, ANYWHERE) },
};

ROWS(rows_processor);
