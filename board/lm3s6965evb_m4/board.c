// board.c (lm3s6965evb_m4) - under QEMU there are no clocks or pins to set up.

#include "armm.h"
#include "semihosting.h"

void board_init(void)
{
}

_Noreturn void board_halt(uint32_t result, const char *why)
{
    semihosting_exit(result, why);
}
