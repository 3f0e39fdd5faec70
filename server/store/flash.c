// flash.c - the two halves of log.c: the first two sectors of what a driver has, of
// which no more than STORE_FLASH_PLACES (from the build) are used.
//
// A call that the driver's end or restart cuts off is made once more: what was
// programmed in part can be programmed again.

#include "log.h"

#include "../../driver/flash.h"

#include <cmrx/cmrx.h>

#define WORDS (STORE_RECORD_BYTES / 4u)

_Static_assert(STORE_FLASH_PLACES >= STORE_PLACES_LEAST &&
                   STORE_FLASH_PLACES <= STORE_PLACES_MOST,
               "STORE_FLASH_PLACES is what log.h allows");

// A call that sets `result`, and once more if it did not come to its end: not only
// where the driver is another one now, as CALL_AGAIN of ../again.h.
#define IS_DONE(call)                                                          \
    __extension__({                                                            \
        enum cmrx_status status_ = (call);                                     \
        if (status_ != CMRX_OK)                                                \
            status_ = (call);                                                  \
        status_ == CMRX_OK &&result == 0;                                      \
    })

CMRX_USE(struct flash, flash);

static CMRX_SHARED struct flash_info info;
static CMRX_SHARED struct store_record record;
static int32_t result;

// A record is programmed alone: pages that are larger, or that it does not fill, would
// be programmed in part.
static bool has_pages_for_records(void)
{
    return info.page > 0 && STORE_RECORD_BYTES % info.page == 0;
}

uint32_t store_flash_places(void)
{
    if (!IS_DONE(cmrx_call(&result, flash, info, &info)) || info.sectors < 2 ||
        !has_pages_for_records())
        return 0;
    return info.sector / STORE_RECORD_BYTES < STORE_FLASH_PLACES
               ? info.sector / STORE_RECORD_BYTES
               : STORE_FLASH_PLACES;
}

static uint32_t offset(uint32_t half, uint32_t place)
{
    return half * info.sector + place * STORE_RECORD_BYTES;
}

bool store_flash_read(uint32_t half, uint32_t place, struct store_record *to)
{
    bool done = IS_DONE(cmrx_call(&result, flash, read, offset(half, place),
                                  (uint32_t *)&record, WORDS));

    *to = record;
    return done;
}

bool store_flash_program(uint32_t half, uint32_t place,
                         const struct store_record *from)
{
    record = *from;
    return IS_DONE(cmrx_call(&result, flash, program, offset(half, place),
                             (const uint32_t *)&record, WORDS));
}

bool store_flash_erase(uint32_t half)
{
    return IS_DONE(cmrx_call(&result, flash, erase, half));
}
