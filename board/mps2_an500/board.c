// board.c (mps2_an500) - under QEMU there are no clocks or pins to set up.

#include "armv7m.h"
#include "semihosting.h"

void board_init(void)
{
}

_Noreturn void board_halt(uint32_t result, const char *why)
{
    semihosting_exit(result, why);
}
