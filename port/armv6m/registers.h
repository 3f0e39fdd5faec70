// registers.h (armv6m) - the system registers that the port uses.
//
// Armv6-M Architecture Reference Manual (DDI 0419), section B3. All are words:
// a smaller access is unpredictable (B3.2.1).

#ifndef REGISTERS_H
#define REGISTERS_H

#include "block.h"

#define SYST_CSR          REGISTER(0xe000e010u)
#define SYST_RVR          REGISTER(0xe000e014u)
#define SYST_CVR          REGISTER(0xe000e018u)
#define SYST_CSR_CLOCK    4u // the processor's, stopped
#define SYST_CSR_COUNT    5u // enabled
#define SYST_CSR_ALARM    7u // and with its interrupt

#define NVIC_IPR(n)       REGISTER(0xe000e400u + 4u * (n)) // of lines 4n..4n+3

#define ICSR              REGISTER(0xe000ed04u)
#define ICSR_PENDSVSET    (1u << 28)
#define ICSR_PENDSVCLR    (1u << 27)
#define ICSR_PENDSTSET    (1u << 26)
#define ICSR_PENDSTCLR    (1u << 25)
#define ICSR_LINE_PENDING 0x001f0000u // VECTPENDING is 16 or more
#define VTOR              SCB(0xe000ed08u)
#define SCR               SCB(0xe000ed10u)
#define AIRCR             SCB(0xe000ed0cu)
#define AIRCR_RESET       0x05fa0004u
#define SHPR2             SCB(0xe000ed1cu) // SVC in the highest byte
#define SHPR3             SCB(0xe000ed20u) // SysTick, PendSV, nothing

#define MPU_TYPE          MPU(0xe000ed90u)
#define MPU_CTRL          MPU(0xe000ed94u)
#define MPU_CTRL_ON       5u // enabled; the default map for the kernel
#define MPU_RNR           MPU(0xe000ed98u)
#define MPU_RBAR          MPU(0xe000ed9cu)
#define MPU_RASR          MPU(0xe000eda0u)

static inline void barrier(void)
{
    __asm__ volatile("dsb\n isb" ::: "memory");
}

#endif
