// chips.c - two NOR chips for tests, which know nothing of each other.

#include "chips.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <string.h>

struct chip chips[2];
uint64_t now;
bool has_patience;
uint32_t stores_left;
jmp_buf dead;

static const struct {
    uint8_t at, value;
} good[] = {
    { 0x10, 'Q' }, { 0x11, 'R' }, { 0x12, 'Y' }, { 0x13, 1 }, { 0x15, 0x31 },
    { 0x1f, 7 },   { 0x21, 9 },   { 0x23, 4 },   { 0x25, 3 }, { 0x27, 11 },
    { 0x28, 2 },   { 0x2c, 1 },   { 0x2d, 3 },   { 0x2f, 2 }, { 0x31, 'P' },
    { 0x32, 'R' }, { 0x33, 'I' },
};

int power_up(void **state)
{
    (void)state;
    memset(chips, 0, sizeof(chips));
    for (uint32_t c = 0; c < 2; c++) {
        memset(chips[c].cell, 0xff, sizeof(chips[c].cell));
        for (uint32_t n = 0; n < sizeof(good) / sizeof(good[0]); n++)
            chips[c].query[good[n].at] = good[n].value;
        chips[c].takes = 1;
    }
    has_patience = true;
    stores_left = UINT32_MAX;
    return 0;
}

static void work(struct chip *chip, uint64_t us)
{
    chip->errors |= chip->fails;
    chip->ready = now + us * chip->takes;
    chip->mode = STATUS;
}

static void become(struct chip *chip, uint32_t n, uint16_t value)
{
    chip->cell[n] = (uint16_t)((chip->cell[n] & chip->stuck[n]) |
                               (value & ~chip->stuck[n]));
}

static void second_word(struct chip *chip, uint32_t n, uint16_t word)
{
    uint32_t sector = n / (HALVES / 2);
    uint8_t first = chip->first;

    chip->first = 0;
    chip->mode = STATUS;
    if (first == 0x60 && (word & 0xff) == 0xd0) {
        chip->is_locked[sector] = chip->is_locked_for_good;
    } else if (first != 0x40 && (word & 0xff) != 0xd0) {
        chip->errors |= 0x30;
    } else if (chip->is_locked[sector]) {
        chip->errors |= first == 0x40 ? 0x12 : 0x22;
    } else if (first == 0x40) {
        work(chip, PROGRAM_US);
        become(chip, n, chip->cell[n] & word);
    } else {
        work(chip, ERASE_US);
        for (uint32_t i = 0; i < HALVES / 2; i++)
            become(chip, sector * (HALVES / 2) + i, 0xffff);
    }
}

static void store(struct chip *chip, uint32_t n, uint16_t word)
{
    if (now < chip->ready)
        return;
    if (chip->first != 0) {
        second_word(chip, n, word);
        return;
    }
    switch (word & 0xff) {
    case 0x20:
    case 0x40:
    case 0x60:
        chip->first = (uint8_t)word;
        break;
    case 0x50:
        chip->errors = 0;
        break;
    case 0x98:
        assert_int_equal(n, 0x55);
        chip->mode = QUERY;
        break;
    case 0xff:
        chip->mode = ARRAY;
        break;
    default:
        fail_msg("command %#x", word);
    }
}

static uint16_t load(const struct chip *chip, uint32_t n)
{
    if (now < chip->ready)
        return 0;
    if (chip->mode == STATUS || chip->first != 0)
        return 0x80 | chip->errors;
    if (chip->mode == ARRAY)
        return chip->cell[n];
    return n < QUERY_END ? chip->query[n] : 0;
}

uint32_t cfi_load(uint32_t offset)
{
    assert_true(offset < WINDOW && offset % 4 == 0);
    return (uint32_t)load(&chips[0], offset / 4) |
           (uint32_t)load(&chips[1], offset / 4) << 16;
}

void cfi_store(uint32_t offset, uint32_t word)
{
    assert_true(offset < WINDOW && offset % 4 == 0);
    if (stores_left == 0)
        longjmp(dead, 1);
    stores_left--;
    store(&chips[0], offset / 4, (uint16_t)word);
    store(&chips[1], offset / 4, (uint16_t)(word >> 16));
}

uint64_t cfi_now(void)
{
    return now;
}

bool cfi_pause(uint32_t microseconds)
{
    assert_true(microseconds > 0);
    if (has_patience)
        now += microseconds;
    return has_patience;
}

void query_is(uint32_t at, uint8_t value)
{
    chips[0].query[at] = chips[1].query[at] = value;
}

void locks_are_closed(void)
{
    query_is(EXTENSION + 5, 1u << 5);
    for (uint32_t c = 0; c < 2; c++)
        chips[c].is_locked[0] = chips[c].is_locked[1] = true;
}

uint32_t held(uint32_t offset)
{
    return (uint32_t)chips[0].cell[offset / 4] |
           (uint32_t)chips[1].cell[offset / 4] << 16;
}
