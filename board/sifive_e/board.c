// board.c (sifive_e) - a SiFive FE310, under QEMU: no clocks or pins to set up.

#include "riscv32.h"
#include "../virt_rv32/semihosting.h"

extern const uint32_t cmrx_vectors[];

void board_init(void)
{
}

_Noreturn void board_halt(uint32_t result, const char *why)
{
    semihosting_exit(result, why);
}

// Without its watchdog, which QEMU does not have: begin again, in M mode.
_Noreturn void board_reset(void)
{
    __asm__ volatile("csrw mepc, %0\n\t"
                     "csrs mstatus, %1\n\t"
                     "mret"
                     :
                     : "r"(cmrx_vectors), "r"(MSTATUS_MPP));
    for (;;)
        continue;
}
