// flash.h - NOR flash that is written word by word and erased by sectors: what any
// driver of flash provides.
//
// Offsets are bytes from the begin of the driver's window, words are 32 bits and
// aligned. Erased words are all ones; programming makes ones zeros, never the
// reverse. When power goes while a word is programmed, any of its bits that were to
// become zeros may have; while a sector is erased, anything may be in it.
//
// Methods wait while the device works, and others queue. A call with a deadline,
// cmrx_call_until(), comes back with FLASH_BUSY when that passes; what was begun
// the device ends by itself, and who calls next waits for it.

#ifndef DRIVER_FLASH_H
#define DRIVER_FLASH_H

#include <cmrx/process.h>

// What a method answers when it did not do what was asked.
enum {
    FLASH_DENIED = -1,  // the caller may not touch what it points to
    FLASH_RANGE = -2,   // not in the window, not aligned, or nothing at all
    FLASH_SET = -3,     // a bit that is 0 would have to become 1: erase first
    FLASH_FAILED = -4,  // the device says so, or it reads otherwise: it is worn
    FLASH_LOCKED = -5,  // the device is write protected
    FLASH_BUSY = -6,    // the caller's deadline has passed
    FLASH_TIMEOUT = -7, // longer than the device itself says it can take
    FLASH_NO_QUERY = -8, // no device that says what it is
    // There is one, which the driver does not know: because of its
    FLASH_COMMANDS = -9, // commands,
    FLASH_WIDTH = -10,   // bus, or not all chips of it are the same,
    FLASH_SECTORS = -11, // sizes,
    FLASH_TIMES = -12,   // times
};

struct flash_info {
    uint32_t size;    // bytes of the window
    uint32_t sector;  // bytes that are erased at once
    uint32_t sectors; // in the window, which begins with the first
    uint32_t page;    // bytes that are programmed at once, at least 4
};

// Each method may answer FLASH_BUSY, FLASH_TIMEOUT, and those below it. Until the
// device is known each call looks for it anew.
struct flash {
    // Returns 0, FLASH_DENIED.
    int32_t (*info)(CMRX_SELF, struct flash_info *to);

    // Copy `count` words. Returns 0, FLASH_DENIED, FLASH_RANGE.
    int32_t (*read)(CMRX_SELF, uint32_t offset, uint32_t *to, uint32_t count);

    // Program `count` words, in the order of addresses, and look whether they are
    // there. Returns 0, FLASH_DENIED, FLASH_RANGE, FLASH_SET (nothing was done);
    // FLASH_FAILED, FLASH_LOCKED (any of them may be programmed).
    int32_t (*program)(CMRX_SELF, uint32_t offset, const uint32_t *words,
                       uint32_t count);

    // Erase sector number `sector`, 0 is the first, and look that it is all ones.
    // Returns 0, FLASH_RANGE, FLASH_FAILED, FLASH_LOCKED.
    int32_t (*erase)(CMRX_SELF, uint32_t sector);
};

#endif
