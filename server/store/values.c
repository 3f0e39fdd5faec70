// values.c - named values in slots.

#include "values.h"

#include <string.h>

#define NONE UINT32_MAX
#define DEAF (UINT32_MAX - 1)

// Bit n: slot n was sound when it was looked at, and nobody has erased it. So it is
// in memory, but for when something has failed, and before the start: look then.
static uint32_t sound;
static bool looked;
static struct store_slot slot; // the one that is looked at

_Static_assert(STORE_SLOTS <= 32, "a bit for each slot");

// It does not count, even if the memory keeps it: it is damaged, or a later one is
// there.
static bool leave(uint32_t n)
{
    looked = store_slot_erase(n);
    sound &= ~(1u << n);
    return looked;
}

static bool is_of(const struct store_slot *s, const struct store_key *key)
{
    return s->space == key->space &&
           memcmp(s->name, key->name, STORE_NAME) == 0;
}

// The slot with that value, in `slot` too; NONE: there is none; DEAF: the memory does
// not answer. One that has taken damage since it was sound is none for good.
static uint32_t find(const struct store_key *key)
{
    for (uint32_t n = 0; n < STORE_SLOTS; n++) {
        if ((sound & 1u << n) == 0)
            continue;
        if (!store_slot_load(n, &slot))
            return DEAF;
        if (!is_of(&slot, key))
            continue;
        if (store_slot_is_sound(&slot))
            return n;
        leave(n);
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
static bool take_in(uint32_t n, const struct store_slot *s)
{
    struct store_key key = { .space = s->space };

    memcpy(key.name, s->name, STORE_NAME);
    uint32_t other = find(&key);
    sound |= 1u << n;
    if (other == NONE || other == DEAF)
        return other == NONE;
    bool is_later = (int16_t)(uint16_t)(s->sequence - slot.sequence) > 0;
    return leave(is_later ? other : n);
}

bool store_values_init(void)
{
    struct store_slot s;

    sound = 0;
    looked = false;
    if (!store_slots_init())
        return false;
    for (uint32_t n = 0; n < STORE_SLOTS; n++) {
        if (!store_slot_load(n, &s) ||
            (store_slot_is_sound(&s) && !take_in(n, &s)))
            return false;
    }
    looked = true;
    return true;
}

static bool is_ready(void)
{
    return looked || store_values_init();
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
    uint32_t old = is_ready() ? find(key) : DEAF;
    uint16_t sequence = 0;
    int32_t wrong = 0;

    if (old == DEAF)
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
    looked = store_slot_save(to, &slot);
    if (!looked)
        return STORE_FAILED;
    sound |= 1u << to;
    if (old != NONE)
        leave(old);
    return 0;
}

int32_t store_values_get(const struct store_key *key, void *to, uint32_t size)
{
    uint32_t n = is_ready() ? find(key) : DEAF;

    if (n == NONE || n == DEAF)
        return n == NONE ? STORE_NOTHING : STORE_FAILED;
    if (slot.size > size)
        return STORE_SMALL;
    memcpy(to, slot.value, slot.size);
    return slot.size;
}

int32_t store_values_remove(const struct store_key *key)
{
    uint32_t n = is_ready() ? find(key) : DEAF;

    if (n == NONE)
        return STORE_NOTHING;
    return n != DEAF && leave(n) ? 0 : STORE_FAILED;
}
