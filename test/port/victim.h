// victim.h - a server that does what it is told, however bad.

#ifndef VICTIM_H
#define VICTIM_H

#include <cmrx/cmrx.h>

enum victim_deed {
    DEED_NOTHING,
    DEED_DIVIDE,
    DEED_UNDEFINED,
    DEED_BREAKPOINT,
    DEED_OVERFLOW, // recursion
    DEED_EXIT,     // ends the visiting thread
    DEED_RETURN_TWICE,
    DEED_SEMIHOSTING,
    DEED_FLOAT,
    DEED_STACK_POINTER, // points it into its own data, then traps
    DEED_LOST_STACK,    // points it to nowhere, then reads there
    DEED_LOST_TRAP,     // points it to nowhere, then traps
    DEED_REGISTERS,     // a fault with a pattern in all of them
    DEED_LOOP,          // for ever
    DEED_LEAVE, // the Secure state; or an instruction that does not exist
    DEEDS,
};

// As probe_destroy() has it, inverted: who looks for it must not have it in a register.
#define DIRT_INVERTED 0x21524110u

struct victim {
    uint64_t (*sum)(CMRX_SELF, uint32_t a, uint32_t b, uint32_t c, uint32_t d);
    uint32_t (*read)(CMRX_SELF, const uint32_t *address);
    void (*write)(CMRX_SELF, uint32_t *address, uint32_t value);
    void (*execute)(CMRX_SELF, uint32_t address);
    void (*commit)(CMRX_SELF, uint32_t deed);
    uint32_t (*registers_seen)(CMRX_SELF); // or of r4-r12 and flags on entry
    uint32_t (*registers_destroy)(CMRX_SELF);
    uint32_t (*sleep)(CMRX_SELF, uint32_t us); // the status of its wait
    bool (*may)(CMRX_SELF, const void *address, uint32_t size, uint32_t write);
    int32_t (*caller)(CMRX_SELF);
    uint32_t (*count)(CMRX_SELF); // of its calls since it was started
    void *(*own)(CMRX_SELF);      // an address in its private data
    void (*look)(CMRX_SELF,
                 const uint32_t *address); // reads, by its own thread
    uint32_t (*registers_of_four)(CMRX_SELF, uint32_t a, uint32_t b, uint32_t c,
                                  uint32_t d);         // the fourth is in none
    void (*watch)(CMRX_SELF, const uint32_t *address); // as look, by a thread
                                                       // that was waiting
    void (*trap_at)(CMRX_SELF, void *sp);      // with its stack pointer there
    int32_t (*tell)(CMRX_SELF, uint32_t bits); // posts to the tester
    int32_t (*stay)(CMRX_SELF);                // until it is let go,
    int32_t (*let_go)(CMRX_SELF);              // which says how many are
    void (*spin)(CMRX_SELF, uint32_t us);
    void (*dirty)(CMRX_SELF);     // leaves ~DIRT_INVERTED on the stack
    uint32_t (*hears)(CMRX_SELF); // what the tester has posted since
    uint32_t (*read_later)(CMRX_SELF, const uint32_t *address);
    void (*fault_at)(CMRX_SELF, uint8_t *sp, uint32_t leap); // that much down
};

// A service on an object: its word, through `self`.
#define OBJECT_WORD 0x5e1fu

struct object {
    uint32_t (*first)(CMRX_SELF);
    uint32_t (*registers_seen)(CMRX_SELF); // as the victim's
};

// More than the kernel clears in one step.
#define SECRET       0x5ec7e75eu
#define SECRET_WORDS 176u

// The same through a process between: what the victim's result was, and the
// status that the middle got.
struct middle {
    int32_t (*lend)(CMRX_SELF, uint32_t value); // to the victim, who writes it,
                                                // twice
    int32_t (*commit)(CMRX_SELF, uint32_t deed);
    int32_t (*read)(CMRX_SELF, const uint32_t *address);
    int32_t (*read_later)(CMRX_SELF, const uint32_t *address);
    int32_t (*read_after)(CMRX_SELF,
                          const uint32_t *address); // itself, when the
                                                    // victim has
    int32_t (*sleep)(CMRX_SELF, uint32_t us);
    int32_t (*show)(CMRX_SELF, uint32_t waiting); // what it lends, to be looked
                                                  // at or watched
    int32_t (*loop)(CMRX_SELF, uint32_t us); // the victim, for as long at most
    int32_t (*keep)(CMRX_SELF, uint32_t us); // sleep, with SECRET_WORDS of its
                                             // stack full of SECRET
    uint32_t (*registers_seen)(CMRX_SELF);   // as the victim's
    uint32_t (*registers_destroy)(CMRX_SELF);
};

#endif
