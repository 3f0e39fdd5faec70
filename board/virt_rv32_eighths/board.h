// board.h (virt_rv32_eighths) - where the port's own devices are; assembly, too.

#ifndef BOARD_H
#define BOARD_H

#define BOARD_CLINT              0x02000000
#define BOARD_PLIC               0x0c000000

// QEMU's processor has it. Here it is as if it had not.
#define BOARD_HIDES_TOP_OF_RANGE 1

#endif
