// tally.h - counters that are found by name or address, and stay where they are
// because translated code adds to them.

#ifndef PLUGIN_TALLY_H
#define PLUGIN_TALLY_H

#include <stdint.h>
#include <stdio.h>

// Stays of one kind in the kernel.
struct visit {
    const char *entry; // function where it began
    uint8_t word;      // of the system call, if it was one
    uint64_t count, longest, sum;
    struct visit *next;
};

const char *tally_keep(const char *name); // one copy, for ever
uint64_t *tally_function(const char *name);
uint64_t *tally_address(uint32_t address);

struct visit *visit_get(const char *entry, uint8_t word); // entry is kept
void visit_add(struct visit *v, uint64_t instructions);

void tally_write(FILE *to);

#endif
