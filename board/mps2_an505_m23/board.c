// board.c (mps2_an505_m23) - a Cortex-M33 of QEMU that behaves like a Cortex-M23,
// which QEMU does not have.
//
// All faults are HardFault as long as nobody enables the others. What is left is
// that unaligned accesses have to fault, and divisions by zero not: this register
// says just that without the Main Extension (DDI 0553, CCR).

#include "../mps2_an505/sse200.h"
#include "armm.h"
#include "registers.h"
#include "semihosting.h"

#define CCR         REGISTER(0xe000ed14u)
#define CCR_OF_BASE (1u << 9 | 1u << 3) // STKALIGN, UNALIGN_TRP

void board_init(void)
{
    CCR = CCR_OF_BASE;
    devices_open();
}

_Noreturn void board_halt(uint32_t result, const char *why)
{
    semihosting_exit(result, why);
}
