// keeper.h - a server that keeps two accounts, of which the sum is always the same.

#ifndef KEEPER_H
#define KEEPER_H

#include <cmrx/cmrx.h>

#define SUM 1000u

// What its recover function does.
enum mend { MENDS, GIVES_UP, FAULTS, STAYS };

struct accounts {
    // Takes it from one, and waits for long before it gives it to the other.
    void (*transfer)(CMRX_SELF, uint32_t amount);
    uint32_t (*sum)(CMRX_SELF);
    uint32_t (*second)(CMRX_SELF); // of the two
    void (*next_time)(CMRX_SELF, uint32_t mend);
    uint32_t (*mended)(CMRX_SELF); // how often, in this life
};

#endif
