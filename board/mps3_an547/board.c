// board.c (mps3_an547) - unprivileged Secure code may use the devices.

#include "armm.h"
#include "semihosting.h"

// The secure privilege control block: what the part, not the processor, lets
// through (Arm SSE-300 TRM). After reset devices are for privileged code.
#define SECRESPCFG    (*(volatile uint32_t *)0x50080010u)
#define APBSPPPC0     (*(volatile uint32_t *)0x500800b0u) // timers
#define APBSPPPCEXP2  (*(volatile uint32_t *)0x500800c8u) // serial ports
#define ANSWER_ERRORS 1u

// The counter that the timers compare with; after reset it stands.
#define CNTCR         (*(volatile uint32_t *)0x58100000u)
#define COUNTER_ON    1u

void board_init(void)
{
    SECRESPCFG = ANSWER_ERRORS;
    APBSPPPC0 = ~0u;
    APBSPPPCEXP2 = ~0u;
    CNTCR = COUNTER_ON;
}

_Noreturn void board_halt(uint32_t result, const char *why)
{
    semihosting_exit(result, why);
}
