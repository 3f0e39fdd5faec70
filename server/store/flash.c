// flash.c - the two halves of log.c: the first two sectors of what a driver has, of
// which no more than STORE_FLASH_PLACES (from the build) are used.
//
// A call that the driver's end or restart cuts off is made once more: what was
// programmed in part can be programmed again.

#include "log.h"

#include "../../driver/flash.h"

#include <cmrx/cmrx.h>

#define TRIES 2u
#define WORDS (STORE_RECORD_BYTES / 4u)

CMRX_USE(struct flash, flash);

static CMRX_SHARED struct flash_info info;
static CMRX_SHARED struct store_record record;
static int32_t result;

uint32_t store_flash_places(void)
{
    enum cmrx_status status = CMRX_STALE;

    for (uint32_t i = 0; i < TRIES && status != CMRX_OK; i++)
        status = cmrx_call(&result, flash, info, &info);
    if (status != CMRX_OK || result != 0 || info.sectors < 2)
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
    enum cmrx_status status = CMRX_STALE;

    for (uint32_t i = 0; i < TRIES && status != CMRX_OK; i++)
        status = cmrx_call(&result, flash, read, offset(half, place),
                           (uint32_t *)&record, WORDS);
    *to = record;
    return status == CMRX_OK && result == 0;
}

bool store_flash_program(uint32_t half, uint32_t place,
                         const struct store_record *from)
{
    enum cmrx_status status = CMRX_STALE;

    record = *from;
    for (uint32_t i = 0; i < TRIES && status != CMRX_OK; i++)
        status = cmrx_call(&result, flash, program, offset(half, place),
                           (const uint32_t *)&record, WORDS);
    return status == CMRX_OK && result == 0;
}

bool store_flash_erase(uint32_t half)
{
    enum cmrx_status status = CMRX_STALE;

    for (uint32_t i = 0; i < TRIES && status != CMRX_OK; i++)
        status = cmrx_call(&result, flash, erase, half);
    return status == CMRX_OK && result == 0;
}
