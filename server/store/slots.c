// slots.c - the places of values, in memory that is written word by word.

#include "slots.h"
#include "memory.h"

#define FORMAT                                                                 \
    0x53544f31u // "STO1": where the CRC begins; changes with the slot

_Static_assert(sizeof(struct store_slot) % 4 == 0 &&
                   offsetof(struct store_slot, crc) == 0,
               "a slot is words, the first of them its CRC");

typedef uint32_t __attribute__((may_alias)) slot_word;

void store_slot_load(uint32_t n, struct store_slot *to)
{
    slot_word *words = (slot_word *)to;

    for (uint32_t i = 0; i < STORE_SLOT_WORDS; i++)
        words[i] = store_memory_read(n * STORE_SLOT_WORDS + i);
}

// CRC-32 (polynomial 0xEDB88320, reflected), four bits at a time.
static uint32_t crc_of(const struct store_slot *slot)
{
    static const uint32_t table[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
        0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
        0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c
    };
    const uint8_t *bytes = (const uint8_t *)slot;
    uint32_t crc = FORMAT;

    for (uint32_t i = sizeof(slot->crc); i < sizeof(*slot); i++) {
        crc = crc >> 4 ^ table[(crc ^ bytes[i]) & 15u];
        crc = crc >> 4 ^ table[(crc ^ bytes[i] >> 4) & 15u];
    }
    return ~crc;
}

bool store_slot_is_sound(const struct store_slot *slot)
{
    return slot->crc == crc_of(slot) && slot->size > 0 &&
           slot->size <= STORE_VALUE;
}

// In any order: what is there in part is sound by a chance of one in 2^32.
void store_slot_save(uint32_t n, struct store_slot *slot)
{
    const slot_word *words = (const slot_word *)slot;

    slot->crc = crc_of(slot);
    for (uint32_t i = 0; i < STORE_SLOT_WORDS; i++)
        store_memory_write(n * STORE_SLOT_WORDS + i, words[i]);
}

void store_slot_erase(uint32_t n)
{
    uint32_t first = n * STORE_SLOT_WORDS;

    store_memory_write(first, ~store_memory_read(first));
}
