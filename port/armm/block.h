// block.h (armm) - system registers. Those of a block are reached, for size, by its
// base, which is in a register then and not in each instruction. It is in block.inc.

#ifndef BLOCK_H
#define BLOCK_H

#include <order.h>

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))

#define IN_BLOCK(base, at, address)                                            \
    (PLAIN ? (uintptr_t)(base) + ((address) - (at)) : (uintptr_t)(address))
#define SCB(address) REGISTER(IN_BLOCK(registers_scb, 0xe000ed00u, address))
#define MPU(address) REGISTER(IN_BLOCK(registers_mpu, 0xe000ed90u, address))
extern uint32_t registers_scb[], registers_mpu[];

#endif
