// memory.c - bytes, where the layout has said that they are.

#include "internal.h"

void memory_zero(uintptr_t base, uintptr_t size)
{
    uint32_t *word = (uint32_t *)base;

    for (uintptr_t i = 0; i < size / sizeof *word; i++)
        word[i] = 0;
}

void memory_copy(const struct contents *c)
{
    const uint8_t *from = c->from;
    uint8_t *to = (uint8_t *)c->to;

    for (uint32_t i = 0; i < c->size; i++)
        to[i] = from[i];
}
