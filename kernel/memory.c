// memory.c - bytes, where the layout has said that they are.

#include "internal.h"

// Of these are the services without methods that closed doors lead to (DOOR_SHUT):
// what counts is where each begins, so they overlap.
const uintptr_t zeros[ZEROS];

void memory_zero(uintptr_t base, uintptr_t size)
{
    uintptr_t most = size & ~(uintptr_t)31;

    port_zero(base, most);
    for (uintptr_t i = most; i < size; i += sizeof(uint32_t))
        *(uint32_t *)(base + i) = 0;
}

void memory_copy(const struct contents *c)
{
    const uint8_t *from = c->from;
    uint8_t *to = (uint8_t *)c->to;

    for (uint32_t i = 0; i < c->size; i++)
        to[i] = from[i];
}
