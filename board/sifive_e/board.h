// board.h (sifive_e) - where the port's own devices are.

#ifndef BOARD_H
#define BOARD_H

#define BOARD_CLINT 0x02000000u
#define BOARD_PLIC  0x0c000000u

#endif
