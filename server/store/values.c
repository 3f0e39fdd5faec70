// values.c - named values in slots.

#include "values.h"

#include <string.h>

#define NONE UINT32_MAX

// Bit n: slot n was sound when it was looked at, and nobody has erased it.
static uint32_t sound;
static struct store_slot slot; // the one that is looked at

_Static_assert(STORE_SLOTS <= 32, "a bit for each slot");

static void forget(uint32_t n)
{
    store_slot_erase(n);
    sound &= ~(1u << n);
}

static bool is_of(const struct store_slot *s, const struct store_key *key)
{
    return s->space == key->space &&
           memcmp(s->name, key->name, STORE_NAME) == 0;
}

// The slot with that value, in `slot` too; NONE: there is none. One that has
// taken damage since it was sound is none.
static uint32_t find(const struct store_key *key)
{
    for (uint32_t n = 0; n < STORE_SLOTS; n++) {
        if ((sound & 1u << n) == 0)
            continue;
        store_slot_load(n, &slot);
        if (!is_of(&slot, key))
            continue;
        if (store_slot_is_sound(&slot))
            return n;
        sound &= ~(1u << n);
    }
    return NONE;
}

static uint32_t find_free(void)
{
    for (uint32_t n = 0; n < STORE_SLOTS; n++) {
        if ((sound & 1u << n) == 0)
            return n;
    }
    return NONE;
}

// Slot `n` is sound, and so may an earlier one be with the same key: the later
// sequence stays.
static void take_in(uint32_t n, const struct store_slot *s)
{
    struct store_key key = { .space = s->space };

    memcpy(key.name, s->name, STORE_NAME);
    uint32_t other = find(&key);
    sound |= 1u << n;
    if (other != NONE)
        forget((int16_t)(uint16_t)(s->sequence - slot.sequence) > 0 ? other
                                                                    : n);
}

void store_values_init(void)
{
    struct store_slot s;

    sound = 0;
    for (uint32_t n = 0; n < STORE_SLOTS; n++) {
        store_slot_load(n, &s);
        if (store_slot_is_sound(&s))
            take_in(n, &s);
    }
}

// One more fits into the space, and a slot stays free to put values anew.
static bool has_room(uint8_t space, uint32_t most)
{
    uint32_t in_space = 0, in_all = 0;

    for (uint32_t n = 0; n < STORE_SLOTS; n++) {
        if ((sound & 1u << n) == 0)
            continue;
        store_slot_load(n, &slot);
        in_all++;
        in_space += slot.space == space;
    }
    return in_space < most && in_all < STORE_VALUES;
}

int32_t store_values_put(const struct store_key *key, uint32_t most,
                         const void *value, uint32_t size)
{
    uint32_t old = find(key);
    uint16_t sequence = 0;

    if (old == NONE && !has_room(key->space, most))
        return STORE_FULL;
    if (old != NONE)
        sequence = (uint16_t)(slot.sequence + 1);
    uint32_t to = find_free();
    if (to == NONE)
        return STORE_FULL;
    slot = (struct store_slot){ .sequence = sequence,
                                .space = key->space,
                                .size = (uint8_t)size };
    memcpy(slot.name, key->name, STORE_NAME);
    memcpy(slot.value, value, size);
    store_slot_save(to, &slot);
    sound |= 1u << to;
    if (old != NONE)
        forget(old);
    return 0;
}

int32_t store_values_get(const struct store_key *key, void *to, uint32_t size)
{
    if (find(key) == NONE)
        return STORE_NOTHING;
    if (slot.size > size)
        return STORE_SMALL;
    memcpy(to, slot.value, slot.size);
    return slot.size;
}

int32_t store_values_remove(const struct store_key *key)
{
    uint32_t n = find(key);

    if (n == NONE)
        return STORE_NOTHING;
    forget(n);
    return 0;
}
