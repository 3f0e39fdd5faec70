// slot.c - when a slot is sound, wherever it lies.

#include "slots.h"
#include "crc.h"

#include <stddef.h>

#define FORMAT    0x53544f31u // "STO1": changes with the slot
#define AFTER_CRC offsetof(struct store_slot, sequence)

_Static_assert(AFTER_CRC == sizeof(uint32_t) &&
                   sizeof(struct store_slot) % 4 == 0,
               "a slot is words, the first of them its CRC");

static uint32_t crc_of(const struct store_slot *slot)
{
    return store_crc(FORMAT, (const uint8_t *)slot + AFTER_CRC,
                     sizeof(*slot) - AFTER_CRC);
}

void store_slot_seal(struct store_slot *slot)
{
    slot->crc = crc_of(slot);
}

bool store_slot_is_sound(const struct store_slot *slot)
{
    return slot->crc == crc_of(slot) && slot->size > 0 &&
           slot->size <= STORE_VALUE;
}
