// registers.h - what user code may have in its registers.

#ifndef REGISTERS_H
#define REGISTERS_H

#include "model.h"

// Mostly sound, sometimes not: all but r[] and the word.
void registers_fill(struct model_registers *at);
void registers_return(struct model_registers *at); // and those of a result

// Words of its method's room, below its stack pointer.
void registers_scribble(const struct model_registers *at);

// Into the thread that runs, as its processor would do at a trap.
void registers_load(const struct model_registers *at);

// An address that user code had better not use.
uint32_t wild_address(void);

#endif
