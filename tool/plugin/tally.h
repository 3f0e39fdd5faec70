// tally.h - counters that are found by name or address, and stay where they are
// because translated code adds to them.

#ifndef PLUGIN_TALLY_H
#define PLUGIN_TALLY_H

#include <stdint.h>
#include <stdio.h>

uint64_t *tally_function(const char *name);
uint64_t *tally_address(uint32_t address);

void tally_write(FILE *to);

#endif
