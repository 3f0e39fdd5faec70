// store.c - small named values that are there again after a warm reset.
//
// All methods are in the monitor and never wait: each is done as a whole, or cut
// off by a reset, or by the end of the process; see values.h.

#include "values.h"

#include <cmrx/cmrx.h>

#include <string.h>

// Makes a key of what the caller gave. Returns 0, or what is wrong.
static int32_t key_of(struct store_key *key, const struct store_space *space,
                      const char *name, uint32_t length)
{
    if (length == 0 || length > STORE_NAME)
        return STORE_INVALID;
    if (!cmrx_caller_may_read(name, length))
        return STORE_DENIED;
    *key = (struct store_key){ .space = space->number };
    memcpy(key->name, name, length);
    return memchr(key->name, 0, length) == NULL ? 0 : STORE_INVALID;
}

int32_t store_put(const void *self, const char *name, uint32_t length,
                  const void *value, uint32_t size)
{
    const struct store_space *space = self;
    struct store_key key;
    int32_t wrong = key_of(&key, space, name, length);

    if (wrong != 0)
        return wrong;
    if (size == 0 || size > STORE_VALUE)
        return STORE_INVALID;
    if (!cmrx_caller_may_read(value, size))
        return STORE_DENIED;
    return store_values_put(&key, space->most, value, size);
}

int32_t store_get(const void *self, const char *name, uint32_t length, void *to,
                  uint32_t size)
{
    struct store_key key;
    int32_t wrong = key_of(&key, self, name, length);

    if (wrong != 0)
        return wrong;
    if (size == 0)
        return STORE_INVALID;
    if (!cmrx_caller_may_write(to, size))
        return STORE_DENIED;
    return store_values_get(&key, to, size);
}

int32_t store_remove(const void *self, const char *name, uint32_t length)
{
    struct store_key key;
    int32_t wrong = key_of(&key, self, name, length);

    return wrong != 0 ? wrong : store_values_remove(&key);
}
