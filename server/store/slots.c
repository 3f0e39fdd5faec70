// slots.c - the places of values, in memory that is written word by word.

#include "slots.h"
#include "memory.h"

typedef uint32_t __attribute__((may_alias)) slot_word;

bool store_slots_init(void)
{
    return true;
}

bool store_slot_load(uint32_t n, struct store_slot *to)
{
    slot_word *words = (slot_word *)to;

    for (uint32_t i = 0; i < STORE_SLOT_WORDS; i++)
        words[i] = store_memory_read(n * STORE_SLOT_WORDS + i);
    return true;
}

// In any order: what is there in part is sound by a chance of one in 2^32.
bool store_slot_save(uint32_t n, struct store_slot *slot)
{
    const slot_word *words = (const slot_word *)slot;

    store_slot_seal(slot);
    for (uint32_t i = 0; i < STORE_SLOT_WORDS; i++)
        store_memory_write(n * STORE_SLOT_WORDS + i, words[i]);
    return true;
}

bool store_slot_erase(uint32_t n)
{
    uint32_t first = n * STORE_SLOT_WORDS;

    store_memory_write(first, ~store_memory_read(first));
    return true;
}
