// values.c - named values in slots.

#include "values.h"

#include <string.h>

#define NONE       UINT32_MAX
#define UNREADABLE (UINT32_MAX - 1)

// Bit n: slot n was sound when it was looked at, and was not erased since. That is so
// while `sound_is_known`: not before the start, and not after something has failed;
// then all slots are looked at again.
static uint32_t sound;
static bool sound_is_known;
static struct store_slot slot; // the one that is looked at

_Static_assert(STORE_SLOTS <= 32, "a bit for each slot");

// Slot `n` counts no more: it is damaged, or there is a later one of the same name.
// False: it could not be erased, and may be found again.
static bool drop(uint32_t n)
{
    sound_is_known = store_slot_erase(n);
    sound &= ~(1u << n);
    return sound_is_known;
}

static bool is_of(const struct store_slot *s, const struct store_key *key)
{
    return s->space == key->space &&
           memcmp(s->name, key->name, STORE_NAME) == 0;
}

// The slot with that value, in `slot` too; NONE: there is none; UNREADABLE: the
// memory does not answer. One that was damaged since it was sound is dropped.
static uint32_t find(const struct store_key *key)
{
    for (uint32_t n = 0; n < STORE_SLOTS; n++) {
        if ((sound & 1u << n) == 0)
            continue;
        if (!store_slot_load(n, &slot))
            return UNREADABLE;
        if (!is_of(&slot, key))
            continue;
        if (store_slot_is_sound(&slot))
            return n;
        drop(n);
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

// Slot `n` is sound. If one before it has the same key, the power has gone between
// the new value and the end of the old one: the one with the later sequence stays.
static bool take_in(uint32_t n, const struct store_slot *s)
{
    struct store_key key = { .space = s->space };

    memcpy(key.name, s->name, STORE_NAME);
    uint32_t other = find(&key);
    sound |= 1u << n;
    if (other == NONE || other == UNREADABLE)
        return other == NONE;
    bool is_later = (int16_t)(uint16_t)(s->sequence - slot.sequence) > 0;
    return drop(is_later ? other : n);
}

bool store_values_init(void)
{
    struct store_slot s;

    sound = 0;
    sound_is_known = false;
    if (!store_slots_init())
        return false;
    for (uint32_t n = 0; n < STORE_SLOTS; n++) {
        if (!store_slot_load(n, &s) ||
            (store_slot_is_sound(&s) && !take_in(n, &s)))
            return false;
    }
    sound_is_known = true;
    return true;
}

static bool is_ready(void)
{
    return sound_is_known || store_values_init();
}

// Does one more fit into the space, and a slot stay free to put values anew? 0, or
// why not.
static int32_t look_for_room(uint8_t space, uint32_t most)
{
    uint32_t in_space = 0, in_all = 0;

    for (uint32_t n = 0; n < STORE_SLOTS; n++) {
        if ((sound & 1u << n) == 0)
            continue;
        if (!store_slot_load(n, &slot))
            return STORE_FAILED;
        in_all++;
        in_space += slot.space == space;
    }
    return in_space < most && in_all < STORE_VALUES ? 0 : STORE_FULL;
}

int32_t store_values_put(const struct store_key *key, uint32_t most,
                         const void *value, uint32_t size)
{
    uint32_t old = is_ready() ? find(key) : UNREADABLE;
    uint16_t sequence = 0;
    int32_t wrong = 0;

    if (old == UNREADABLE)
        return STORE_FAILED;
    if (old == NONE)
        wrong = look_for_room(key->space, most);
    else
        sequence = (uint16_t)(slot.sequence + 1);
    uint32_t to = find_free();
    if (wrong != 0 || to == NONE)
        return wrong != 0 ? wrong : STORE_FULL;
    slot = (struct store_slot){ .sequence = sequence,
                                .space = key->space,
                                .size = (uint8_t)size };
    memcpy(slot.name, key->name, STORE_NAME);
    memcpy(slot.value, value, size);
    sound_is_known = store_slot_save(to, &slot);
    if (!sound_is_known)
        return STORE_FAILED;
    sound |= 1u << to;
    if (old != NONE)
        drop(old);
    return 0;
}

int32_t store_values_get(const struct store_key *key, void *to, uint32_t size)
{
    uint32_t n = is_ready() ? find(key) : UNREADABLE;

    if (n == NONE || n == UNREADABLE)
        return n == NONE ? STORE_NOTHING : STORE_FAILED;
    if (slot.size > size)
        return STORE_SMALL;
    memcpy(to, slot.value, slot.size);
    return slot.size;
}

int32_t store_values_remove(const struct store_key *key)
{
    uint32_t n = is_ready() ? find(key) : UNREADABLE;

    if (n == NONE)
        return STORE_NOTHING;
    return n != UNREADABLE && drop(n) ? 0 : STORE_FAILED;
}
