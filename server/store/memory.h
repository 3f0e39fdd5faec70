// memory.h - memory that survives, word by word.
//
// What slots.c needs: a word is written as a whole, in the order of the calls.
// retained.c is for a window of RAM that nobody clears.

#ifndef SERVER_STORE_MEMORY_H
#define SERVER_STORE_MEMORY_H

#include <stdint.h>

// `word` is below STORE_SLOTS * STORE_SLOT_WORDS.
uint32_t store_memory_read(uint32_t word);
void store_memory_write(uint32_t word, uint32_t value);

#endif
