// guest.h - the memory and registers of the guest, for a plugin.
//
// Interface version 1 gives a plugin neither. Debian's QEMU exports all its
// symbols, so we take the functions that its own debugger stub uses.

#ifndef PLUGIN_GUEST_H
#define PLUGIN_GUEST_H

#include <stdbool.h>
#include <stdint.h>

// Find QEMU's functions. NULL, or the name of the first that is missing.
const char *guest_missing_memory(void);
const char *guest_missing_registers(void);

void guest_read(uint32_t address, void *to, uint32_t size);

// Is it RISC-V, and not Arm?
bool guest_is_riscv(void);

// A register by gdb's number: of Arm 0..15 r0-pc, 25 xpsr; of RISC-V 0..31 x0-x31,
// 32 pc.
uint32_t guest_register(int number);

#endif
