// clint_plic.h - registers of the CLINT and the PLIC, at the addresses of the board.
//
// SiFive FE310-G000 manual (CLINT); RISC-V PLIC 1.0.0.

#ifndef CLINT_PLIC_H
#define CLINT_PLIC_H

#include "riscv32.h"

// Hart 0 alone runs, and is context 0 of the PLIC.
#define CLINT_MSIP          REGISTER(BOARD_CLINT)
#define CLINT_MTIMECMP      REGISTER(BOARD_CLINT + 0x4000u)
#define CLINT_MTIMECMP_HIGH REGISTER(BOARD_CLINT + 0x4004u)
#define CLINT_MTIME         REGISTER(BOARD_CLINT + 0xbff8u)
#define CLINT_MTIME_HIGH    REGISTER(BOARD_CLINT + 0xbffcu)

#define PLIC_PRIORITY(line) REGISTER(BOARD_PLIC + 4u * (line))
#define PLIC_PENDING(n)     REGISTER(BOARD_PLIC + 0x1000u + 4u * (n))
#define PLIC_ENABLE(n)      REGISTER(BOARD_PLIC + 0x2000u + 4u * (n))
#define PLIC_THRESHOLD      REGISTER(BOARD_PLIC + 0x200000u)
#define PLIC_CLAIM          REGISTER(BOARD_PLIC + 0x200004u) // written: complete
#define PLIC_WORDS          ((BOARD_IRQ_LINES + 31u) / 32u)

#endif
