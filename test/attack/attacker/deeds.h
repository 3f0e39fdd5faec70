// deeds.h - the functions of deeds.def, and what they share.

#ifndef DEEDS_H
#define DEEDS_H

#include "attack.h"

// Of every deed. What they mean is said where it is done.
#define ARGUMENTS                                                              \
    __attribute__((unused)) uint32_t a, __attribute__((unused)) uint32_t b,    \
        __attribute__((unused)) uint32_t c

#define DEED(name, function) uint32_t function(ARGUMENTS);
#include "deeds.def"
#undef DEED

// trap.S
uint32_t deed_trap_of(uint32_t word, uint32_t a, uint32_t b, uint32_t c);
uint32_t attack_stack_pointer(CMRX_SELF);
uint32_t attack_registers(CMRX_SELF);

// What is found on a stack was left there.
#define DIRT 0xd127d127u

CMRX_DEVICE(struct places, scratch);
CMRX_USE(struct deputy, deputy);
CMRX_USE(struct slow, slow);

void uart_raise(bool raise);
void uart_poke(void); // before it is enabled
int32_t uart_enable(void);

#endif
