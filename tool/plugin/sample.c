// sample.c - for the plugin `bench`: instructions between marks in the guest's code.

#include "sample.h"
#include "guest.h"
#include "instruction.h"
#include "plugin.h"

#include <inttypes.h>
#include <stdio.h>

#define MARK_BEGIN  0x46e4u     // mov r12, r12
#define MARK_END    0x46dbu     // mov r11, r11
#define RISCV_BEGIN 0x000f8f93u // mv t6, t6
#define RISCV_END   0x000f0f13u // mv t5, t5
#define NO_ROW      0xffffu

static const struct sample_last nothing = { SAMPLE_NEVER, SAMPLE_NEVER,
                                            SAMPLE_NEVER, SAMPLE_NEVER };
struct sample_last sample_last = { SAMPLE_NEVER, SAMPLE_NEVER, SAMPLE_NEVER,
                                   SAMPLE_NEVER };
const uint64_t *sample_total;
uint32_t sample_row_at;

static int64_t since(uint64_t when)
{
    return when == SAMPLE_NEVER ? -1 : (int64_t)(*sample_total - when);
}

static bool is_known(void)
{
    return sample_last.mark != SAMPLE_NEVER ||
           sample_last.interrupt != SAMPLE_NEVER ||
           sample_last.alarm != SAMPLE_NEVER ||
           sample_last.fault != SAMPLE_NEVER;
}

static void mark_begin(unsigned cpu, void *user)
{
    (void)cpu;
    (void)user;
    sample_last = nothing;
    sample_last.mark = *sample_total + 1; // this one is not counted yet
}

static void mark_end(unsigned cpu, void *user)
{
    uint32_t row = NO_ROW;
    (void)cpu;
    (void)user;
    if (sample_row_at != 0 && is_known()) {
        guest_read(sample_row_at, &row, sizeof(row));
    }
    if (row != NO_ROW) {
        fprintf(out,
                "SAMPLE %" PRIu32 " %" PRId64 " %" PRId64 " %" PRId64
                " %" PRId64 "\n",
                row, since(sample_last.mark), since(sample_last.interrupt),
                since(sample_last.alarm), since(sample_last.fault));
    }
    sample_last = nothing;
}

void sample_watch(struct qemu_plugin_insn *insn, bool is_riscv)
{
    uint32_t begin = is_riscv ? RISCV_BEGIN : MARK_BEGIN;
    uint32_t end = is_riscv ? RISCV_END : MARK_END;
    uint32_t word =
        code_of(insn, is_riscv ? sizeof(uint32_t) : sizeof(uint16_t));

    if (word == begin || word == end) {
        qemu_plugin_register_vcpu_insn_exec_cb(
            insn, word == begin ? mark_begin : mark_end, QEMU_REGISTERS_READ,
            NULL);
    }
}
