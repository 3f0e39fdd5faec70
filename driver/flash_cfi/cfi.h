// cfi.h - two 16-bit NOR chips side by side, with Intel's commands (Common Flash
// Interface, JESD68.01; Intel application note 646).
//
// Between two calls the chips show their contents, unless one is unsettled: then
// they show their status, and every call settles that first.

#ifndef DRIVER_FLASH_CFI_CFI_H
#define DRIVER_FLASH_CFI_CFI_H

#include "../flash.h"

#include <stdbool.h>

struct cfi {
    uint32_t sector;     // bytes, of both chips
    uint32_t program_us; // the longest a word takes
    uint32_t erase_us;   // and a sector
    bool has_locks;      // sectors are locked after power up

    bool is_unsettled; // it may be at work on what was begun at `at`,
    uint32_t at;
    uint64_t until; // and should be ready then
    uint32_t step;  // look again after so many microseconds
};

// Find out what there is behind a window of `bytes`, a power of two that is aligned
// to itself. Whatever it did before is over then. Returns 0, FLASH_NO_QUERY,
// FLASH_COMMANDS to FLASH_TIMES, FLASH_BUSY.
int32_t cfi_open(struct cfi *chip, uint32_t bytes);

// The chips are ready and show their contents: 0, or FLASH_FAILED, FLASH_LOCKED
// (then too), or FLASH_BUSY, FLASH_TIMEOUT.
int32_t cfi_settle(struct cfi *chip);

// As the methods of flash.h; `at` is the offset of a word, or of a sector.
int32_t cfi_program(struct cfi *chip, uint32_t at, const uint32_t *words,
                    uint32_t count);
int32_t cfi_erase(struct cfi *chip, uint32_t at);

// ---- Given by who has the device

uint32_t cfi_load(uint32_t offset);
void cfi_store(uint32_t offset, uint32_t word);

uint64_t cfi_now(void); // microseconds

// Let others run for so many microseconds. Returns false, maybe at once, when the
// one who is served has no more time.
bool cfi_pause(uint32_t microseconds);

#endif
