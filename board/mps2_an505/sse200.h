// sse200.h (mps2_an505) - unprivileged Secure code may use the devices.
//
// The secure privilege control block: what the part, not the processor, lets
// through (Arm SSE-200 TRM). After reset devices are for privileged code.

#ifndef SSE200_H
#define SSE200_H

#include <stdint.h>

#define SECRESPCFG    (*(volatile uint32_t *)0x50080010u)
#define APBSPPPC0     (*(volatile uint32_t *)0x500800b0u) // timers
#define APBSPPPCEXP1  (*(volatile uint32_t *)0x500800c4u) // serial ports
#define ANSWER_ERRORS 1u

static inline void devices_open(void)
{
    SECRESPCFG = ANSWER_ERRORS;
    APBSPPPC0 = ~0u;
    APBSPPPCEXP1 = ~0u;
}

#endif
