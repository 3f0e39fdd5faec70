// board.h (virt_rv32_either) - where the port's own devices are; assembly, too.

#ifndef BOARD_H
#define BOARD_H

#define BOARD_CLINT 0x02000000
#define BOARD_PLIC  0x0c000000

#endif
