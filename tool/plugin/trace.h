// trace.h - for the plugin `bench`: of which instructions the longest stretches were.

#ifndef TRACE_H
#define TRACE_H

#include "qemu.h"

#include <stdint.h>

// The longest that was kept.
struct trace {
    uint64_t length;
    uint32_t *addresses; // the last TRACE_MOST of them
};

#define TRACE_MOST 4096u

// Note the address of each instruction that is executed; `total` were before it.
void trace_watch(struct qemu_plugin_insn *insn, const uint64_t *total);
// Those behind the from-th, up to the to-th, if they are more than were kept before.
// Without trace_watch() nothing is.
void trace_keep(struct trace *trace, uint64_t from, uint64_t to);
// How many, and the addresses; a line.
void trace_write(const struct trace *trace);

#endif
