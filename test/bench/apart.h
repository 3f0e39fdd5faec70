// apart.h - threads of the crowd wait in a process, each for a word of its own.
//
// The words lie so that it is known where they are in the kernel's tree of the
// process (kernel/words.c), from the order in which they are waited for: place 0,
// 1, ... differ from the word that is measured in the address's bits for 1, 2, ...,
// so the first two are on either side of it. Those of which `alike` bits are the
// same come before it, or behind it, when so many have come before.

#ifndef APART_H
#define APART_H

#include "bench.h"

#define APART_WORDS 128u

static volatile uint32_t apart_word[APART_WORDS];
static volatile uint32_t apart_staying;

static uint32_t apart_bits(const volatile uint32_t *word)
{
    return (uint32_t)((uintptr_t)word / sizeof *word % APART_WORDS);
}

static volatile uint32_t *apart_at(const volatile uint32_t *measured,
                                   uint32_t which)
{
    uint32_t differs = (which & APART_PLACE) + 1;
    uint32_t alike = which >> APART_ALIKE & 7;
    uint32_t bits = apart_bits(measured) ^ differs << alike;

    return &apart_word[(bits - apart_bits(apart_word)) % APART_WORDS];
}

static void apart_stay(const volatile uint32_t *measured, uint32_t which)
{
    __atomic_fetch_add(&apart_staying, 1, __ATOMIC_RELAXED);
    cmrx_wait(apart_at(measured, which), 0, CMRX_FOREVER);
    __atomic_fetch_sub(&apart_staying, 1, __ATOMIC_RELAXED);
}

static uint32_t apart_there(CMRX_SELF)
{
    return apart_staying;
}

static void apart_leave(CMRX_SELF)
{
    for (uint32_t i = 0; i < APART_WORDS; i++)
        cmrx_wake(&apart_word[i], 1);
}

#endif
