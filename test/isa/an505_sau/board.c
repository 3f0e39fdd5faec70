// board.c (an505_sau) - a vendor's start-up code that makes memory Non-secure.

#include "armm.h"
#include "registers8.h"
#include "semihosting.h"

#define ALL_NON_SECURE 2u

void board_init(void)
{
    SAU_CTRL = ALL_NON_SECURE;
}

_Noreturn void board_halt(uint32_t result, const char *why)
{
    semihosting_exit(result, why);
}
