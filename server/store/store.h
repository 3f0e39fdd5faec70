// store.h - small named values that are there again after a warm reset.
//
// Each space of names is a service of the process `store`, so who may see which
// values is wired by the build. A value is there as it was put last, or, when
// the reset came while it was being put, as it was before: never in between, and
// never with an error in it that a CRC of 32 bits finds.

#ifndef SERVER_STORE_STORE_H
#define SERVER_STORE_STORE_H

#include <cmrx/process.h>

#define STORE_NAME   12u // characters of a name, at most
#define STORE_VALUE  32u // bytes of a value, at most
#define STORE_VALUES 15u // in all spaces together

// What a method answers when it did not do what was asked.
enum {
    STORE_DENIED = -1,  // the caller may not touch what it points to
    STORE_INVALID = -2, // no such name (1 to 12 characters, no zero among them)
                        // or size (1 to 32)
    STORE_NOTHING = -3, // there is no value of that name
    STORE_FULL = -4,    // no more values in this space, or in all
    STORE_SMALL = -5,   // get: the value is larger than the place for it
    STORE_FAILED = -6,  // the memory does not answer, or is worn: there is what
                        // was there, or what was put
};

struct store {
    // Keep `size` bytes under a name of `length` characters, in the place of what
    // was there. Done when it returns. Returns 0, STORE_DENIED, STORE_INVALID,
    // STORE_FULL (what was there is still), STORE_FAILED. Cost: constant; with
    // flash, where a put in hundreds has to erase a sector, the time that takes.
    int32_t (*put)(CMRX_SELF, const char *name, uint32_t length,
                   const void *value, uint32_t size);

    // Copy the value to [to, to + size). Returns its size, STORE_DENIED,
    // STORE_INVALID, STORE_NOTHING, STORE_SMALL, STORE_FAILED. Cost: constant.
    int32_t (*get)(CMRX_SELF, const char *name, uint32_t length, void *to,
                   uint32_t size);

    // Forget a value. Returns 0, STORE_DENIED, STORE_INVALID, STORE_NOTHING,
    // STORE_FAILED. Cost: as put.
    int32_t (*remove)(CMRX_SELF, const char *name, uint32_t length);
};

// A string literal as the two arguments `name` and `length`.
#define STORE_NAMED(name) (name), ((uint32_t)sizeof(name) - 1u)

#endif
