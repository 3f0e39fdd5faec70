// board.c (mps2_an521) - unprivileged Secure code may use the devices.

#include "../mps2_an505/sse200.h"
#include "armm.h"
#include "semihosting.h"

void board_init(void)
{
    devices_open();
}

_Noreturn void board_halt(uint32_t result, const char *why)
{
    semihosting_exit(result, why);
}
