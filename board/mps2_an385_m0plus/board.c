// board.c (mps2_an385_m0plus) - a Cortex-M3 of QEMU that behaves like a
// Cortex-M0+ with a memory protection unit, which QEMU does not have.
//
// All faults are HardFault as long as nobody enables the others. What is left is
// that unaligned accesses have to fault. This register is read-only on v6-M, and
// says just that (DDI 0419 B3.2.8, CCR).

#include "armv6m.h"
#include "registers.h"
#include "semihosting.h"

#define CCR           REGISTER(0xe000ed14u)
#define CCR_AS_IN_V6M (1u << 9 | 1u << 3) // STKALIGN, UNALIGN_TRP

void board_init(void)
{
    CCR = CCR_AS_IN_V6M;
}

_Noreturn void board_halt(uint32_t result, const char *why)
{
    semihosting_exit(result, why);
}
