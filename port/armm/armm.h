// armm.h - what the ports for Cortex-M have in common, and ask of a board.

#ifndef ARMM_H
#define ARMM_H

#include "called.h"
#include "port.h"

#include <stdint.h>

void clock_start(void);
void quiesce_store(uintptr_t address, uint32_t value);
const char *selftest_refusal(void);

// The port: 32 bytes of the kernel's code, aligned to that, are region 1 now,
// read-only and executable.
void selftest_show(uint32_t base);

// The board: how it ends. Code 0..255. With HALT_REFUSED `why` is the reason that
// it did not start.
#define HALT_REFUSED 98u
_Noreturn void board_halt(uint32_t result, const char *why);
void board_init(void); // clocks and pins, before anything else

#endif
