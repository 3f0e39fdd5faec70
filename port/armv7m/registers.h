// registers.h (armv7m) - the system registers that the port uses.
//
// Armv7-M Architecture Reference Manual (DDI 0403E), section B3.

#ifndef REGISTERS_H
#define REGISTERS_H

#include "block.h"

#define REGISTER8(address) (*(volatile uint8_t *)(address))
#define SCB8(address)      REGISTER8(IN_BLOCK(registers_scb, 0xe000ed00u, address))

#define SYST_CSR           REGISTER(0xe000e010u)
#define SYST_RVR           REGISTER(0xe000e014u)
#define SYST_CVR           REGISTER(0xe000e018u)
#define SYST_CSR_CLOCK     4u // the processor's, stopped
#define SYST_CSR_COUNT     5u // enabled
#define SYST_CSR_ALARM     7u // and with its interrupt

#define NVIC_ISER(n)       REGISTER(0xe000e100u + 4u * (n))
#define NVIC_ICER(n)       REGISTER(0xe000e180u + 4u * (n))
#define NVIC_ISPR(n)       REGISTER(0xe000e200u + 4u * (n))
#define NVIC_ICPR(n)       REGISTER(0xe000e280u + 4u * (n))
#define NVIC_IPR(n)        REGISTER8(0xe000e400u + (n))

#define ICSR               REGISTER(0xe000ed04u)
#define ICSR_PENDSVSET     (1u << 28)
#define ICSR_PENDSVCLR     (1u << 27)
#define ICSR_PENDSTSET     (1u << 26)
#define ICSR_PENDSTCLR     (1u << 25)
#define ICSR_LINE_PENDING  0x001f0000u // VECTPENDING is 16 or more
#define VTOR               SCB(0xe000ed08u)
#define SCR                SCB(0xe000ed10u)
#define AIRCR              SCB(0xe000ed0cu)
#define AIRCR_RESET        0x05fa0004u
#define AIRCR_KEY          0x05fa0000u
#define AIRCR_KEPT         0x0000f8f8u // what is not the key, grouping, or a reset
#define AIRCR_GROUPS       0x00000500u // bits 7 and 6 are the group
#define CCR                SCB(0xe000ed14u)
#define CCR_LEFT           0x0000010au // BFHFNMIGN, UNALIGN_TRP, USERSETMPEND
#define CCR_DIV_0_TRP      (1u << 4)
#define CCR_STKALIGN       (1u << 9)
#define SHPR(n)            SCB8(0xe000ed14u + (n)) // n: exception number, 4..15
#define SHCSR              SCB(0xe000ed24u)
#define SHCSR_FAULTS       (7u << 16) // MemManage, BusFault, UsageFault enabled
#define SHCSR_PENDED       (0xfu << 12) // the three, and SVC
#define SHCSR_BUS_PENDED   (1u << 14)
#define CFSR               SCB(0xe000ed28u)
#define CFSR_BUS           0x0000ff00u
#define MMFAR              SCB(0xe000ed34u)
#define BFAR               SCB(0xe000ed38u)
#define CPACR              REGISTER(0xe000ed88u)
#define FPCCR              REGISTER(0xe000ef34u)

#define MPU_TYPE           MPU(0xe000ed90u)
#define MPU_CTRL           MPU(0xe000ed94u)
#define MPU_CTRL_ON        5u // enabled; the default map for the kernel
#define MPU_RNR            MPU(0xe000ed98u)
#define MPU_RBAR           MPU(0xe000ed9cu)
#define MPU_RASR           MPU(0xe000eda0u)

static inline void barrier(void)
{
    __asm__ volatile("dsb\n isb" ::: "memory");
}

#endif
