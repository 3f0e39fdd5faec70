// flash_cfi.c - the service `flash` on two sectors or more of CFI NOR flash.
//
// The window is all that can be programmed or erased: a command counts for where it
// is written to. But both chips stop showing their contents, all of them, while they
// work or are asked what they are.

#include "cfi.h"

#include <cmrx/cmrx.h>
#include <cmrx/mutex.h>

#define WORDS (FLASH_BYTES / 4u)

_Static_assert((FLASH_BYTES & (FLASH_BYTES - 1u)) == 0 && FLASH_BYTES >= 1024u,
               "a window, in which there is room for the query");

struct nor {
    uint32_t word[WORDS];
};

CMRX_DEVICE(struct nor, window);
CMRX_DRIVES(window, flash_cfi);

// No CMRX_QUIESCE: chips do nothing by themselves but to end what was begun, and
// nobody else can look at them. cfi_open() brings them back.

static struct cfi chip;
static bool is_open;
// Who waits for the chips has left the monitor, but not this.
static struct cmrx_mutex mutex;

uint32_t cfi_load(uint32_t offset)
{
    return window.word[offset / 4u];
}

void cfi_store(uint32_t offset, uint32_t word)
{
    window.word[offset / 4u] = word;
}

uint64_t cfi_now(void)
{
    return cmrx_time_now();
}

bool cfi_pause(uint32_t microseconds)
{
    return cmrx_sleep_until(cmrx_time_now() + microseconds) == CMRX_OK;
}

// Returns 0: the chips are known, and nobody else's until leave().
static int32_t enter(void)
{
    int32_t wrong = 0;

    if (cmrx_mutex_lock(&mutex, CMRX_FOREVER) == CMRX_CANCELLED)
        return FLASH_BUSY;
    if (!is_open)
        wrong = cfi_open(&chip, FLASH_BYTES);
    is_open = is_open || wrong == 0;
    if (wrong != 0)
        cmrx_mutex_unlock(&mutex);
    return wrong;
}

static void leave(void)
{
    cmrx_mutex_unlock(&mutex);
}

// That the last caller's work, which it did not wait for, has failed is nothing to
// the next: what matters is that it is over.
static int32_t settle(void)
{
    int32_t wrong = cfi_settle(&chip);

    return wrong == FLASH_BUSY || wrong == FLASH_TIMEOUT ? wrong : 0;
}

static bool is_inside(uint32_t offset, const uint32_t *words, uint32_t count)
{
    return count > 0 && count <= WORDS && offset % 4u == 0 &&
           (uintptr_t)words % 4u == 0 && offset <= FLASH_BYTES - count * 4u;
}

static int32_t flash_info(CMRX_SELF, struct flash_info *to)
{
    int32_t wrong;

    if ((uintptr_t)to % 4u != 0 || !cmrx_caller_may_write(to, sizeof(*to)))
        return FLASH_DENIED;
    wrong = enter();
    if (wrong != 0)
        return wrong;
    *to = (struct flash_info){ .size = FLASH_BYTES,
                               .sector = chip.sector,
                               .sectors = FLASH_BYTES / chip.sector,
                               .page = 4 };
    leave();
    return 0;
}

static int32_t flash_read(CMRX_SELF, uint32_t offset, uint32_t *to,
                          uint32_t count)
{
    int32_t wrong;

    if (!is_inside(offset, to, count))
        return FLASH_RANGE;
    if (!cmrx_caller_may_write(to, count * 4u))
        return FLASH_DENIED;
    wrong = enter();
    if (wrong != 0)
        return wrong;
    wrong = settle();
    for (uint32_t n = 0; wrong == 0 && n < count; n++)
        to[n] = cfi_load(offset + n * 4u);
    leave();
    return wrong;
}

static int32_t flash_program(CMRX_SELF, uint32_t offset, const uint32_t *words,
                             uint32_t count)
{
    int32_t wrong;

    if (!is_inside(offset, words, count))
        return FLASH_RANGE;
    if (!cmrx_caller_may_read(words, count * 4u))
        return FLASH_DENIED;
    wrong = enter();
    if (wrong != 0)
        return wrong;
    wrong = settle();
    if (wrong == 0)
        wrong = cfi_program(&chip, offset, words, count);
    leave();
    return wrong;
}

static int32_t flash_erase(CMRX_SELF, uint32_t sector)
{
    int32_t wrong = enter();

    if (wrong != 0)
        return wrong;
    wrong = settle();
    if (wrong == 0 && sector >= FLASH_BYTES / chip.sector)
        wrong = FLASH_RANGE;
    if (wrong == 0)
        wrong = cfi_erase(&chip, sector * chip.sector);
    leave();
    return wrong;
}

CMRX_PROVIDE(struct flash, flash, .info = flash_info, .read = flash_read,
             .program = flash_program, .erase = flash_erase);
