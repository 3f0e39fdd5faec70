// board.c (virt_rv32) - under QEMU there are no clocks or pins to set up.

#include "riscv32.h"
#include "semihosting.h"

#define FINISHER       REGISTER(0x00100000u)
#define FINISHER_RESET 0x7777u

void board_init(void)
{
}

_Noreturn void board_halt(uint32_t result, const char *why)
{
    semihosting_exit(result, why);
}

_Noreturn void board_reset(void)
{
    FINISHER = FINISHER_RESET;
    for (;;)
        continue;
}
