// log.c - the places of values, in flash.
//
// doc/design/0029-flash.md says why a power loss at any instant is survived. One of
// two halves is in use: its head has the higher number. Behind the head stand records
// in the order in which they were written: of a slot the last one counts. When the
// half is full, what counts is written to the other half, and then that one's head.
//
// What was being programmed when the power went may be read one way now, and another
// way later. So at each start everything that this may be true of is programmed once
// more, as it was read, or with zeros.

#include "log.h"
#include "crc.h"

#include <string.h>

#define HEAD   0x53544f48u // "STOH", and
#define RECORD 0x53544f52u // "STOR": seeds of CRCs; they change with the format

#define HEADS  STORE_HEADS
#define FIRST  HEADS // place of the first record
#define TRIES  3u    // places that may be worn, one behind the other

static uint32_t half, changes;   // the half in use; the number of its head
static uint32_t places, next;    // in a half; the first that is not written
static uint16_t at[STORE_SLOTS]; // the place of each slot; 0: it is not sound

// ---- A record

static uint32_t crc_of(uint32_t seed, const struct store_record *r)
{
    return store_crc(seed, &r->number, sizeof(r->number) + sizeof(r->slot));
}

static bool is_sound(uint32_t seed, const struct store_record *r)
{
    return r->crc == crc_of(seed, r);
}

static bool is_blank(const struct store_record *r)
{
    const uint8_t *bytes = (const uint8_t *)r;

    for (uint32_t i = 0; i < sizeof(*r); i++)
        if (bytes[i] != 0xff)
            return false;
    return true;
}

// It will never be read as anything.
static void destroy(uint32_t of, uint32_t place)
{
    static const struct store_record zeros;

    store_flash_program(of, place, &zeros);
}

static bool program(uint32_t to, uint32_t place, const struct store_record *r)
{
    struct store_record found;

    return store_flash_program(to, place, r) &&
           store_flash_read(to, place, &found) &&
           memcmp(r, &found, sizeof(found)) == 0;
}

// Returns its place, which *n goes behind; 0: the flash is worn there, or full.
static uint32_t add(uint32_t to, uint32_t *n, const struct store_record *r)
{
    for (uint32_t tries = 0; tries < TRIES && *n < places; tries++) {
        uint32_t place = (*n)++;
        if (program(to, place, r))
            return place;
    }
    return 0;
}

// ---- Heads

static void destroy_heads(uint32_t of)
{
    for (uint32_t i = 0; i < HEADS; i++)
        destroy(of, i);
}

// Is one of them there?
static bool write_heads(uint32_t to, uint32_t number)
{
    struct store_record head = { .number = number, .ones = UINT32_MAX };
    bool written = false;

    head.crc = crc_of(HEAD, &head);
    for (uint32_t i = 0; i < HEADS; i++)
        written |= program(to, i, &head);
    return written;
}

// *number: 0 when it has none. False: the flash does not answer.
static bool read_heads(uint32_t of, uint32_t *number)
{
    struct store_record head;

    *number = 0;
    for (uint32_t i = 0; i < HEADS && *number == 0; i++) {
        if (!store_flash_read(of, i, &head))
            return false;
        if (is_sound(HEAD, &head))
            *number = head.number;
    }
    return true;
}

// ---- The other half

// What counts goes there. False: all is as it was.
static bool move(uint32_t to, uint32_t *n, uint16_t moved[STORE_SLOTS])
{
    struct store_record r;

    for (uint32_t i = 0; i < STORE_SLOTS; i++) {
        if (at[i] == 0)
            continue;
        if (!store_flash_read(half, at[i], &r))
            return false;
        moved[i] = (uint16_t)add(to, n, &r);
        if (moved[i] == 0)
            return false;
    }
    return true;
}

static bool change_halves(void)
{
    uint32_t to = half ^ 1u, n = FIRST;
    uint16_t moved[STORE_SLOTS] = { 0 };

    if (!store_flash_erase(to) || !move(to, &n, moved))
        return false;
    if (!write_heads(to, changes + 1))
        return false;
    half = to;
    changes++;
    next = n;
    memcpy(at, moved, sizeof(at));
    return true;
}

// ---- The start

static void take_in(const struct store_record *r, uint32_t place)
{
    if (is_sound(RECORD, r) && r->number < STORE_SLOTS)
        at[r->number] = r->slot.size > 0 ? (uint16_t)place : 0;
}

// What was read of the last one decides, once. The place behind it may have been
// begun without a trace so far: nobody uses it.
static void settle(const struct store_record *last)
{
    if (next > FIRST && is_sound(RECORD, last))
        store_flash_program(half, next - 1, last);
    else if (next > FIRST)
        destroy(half, next - 1);
    next += next < places;
}

// A worn place can be blank between others.
static bool take_in_all(void)
{
    struct store_record r, last;

    memset(at, 0, sizeof(at));
    next = FIRST;
    for (uint32_t place = FIRST; place < places; place++) {
        if (!store_flash_read(half, place, &r))
            return false;
        if (is_blank(&r))
            continue;
        take_in(&r, place);
        next = place + 1;
        last = r;
    }
    settle(&last);
    return true;
}

// A flash that has no heads has no values.
bool store_slots_init(void)
{
    uint32_t numbers[2];

    places = store_flash_places();
    if (places < STORE_PLACES_LEAST || !read_heads(0, &numbers[0]) ||
        !read_heads(1, &numbers[1]))
        return false;
    half = numbers[1] > numbers[0];
    changes = numbers[half];
    memset(at, 0, sizeof(at));
    if (changes == 0)
        return change_halves();
    if (!write_heads(half, changes))
        return false;
    destroy_heads(half ^ 1u);
    return take_in_all();
}

// ---- Slots

bool store_slot_load(uint32_t n, struct store_slot *to)
{
    struct store_record r = { 0 };

    if (at[n] != 0 && !store_flash_read(half, at[n], &r))
        return false;
    *to = r.slot;
    return true;
}

// Its place, or 0.
static uint32_t append(struct store_record *r)
{
    uint32_t place;

    r->crc = crc_of(RECORD, r);
    place = add(half, &next, r);
    if (place == 0 && change_halves())
        place = add(half, &next, r);
    return place;
}

bool store_slot_save(uint32_t n, struct store_slot *slot)
{
    store_slot_seal(slot);
    struct store_record r = { .number = n, .slot = *slot, .ones = UINT32_MAX };

    at[n] = (uint16_t)append(&r);
    return at[n] != 0;
}

bool store_slot_erase(uint32_t n)
{
    struct store_record r = { .number = n, .ones = UINT32_MAX };

    at[n] = 0; // not to be moved
    return append(&r) != 0;
}
