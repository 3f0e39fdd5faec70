// provide.h - which spaces of names there are: for the integrator's source file.
//
//     STORE_PROVIDE(settings, 1, 8);   // struct store, up to 8 values
//     STORE_PROVIDE(counters, 2, 4);
//
// A space is known by its number in the memory that survives: keep it, and give
// no other space the same.

#ifndef SERVER_STORE_PROVIDE_H
#define SERVER_STORE_PROVIDE_H

#include "store.h"

struct store_space {
    uint8_t number; // 0..255
    uint8_t most;   // values in it, at most
};

// The methods; `self` is a struct store_space. See store.h.
int32_t store_put(const void *self, const char *name, uint32_t length,
                  const void *value, uint32_t size);
int32_t store_get(const void *self, const char *name, uint32_t length, void *to,
                  uint32_t size);
int32_t store_remove(const void *self, const char *name, uint32_t length);

#define STORE_PROVIDE(name, number, most)                                      \
    _Static_assert((number) <= 255 && (most) >= 1 && (most) <= STORE_VALUES,   \
                   "a space has a number of 0 to 255, and 1 to 15 values");    \
    static const struct store_space name##_space = { number, most };           \
    CMRX_PROVIDE_AS(struct store, name, &name##_space, .put = store_put,       \
                    .get = store_get, .remove = store_remove)

#endif
