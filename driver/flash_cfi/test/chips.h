// chips.h - two NOR chips for tests, which know nothing of each other.

#ifndef DRIVER_FLASH_CFI_TEST_CHIPS_H
#define DRIVER_FLASH_CFI_TEST_CHIPS_H

#include "../cfi.h"

#include <setjmp.h>

enum {
    WINDOW = 2048, // of 4096 bytes that both have
    SECTOR = 1024,
    HALVES = WINDOW / 4,
    QUERY_END = 0x40,
    PROGRAM_US = 128,
    ERASE_US = 512000,
    EXTENSION = 0x31,
};

enum mode { ARRAY, STATUS, QUERY };

struct chip {
    uint16_t cell[HALVES], stuck[HALVES]; // bits that stay as they are
    uint8_t query[QUERY_END];
    enum mode mode;
    uint8_t first; // of two words, when the second is still to come
    uint8_t errors;
    uint64_t ready; // then
    uint64_t takes; // how often the usual time
    uint8_t fails;  // errors that it will have
    bool is_locked[2], is_locked_for_good;
};

extern struct chip chips[2];
extern uint64_t now;
extern bool has_patience;    // who is served
extern uint32_t stores_left; // before the driver dies, which is a longjmp()
extern jmp_buf dead;

// For cmocka: erased, of the kind that the driver knows, all well.
int power_up(void **state);

// Both answer that to the query.
void query_is(uint32_t at, uint8_t value);

// They have locks, and these are closed.
void locks_are_closed(void);

// What they hold there, whatever they show.
uint32_t held(uint32_t offset);

#endif
