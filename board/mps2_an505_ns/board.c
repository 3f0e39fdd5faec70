// board.c (mps2_an505_ns) - unprivileged Non-secure code may use the devices.

#include "armm.h"
#include "semihosting.h"

// The Non-secure privilege control block: what the part, not the processor, lets
// through (Arm SSE-200 TRM). After reset devices are for privileged code.
#define APBNSPPPC0    (*(volatile uint32_t *)0x400800b0u) // timers
#define APBNSPPPCEXP1 (*(volatile uint32_t *)0x400800c4u) // serial ports

void board_init(void)
{
    APBNSPPPC0 = ~0u;
    APBNSPPPCEXP1 = ~0u;
}

_Noreturn void board_halt(uint32_t result, const char *why)
{
    semihosting_exit(result, why);
}
