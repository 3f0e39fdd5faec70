// addresses.h - lists of addresses that a plugin is told: ADDRESS-ADDRESS...

#ifndef ADDRESSES_H
#define ADDRESSES_H

#include "plugin.h"

#include <stdint.h>
#include <stdlib.h>

#define ADDRESSES 512u

struct addresses {
    uint32_t at[ADDRESSES], count;
};

static inline bool is_in(const struct addresses *list, uint64_t address)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (list->at[i] == address) {
            return true;
        }
    }
    return false;
}

static inline bool take_list(struct addresses *list, const char *text)
{
    while (list->count < ADDRESSES) {
        char *end;
        list->at[list->count++] = (uint32_t)strtoul(text, &end, 16);
        if (*end != '-') {
            return *end == '\0' ||
                   plugin_refuse(text, "is no list of addresses");
        }
        text = end + 1;
    }
    return plugin_refuse(text, "too many addresses");
}

#endif
