// rows_ppb.c - A6: the private peripheral bus. The processor itself refuses it
// to unprivileged code, as a bus fault with the address (DDI 0403E B3.1).

#include "rows.h"

#define REGISTER(what, address)                                                \
    { "A6",         what " read",        DEED_READ, ADDRESS(address),          \
      .ways = BOTH, TO_FAULT(BUS, AT(0)) },                                    \
    {                                                                          \
        "A6", what " written", DEED_WRITE, ADDRESS(address),                   \
            .ways = BOTH, TO_FAULT(BUS, AT(0)), .b = 0xffffffff                \
    }

static const struct row table[] = {
    REGISTER("SCB CPUID", 0xe000ed00),
    REGISTER("SCB ICSR", 0xe000ed04),
    REGISTER("SCB VTOR", 0xe000ed08),
    REGISTER("SCB AIRCR", 0xe000ed0c),
    REGISTER("SCB SCR", 0xe000ed10),
    REGISTER("SCB CCR", 0xe000ed14),
    REGISTER("SCB SHPR1", 0xe000ed18),
    REGISTER("SCB SHPR3", 0xe000ed20),
    REGISTER("SCB SHCSR", 0xe000ed24),
    REGISTER("SCB CFSR", 0xe000ed28),
    REGISTER("SCB HFSR", 0xe000ed2c),
    REGISTER("SCB MMFAR", 0xe000ed34),
    REGISTER("SCB BFAR", 0xe000ed38),
    REGISTER("SCB CPACR", 0xe000ed88),
    REGISTER("MPU TYPE", 0xe000ed90),
    REGISTER("MPU CTRL", 0xe000ed94),
    REGISTER("MPU RNR", 0xe000ed98),
    REGISTER("MPU RBAR", 0xe000ed9c),
    REGISTER("MPU RASR", 0xe000eda0),
    REGISTER("MPU RBAR_A1", 0xe000eda4),
    REGISTER("debug DHCSR", 0xe000edf0),
    REGISTER("debug DEMCR", 0xe000edfc),
    REGISTER("FPU FPCCR", 0xe000ef34),
    REGISTER("NVIC ISER", 0xe000e100),
    REGISTER("NVIC ICER", 0xe000e180),
    REGISTER("NVIC ISPR", 0xe000e200),
    REGISTER("NVIC ICPR", 0xe000e280),
    REGISTER("NVIC IABR", 0xe000e300),
    REGISTER("NVIC IPR", 0xe000e400),
    REGISTER("ACTLR", 0xe000e008),
    REGISTER("SysTick CSR", 0xe000e010),
    REGISTER("SysTick RVR", 0xe000e014),
    REGISTER("SysTick CVR", 0xe000e018),
    REGISTER("ITM", 0xe0000000),
    REGISTER("DWT CTRL", 0xe0001000),
    REGISTER("DWT CYCCNT", 0xe0001004),
    REGISTER("FPB", 0xe0002000),
    REGISTER("TPIU", 0xe0040000),
    REGISTER("ROM table", 0xe00ff000),
    { "csv-B5", "STIR written", DEED_WRITE, ADDRESS(0xe000ef00), .ways = BOTH,
      TO_FAULT(BUS, AT(0)), .b = 5 },
    { "A6", "NVIC priority, a byte", DEED_WRITE_BYTE, ADDRESS(0xe000e405),
      .ways = BOTH, TO_FAULT(BUS, AT(0)) },
    { "A6", "SHPR, a half", DEED_WRITE_HALF, ADDRESS(0xe000ed1e), .ways = BOTH,
      TO_FAULT(BUS, AT(0)) },
    { "A6", "MPU, many", DEED_WRITE_MANY, ADDRESS(0xe000ed98), .ways = BOTH,
      TO_FAULT(BUS, AT(0)) },
    { "A6", "system space executed", DEED_CALL, ADDRESS(0xe000ed00),
      .ways = BOTH, TO_FAULT(EXECUTE, AT(0)) },
};

ROWS(rows_ppb);
