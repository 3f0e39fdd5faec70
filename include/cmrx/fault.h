// fault.h - what is known of a fault.

#ifndef CMRX_FAULT_H
#define CMRX_FAULT_H

#include <stdint.h>

enum cmrx_fault_kind {
    CMRX_FAULT_NONE,
    CMRX_FAULT_ACCESS,      // load or store outside of what it may touch
    CMRX_FAULT_EXECUTE,     // fetched an instruction where it may not
    CMRX_FAULT_STACK,       // ran out of its stack
    CMRX_FAULT_POINTER,     // its stack pointer was outside of its stack
    CMRX_FAULT_BUS,         // nothing answers at that address
    CMRX_FAULT_INSTRUCTION, // an instruction that does not exist
    CMRX_FAULT_FLOAT,       // used floating point, which it may not
    CMRX_FAULT_STATE,       // invalid processor state, or return from nothing
    CMRX_FAULT_ALIGNMENT,
    CMRX_FAULT_DIVIDE, // by zero
    CMRX_FAULT_BREAKPOINT,
    CMRX_FAULT_RETURN,   // returned from a call, and was not called
    CMRX_FAULT_EXIT,     // ended a thread that was only visiting
    CMRX_FAULT_PANIC,    // the kernel's own; code in `address`
    CMRX_FAULT_OVERTIME, // past its caller's deadline, for longer than .grace
    CMRX_FAULT_KINDS,
};

// Code of a panic that is none: the hardware's watchdog was not kicked.
#define CMRX_PANIC_WATCHDOG    0xffffffffu

#define CMRX_FAULT_CHAIN       8
#define CMRX_FAULT_HAS_ADDRESS 1u // .address is what was touched
#define CMRX_FAULT_HAS_FRAME   2u // .pc and the registers are known

// A level of the chain of calls: who had called, and where it goes on. The
// latter is the caller's word (v7-M: its lr), good for a look at the source.
struct cmrx_fault_level {
    uint32_t pc;
    uint32_t process;
};

struct cmrx_fault {
    uint8_t kind;            // enum cmrx_fault_kind
    uint8_t flags;           // CMRX_FAULT_HAS_*
    uint8_t process, thread; // as numbered in system.json
    uint16_t generation;     // of the process, counted from 1
    uint8_t depth;           // calls the thread was inside of
    uint8_t levels;          // entries of chain that are filled
    uint32_t sequence;       // faults since power-on, this one included
    uint32_t lost;           // faults after this one that were not kept
    uint32_t address, pc, lr, sp, psr;
    uint32_t cause; // the processor's own word for it (v7-M: CFSR; v6-M:
                    // the instruction)
    uint32_t r[13]; // r0-r12
    uint64_t time;  // microseconds since start
    struct cmrx_fault_level chain[CMRX_FAULT_CHAIN]; // innermost first
};

#endif
