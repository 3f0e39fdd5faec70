// hardware.h (template) - what has to be written for a processor.
//
// port.c is the rest of the port, and is right as it is for any processor whose
// entry saves all registers. doc/porting.md says in which order to go on.

#ifndef HARDWARE_H
#define HARDWARE_H

#include "port.h"

#include <stdint.h>

// Entries of the protection unit, in this order. A processor with fewer loses
// windows first.
enum {
    ENTRY_MAP = 0,    // PORT_MAP of them: code, memory, two more
    ENTRY_STACK = 4,  // up to the cut
    ENTRY_CALLER = 5, // what the caller lends
    ENTRY_ORIGIN = 6, // what the origin of the chain of calls lends
    ENTRY_PUBLIC = 7, // public constants; written once
    ENTRIES,
};

// Without privilege nothing may be touched but what these show.
void hardware_protect(unsigned entry, const struct port_region *region);
uint32_t hardware_entries(void); // how many there are, by writing and reading

uint32_t hardware_ticks(void);      // goes round at 2^32, and never stops
void hardware_alarm(uint32_t then); // a trap when ticks have come there
void hardware_line(unsigned line, bool on);
void hardware_line_forget(unsigned line); // that it is pending
void hardware_line_pend(unsigned line);

// The last trap, of a program: what the processor says.
struct port_fault hardware_fault(void);

// Assembly. Loads all registers from the context, notes that it is the one that
// runs, and goes to its pc without privilege.
_Noreturn void entry_resume(struct port_context *c);

// Why a trap was made; assembly or a register says so.
enum cause { CAUSE_CALL, CAUSE_ALARM, CAUSE_LINE, CAUSE_FAULT };

// From assembly, with the registers of `running` in its context, on the kernel's
// stack. It gives to entry_resume() what it gets; NULL: the context of `running`.
port_resume trap(enum cause cause, unsigned line);

// Of the board.
void board_init(void);
_Noreturn void board_halt(uint32_t result, const char *why); // why: or NULL
_Noreturn void board_reset(void);

#endif
