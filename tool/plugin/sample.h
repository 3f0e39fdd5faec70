// sample.h - for the plugin `bench`: instructions between marks in the guest's code.

#ifndef SAMPLE_H
#define SAMPLE_H

#include "qemu.h"

#include <stdbool.h>
#include <stdint.h>

// When it came last, in instructions, or SAMPLE_NEVER.
struct sample_last {
    uint64_t mark, interrupt, alarm, fault;
};

#define SAMPLE_NEVER UINT64_MAX

extern struct sample_last sample_last;
extern const uint64_t *sample_total; // instructions until now
extern uint32_t sample_row_at; // a word of the guest: what is measured; or 0

// Should it be a mark, what that means is done when it is executed.
void sample_watch(struct qemu_plugin_insn *insn, bool is_riscv);

#endif
