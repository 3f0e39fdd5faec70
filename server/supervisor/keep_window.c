// keep_window.c - in a window of RAM that nobody clears, granted as `last_record`.
//
// Device windows are ordered and not cached: what was written is there when the
// reset comes. After power-on there is anything: what does not fit its check is
// no record.

#include "keep.h"

#include <cmrx/cmrx.h>

#include <string.h>

#define WORDS (sizeof(struct cmrx_fault) / sizeof(uint32_t))
#define SEED  0x4b455054u // memory that is all zeros, or all ones, does not fit

_Static_assert(sizeof(struct cmrx_fault) % sizeof(uint32_t) == 0,
               "it is kept word by word");

struct last_record {
    uint32_t check;
    uint32_t word[WORDS];
};

CMRX_DEVICE(struct last_record, last_record);

// FNV-1a, by words: whatever single word differs, the sum does.
static uint32_t check_of(const uint32_t word[WORDS])
{
    uint32_t check = SEED;

    for (uint32_t n = 0; n < WORDS; n++)
        check = (check ^ word[n]) * 16777619u;
    return check;
}

// The check is last: a record that was written in part does not fit.
void keep(const struct cmrx_fault *record)
{
    uint32_t word[WORDS];

    memcpy(word, record, sizeof(word));
    for (uint32_t n = 0; n < WORDS; n++)
        last_record.word[n] = word[n];
    last_record.check = check_of(word);
}

bool kept(struct cmrx_fault *record)
{
    uint32_t word[WORDS];

    for (uint32_t n = 0; n < WORDS; n++)
        word[n] = last_record.word[n];
    if (last_record.check != check_of(word))
        return false;
    last_record.check = ~last_record.check;
    memcpy(record, word, sizeof(word));
    return true;
}
