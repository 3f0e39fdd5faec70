// retained.c - memory that survives: a window of RAM, granted as `retained`.
//
// Device windows are ordered and not cached, so what was written is there when
// the reset comes.

#include "memory.h"
#include "slots.h"

#include <cmrx/cmrx.h>

struct retained {
    uint32_t word[STORE_SLOTS * STORE_SLOT_WORDS];
};

CMRX_DEVICE(struct retained, retained);

uint32_t store_memory_read(uint32_t word)
{
    return retained.word[word];
}

void store_memory_write(uint32_t word, uint32_t value)
{
    retained.word[word] = value;
}
