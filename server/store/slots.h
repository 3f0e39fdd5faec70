// slots.h - the places of values in memory that survives.
//
// What is written may end anywhere: a slot is sound before and after, and in
// between it is not, which its CRC shows. Two memories are known: slots.c has
// words that can be written one by one, log.c has flash.

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

// Before the others, and when one has failed. False: the memory does not answer.
bool store_slots_init(void);

// False: the memory does not answer.
bool store_slot_load(uint32_t n, struct store_slot *to);

// slot.c: what both memories agree upon.
void store_slot_seal(struct store_slot *slot);
bool store_slot_is_sound(const struct store_slot *slot);

// Write it to slot `n`, which is not sound; gives it its CRC. False: the memory
// has failed; begin anew with store_slots_init().
bool store_slot_save(uint32_t n, struct store_slot *slot);

// Make slot `n` be sound no more. False: as above.
bool store_slot_erase(uint32_t n);

#endif
