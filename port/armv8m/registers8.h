// registers8.h (armv8m) - the system registers that v7-M does not have.
//
// Armv8-M Architecture Reference Manual (DDI 0553), D1.2. Those of the state, Secure
// or Non-secure, that the kernel runs in.

#ifndef REGISTERS8_H
#define REGISTERS8_H

#include <registers.h>

#define CPPWR             REGISTER(0xe000e00cu)
#define CPPWR_FLOAT       (1u << 20 | 1u << 22) // SU10, SU11
#define MVFR1             REGISTER(0xe000ef44u)
#define MVFR1_MVE         (0xfu << 8)
#define SAU_CTRL          REGISTER(0xe000edd0u)
#define SFSR              REGISTER(0xe000ede4u)
#define MPU_RLAR          MPU(0xe000eda0u)
#define MPU_RBAR_OF(n)    MPU(0xe000ed9cu + 8u * (n)) // 0..3: of RNR's group
#define MPU_RLAR_OF(n)    MPU(0xe000eda0u + 8u * (n)) // of four
#define MPU_MAIR0         MPU(0xe000edc0u)

// Attributes that a region chooses from (MAIR_ATTR): 0 memory,
// 1 flash, 2 devices. The first two are those of the system address map, by which
// the kernel looks at the same memory; devices are nGnRnE, so that a store that
// is refused is a precise fault of the process that did it.
#define MAIR0_USED        0x0000aaffu

#define RBAR_READ_EXECUTE (3u << 1)
#define RLAR_ON           1u // enabled; attribute 0 if not said otherwise
#define RLAR_FLASH        (1u << 1)

#endif
