// log.h - flash, as log.c needs it: two halves of places for a record each.
//
// A place is programmed and read as a whole, and can be programmed again: bits go
// from 1 to 0 only. A half is erased as a whole: all bits are 1. flash.c has it
// from a driver.

#ifndef SERVER_STORE_LOG_H
#define SERVER_STORE_LOG_H

#include "slots.h"

struct store_record {
    uint32_t crc;           // of number and slot
    uint32_t number;        // of the slot; of a head: how often the halves have
                            // changed
    struct store_slot slot; // zeros: erased
    uint32_t ones;          // nothing
};

#define STORE_RECORD_BYTES 64u
_Static_assert(sizeof(struct store_record) == STORE_RECORD_BYTES,
               "a record divides what any flash programs or erases at once");

// Places of a half: heads, which are copies, as one wrong bit is not to lose all; and
// room for what counts, for as much again, and for what a start or worn flash takes.
#define STORE_HEADS        2u
#define STORE_PLACES_LEAST (STORE_HEADS + 3u * STORE_SLOTS)
#define STORE_PLACES_MOST  1024u // a start reads each once

// How many places each half has, no more than STORE_PLACES_MOST; 0: the flash does not
// answer, or is none for this.
uint32_t store_flash_places(void);

// False: it does not answer, and nothing is known of what is there.
bool store_flash_read(uint32_t half, uint32_t place, struct store_record *to);

// False: what is there may be anything that has bits of both.
bool store_flash_program(uint32_t half, uint32_t place,
                         const struct store_record *from);

// False: what is there may be anything.
bool store_flash_erase(uint32_t half);

#endif
