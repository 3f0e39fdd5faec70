// values.h - named values in slots.
//
// A value that is put anew goes to a free slot first, and then the old one is
// erased. So at each instant one of them is sound; if both are, when the reset
// came in between, the one with the later sequence counts.

#ifndef SERVER_STORE_VALUES_H
#define SERVER_STORE_VALUES_H

#include "provide.h"
#include "slots.h"

struct store_key {
    uint8_t space;
    char name[STORE_NAME]; // zeros behind it
};

// Look at what is there. The others do so when nobody has. False: the memory does
// not answer, or not so far.
bool store_values_init(void);

// As the methods of store.h; `value` and `to` have 1 to STORE_VALUE bytes.
int32_t store_values_put(const struct store_key *key, uint32_t most,
                         const void *value, uint32_t size);
int32_t store_values_get(const struct store_key *key, void *to, uint32_t size);
int32_t store_values_remove(const struct store_key *key);

#endif
