// slots.h - the places of values in memory that survives.
//
// What is written may end anywhere: a slot is sound before and after, and in
// between it is not, which its CRC shows. For flash, which is not written word by
// word, put another file in the place of slots.c and retained.c.

#ifndef SERVER_STORE_SLOTS_H
#define SERVER_STORE_SLOTS_H

#include "store.h"

#include <stdbool.h>

#define STORE_SLOTS (STORE_VALUES + 1u) // one is free, for what comes next

struct store_slot {
    uint32_t crc;      // of all that follows
    uint16_t sequence; // one more each time that the value is put anew
    uint8_t space, size;
    char name[STORE_NAME]; // zeros behind it
    uint8_t value[STORE_VALUE];
};

#define STORE_SLOT_WORDS ((uint32_t)sizeof(struct store_slot) / 4u)

void store_slot_load(uint32_t n, struct store_slot *to);
bool store_slot_is_sound(const struct store_slot *slot);

// Write it to slot `n`, which is not sound; gives it its CRC.
void store_slot_save(uint32_t n, struct store_slot *slot);

// Make slot `n`, which is sound, be so no more.
void store_slot_erase(uint32_t n);

#endif
