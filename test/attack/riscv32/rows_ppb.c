// rows_ppb.c (riscv32) - A6, csv-B5: the kernel's own devices. Protection alone
// keeps them: a process has no window to them.

#include "rows.h"

#define REGISTER(what, address)                                                \
    { "A6",         what " read",           DEED_READ, ADDRESS(address),       \
      .ways = BOTH, TO_FAULT(ACCESS, AT(0)) },                                 \
    {                                                                          \
        "csv-B5", what " written", DEED_WRITE, ADDRESS(address),               \
            .ways = BOTH, TO_FAULT(ACCESS, AT(0)), .b = UINT32_MAX             \
    }

static const struct row table[] = {
    REGISTER("CLINT: software interrupt", 0x02000000),
    REGISTER("CLINT: software interrupt of another hart", 0x02000004),
    REGISTER("CLINT: time of the alarm", 0x02004000),
    REGISTER("CLINT: time of the alarm, above", 0x02004004),
    REGISTER("CLINT: time", 0x0200bff8),
    REGISTER("CLINT: time, above", 0x0200bffc),
    REGISTER("PLIC: priority of line 1", 0x0c000004),
    REGISTER("PLIC: priority of line 10", 0x0c000028),
    REGISTER("PLIC: pending", 0x0c001000),
    REGISTER("PLIC: enable", 0x0c002000),
    REGISTER("PLIC: enable, above", 0x0c002004),
    REGISTER("PLIC: threshold", 0x0c200000),
    REGISTER("PLIC: claim", 0x0c200004),
    REGISTER("finisher", 0x00100000),
    REGISTER("PCI configuration", 0x30008000),
    REGISTER("reset code", 0x00001000),
    { "A6", "PLIC priority, a byte", DEED_WRITE_BYTE, ADDRESS(0x0c000005),
      .ways = BOTH, TO_FAULT(ACCESS, AT(0)) },
    { "A6", "CLINT, a half", DEED_WRITE_HALF, ADDRESS(0x02000002), .ways = BOTH,
      TO_FAULT(ACCESS, AT(0)) },
    { "A6", "CLINT, many", DEED_WRITE_MANY, ADDRESS(0x02004000), .ways = BOTH,
      TO_FAULT(ACCESS, AT(0)) },
    { "A6", "PLIC executed", DEED_CALL, ADDRESS(0x0c200000), .ways = BOTH,
      TO_FAULT(EXECUTE, AT(0)) },
};

ROWS(rows_ppb);
