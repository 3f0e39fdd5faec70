// other_store.c - another program in the place of `store`: nothing of server/store
// but the interface.
//
// Each value is there twice, and a word says which: that word is written last. There
// is no check of what is there: the memory of the test is zeros at first.

#include "../../../server/store/store.h"

#include <cmrx/cmrx.h>

#include <string.h>

#define VALUES 4u

struct retained {
    struct {
        uint8_t name[STORE_NAME];
        uint32_t length; // of the name; 0: there is none
        uint32_t which;  // of the two
        uint32_t size[2];
        uint8_t value[2][STORE_VALUE];
    } kept[VALUES];
};

CMRX_DEVICE(struct retained, retained);

static bool is_named(uint32_t n, const char *name, uint32_t length)
{
    if (retained.kept[n].length != length)
        return false;
    for (uint32_t i = 0; i < length; i++) {
        if (retained.kept[n].name[i] != (uint8_t)name[i])
            return false;
    }
    return true;
}

static uint32_t find(const char *name, uint32_t length)
{
    uint32_t n = 0;

    while (n < VALUES && !is_named(n, name, length))
        n++;
    return n;
}

static uint32_t find_free(void)
{
    uint32_t n = 0;

    while (n < VALUES && retained.kept[n].length != 0)
        n++;
    return n;
}

// 0, or what the method has to answer.
static int32_t name_is_wrong(const char *name, uint32_t length)
{
    if (length == 0 || length > STORE_NAME)
        return STORE_INVALID;
    if (!cmrx_caller_may_read(name, length))
        return STORE_DENIED;
    return memchr(name, 0, length) != NULL ? STORE_INVALID : 0;
}

static int32_t store_put(CMRX_SELF, const char *name, uint32_t length,
                         const void *value, uint32_t size)
{
    int32_t wrong = name_is_wrong(name, length);

    if (wrong != 0)
        return wrong;
    if (size == 0 || size > STORE_VALUE)
        return STORE_INVALID;
    if (!cmrx_caller_may_read(value, size))
        return STORE_DENIED;
    uint32_t n = find(name, length);
    bool is_new = n == VALUES;

    n = is_new ? find_free() : n;
    if (n == VALUES)
        return STORE_FULL;
    uint32_t to = 1 - (retained.kept[n].which & 1);
    for (uint32_t i = 0; i < size; i++)
        retained.kept[n].value[to][i] = ((const uint8_t *)value)[i];
    retained.kept[n].size[to] = size;
    for (uint32_t i = 0; is_new && i < length; i++)
        retained.kept[n].name[i] = (uint8_t)name[i];
    retained.kept[n].which = to;
    retained.kept[n].length = length;
    return 0;
}

static int32_t store_get(CMRX_SELF, const char *name, uint32_t length, void *to,
                         uint32_t size)
{
    int32_t wrong = name_is_wrong(name, length);

    if (wrong != 0)
        return wrong;
    if (!cmrx_caller_may_write(to, size))
        return STORE_DENIED;
    uint32_t n = find(name, length);
    if (n == VALUES)
        return STORE_NOTHING;
    uint32_t which = retained.kept[n].which & 1;
    if (retained.kept[n].size[which] > size)
        return STORE_SMALL;
    for (uint32_t i = 0; i < retained.kept[n].size[which]; i++)
        ((uint8_t *)to)[i] = retained.kept[n].value[which][i];
    return (int32_t)retained.kept[n].size[which];
}

static int32_t store_remove(CMRX_SELF, const char *name, uint32_t length)
{
    int32_t wrong = name_is_wrong(name, length);
    uint32_t n = wrong != 0 ? VALUES : find(name, length);

    if (wrong != 0)
        return wrong;
    if (n == VALUES)
        return STORE_NOTHING;
    retained.kept[n].length = 0;
    return 0;
}

CMRX_PROVIDE(struct store, store, .put = store_put, .get = store_get,
             .remove = store_remove);
