// nor.c - a model of NOR flash.

#include "nor.h"

#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

struct nor nor;

uint32_t nor_chance(uint32_t below)
{
    nor.seed ^= nor.seed << 13;
    nor.seed ^= nor.seed >> 17;
    nor.seed ^= nor.seed << 5;
    return (uint32_t)((uint64_t)nor.seed * below >> 32);
}

static uint8_t some_bits(void)
{
    return (uint8_t)nor_chance(256);
}

void nor_begin(uint32_t seed)
{
    nor = (struct nor){
        .seed = seed,
        .places = NOR_PLACES,
        .left = NOR_NEVER,
        .heads_after = NOR_NEVER,
        .answers = NOR_NEVER,
        .worn = NOR_NEVER - 1,
    };
    for (uint32_t i = 0; i < sizeof(nor.bits); i++)
        nor.bits[i % 2][i / 2] = some_bits();
}

// ---- Flash

uint32_t store_flash_places(void)
{
    return nor.silent ? 0 : nor.places;
}

bool store_flash_read(uint32_t half, uint32_t place, struct store_record *to)
{
    uint8_t *bytes = (uint8_t *)to;

    assert_true(half < 2 && place < nor.places);
    if (nor.silent || nor.answers == 0)
        return false;
    nor.answers -= nor.answers != NOR_NEVER;
    for (uint32_t i = 0; i < sizeof(*to); i++) {
        uint32_t at = place * STORE_RECORD_BYTES + i;
        uint8_t seen =
            nor.weak[half][at] == 0 ? 0 : some_bits() & nor.weak[half][at];
        bytes[i] = nor.bits[half][at] ^ seen;
    }
    return true;
}

// Does the power go, or the flash fail, in this one?
static bool is_whole(void)
{
    nor.operations++;
    if (nor.left == 0)
        return false;
    nor.left -= nor.left != NOR_NEVER;
    return nor.failing == 0 || nor_chance(nor.failing) != 0;
}

static bool broken(void)
{
    if (nor.left == 0)
        longjmp(nor.power, 1);
    return false; // it has failed
}

// How far the operation has come: nothing, hardly, half, almost, or whole but for
// some bits that are read as if nothing had been.
enum { NOT_BEGUN, BEGUN, HALF, ALMOST, FORGOTTEN, WHOLE };

static uint8_t few_bits(void)
{
    return (uint8_t)(nor_chance(48) == 0 ? 1u << nor_chance(8) : 0u);
}

static void cut_byte(uint32_t how_far, uint8_t *done, uint8_t *unsure)
{
    uint8_t few = how_far == WHOLE ? 0 : few_bits();

    *done = how_far == HALF ? some_bits() : how_far < HALF ? 0 : (uint8_t)~few;
    *unsure = how_far == HALF                         ? some_bits()
              : how_far == BEGUN || how_far == ALMOST ? few
                                                      : 0;
    if (nor.left != 0) // it has failed: what is there is so for good
        *unsure = 0;
}

static void program_byte(uint32_t half, uint32_t at, uint8_t to,
                         uint32_t how_far)
{
    uint8_t done, unsure, down = (uint8_t)~to;

    cut_byte(how_far, &done, &unsure);
    done &= down;
    unsure &= down & (nor.bits[half][at] | nor.weak[half][at]) & (uint8_t)~done;
    nor.bits[half][at] &= (uint8_t)~done;
    nor.weak[half][at] = (nor.weak[half][at] & (uint8_t)~done) | unsure;
}

bool store_flash_program(uint32_t half, uint32_t place,
                         const struct store_record *from)
{
    const uint8_t *bytes = (const uint8_t *)from;

    assert_true(half < 2 && place < nor.places);
    if (nor.only_heads && place >= 2)
        return false;
    if (nor.silent || place == nor.worn || place == nor.worn + 1)
        return false;
    if (nor.erased > nor.heads_after && place < 2 && nor_chance(2) == 0)
        nor.left = 0;
    bool whole = is_whole();
    uint32_t how_far = whole ? WHOLE : nor_chance(WHOLE);
    for (uint32_t i = 0; i < sizeof(*from); i++)
        program_byte(half, place * STORE_RECORD_BYTES + i, bytes[i], how_far);
    // One that has failed does not always say so.
    return whole || broken() || nor_chance(2) == 0;
}

bool store_flash_erase(uint32_t half)
{
    assert_true(half < 2);
    if (nor.silent)
        return false;
    bool whole = is_whole();
    uint32_t how_far = whole ? WHOLE : nor_chance(WHOLE);
    nor.erased += whole;
    for (uint32_t at = 0; at < nor.places * STORE_RECORD_BYTES; at++) {
        uint8_t done, unsure;
        cut_byte(how_far, &done, &unsure);
        nor.bits[half][at] |= done;
        nor.weak[half][at] = (nor.weak[half][at] & (uint8_t)~done) | unsure;
    }
    return whole || broken();
}
