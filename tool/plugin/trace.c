// trace.c - for the plugin `bench`: of which instructions the longest stretches were.

#include "trace.h"
#include "plugin.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

static uint32_t ring[TRACE_MOST]; // by number, from 1 on
static const uint64_t *counted;

static void ran(unsigned cpu, void *address)
{
    (void)cpu;
    // This one is not counted yet.
    ring[(*counted + 1) % TRACE_MOST] = (uint32_t)(uintptr_t)address;
}

void trace_watch(struct qemu_plugin_insn *insn, const uint64_t *total)
{
    counted = total;
    qemu_plugin_register_vcpu_insn_exec_cb(
        insn, ran, QEMU_REGISTERS_NONE,
        (void *)(uintptr_t)qemu_plugin_insn_vaddr(insn));
}

static uint64_t kept(uint64_t length)
{
    return length < TRACE_MOST ? length : TRACE_MOST;
}

void trace_keep(struct trace *trace, uint64_t from, uint64_t to)
{
    uint64_t count = kept(to - from);

    if (counted == NULL || to - from <= trace->length) {
        return;
    }
    if (trace->addresses == NULL) {
        trace->addresses = calloc(TRACE_MOST, sizeof(*trace->addresses));
    }
    if (trace->addresses == NULL) {
        fputs("bench: out of memory\n", stderr);
        abort();
    }
    for (uint64_t i = 0; i < count; i++) {
        trace->addresses[i] = ring[(to - count + 1 + i) % TRACE_MOST];
    }
    trace->length = to - from;
}

void trace_write(const struct trace *trace)
{
    fprintf(out, "%" PRIu64, trace->length);
    for (uint64_t i = 0; i < kept(trace->length); i++) {
        fprintf(out, " %" PRIx32, trace->addresses[i]);
    }
    fputs("\n", out);
}
