// relay.h - a link of a chain of calls through processes with and without floating
// point.

#ifndef RELAY_H
#define RELAY_H

#include <cmrx/cmrx.h>

struct relay {
    // Goes on to that one of the two next that the lowest bit of `kinds` says (1:
    // uses floating point), until `left` is 0. How many registers were wrong.
    uint32_t (*pass)(CMRX_SELF, uint32_t kinds, uint32_t left);
};

struct home {
    uint32_t (*wrong)(CMRX_SELF); // of all its chains; UINT32_MAX: not yet done
};

struct victim {
    uint32_t (*own)(CMRX_SELF);   // 0 when it sees nothing that is not its own
    uint32_t (*first)(CMRX_SELF); // 0 when there is nothing in them
    void (*die)(CMRX_SELF);       // by a wrong access
    void (*divide)(CMRX_SELF);    // by 0, with the registers in use
    void (*undefine)(CMRX_SELF);  // by an instruction that is none
    void (*stray)(CMRX_SELF);     // by a coprocessor that does not exist
    void (*stay)(CMRX_SELF);      // inside, with its registers in use
    uint32_t (*half_of)(CMRX_SELF, uint32_t n); // the bits of a float
    void (*keep)(CMRX_SELF); // inside, for ever, with its registers in use
};

struct plain {
    void (*use)(CMRX_SELF); // what it may not
    uint32_t (*run)(CMRX_SELF);
};

// Tags: their high byte is the process.
enum { TAG_TESTER = 0x11, TAG_VICTIM = 0x22, TAG_RIVAL = 0x33 };

#endif
