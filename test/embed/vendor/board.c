// board.c - mps2_an385 with a vendor's code: board_init() calls it, privileged.

#include "armv7m.h"
#include "semihosting.h"

int vendor_init(void);

void board_init(void)
{
    int wrong = vendor_init();

    if (wrong != 0)
        semihosting_exit((uint32_t)wrong, "the vendor's variables are wrong");
}

_Noreturn void board_halt(uint32_t result, const char *why)
{
    semihosting_exit(result, why);
}
