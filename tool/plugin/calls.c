// calls.c - a QEMU plugin that counts system calls and keeps the last ones.
//
//     -plugin calls.so,at=PC,running=ADDRESS,threads=ADDRESS,size=BYTES
//             [,out=FILE][,keep=N]
//
// at: where the kernel is entered by a system call, behind the instruction that
// has put the thread's stack pointer into r1 (RISC-V: t0). Written at the end:
//
// CALL thread pc word r0 r1 r2 r3 r4 sp    the last N, the oldest first; pc and
//                                          the registers are ? when the frame
//                                          does not lie in RAM. RISC-V: ra
//                                          instead of pc, a7, a0-a4
// CALLS n

#include "guest.h"
#include "plugin.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEEP_MOST 1024u

// Registers there, and the frame of an exception.
enum { REGISTER_SP = 1, REGISTER_LENT = 4 };
enum {
    RISCV_RA = 1,
    RISCV_T0 = 5,
    RISCV_A0 = 10,
    RISCV_A4 = 14,
    RISCV_A7 = 17
};
enum { FRAME_R0, FRAME_R12 = 4, FRAME_PC = 6, FRAME_WORDS = 8 };

#define RAM_BASE 0x20000000u
#define RAM_SIZE 0x00400000u

struct call {
    uint32_t thread, sp, r4;
    bool has_frame;
    uint32_t frame[FRAME_WORDS];
};

static uint32_t at, running, threads, size = 1, keep = 64;
static struct call last[KEEP_MOST];
static uint64_t calls;

static uint32_t word_at(uint32_t address)
{
    uint32_t value;
    guest_read(address, &value, sizeof(value));
    return value;
}

// There is no frame: all of it is still in registers.
static void called_by_riscv(struct call *c)
{
    c->sp = guest_register(RISCV_T0);
    c->r4 = guest_register(RISCV_A4);
    c->has_frame = true;
    c->frame[FRAME_PC] = guest_register(RISCV_RA);
    c->frame[FRAME_R12] = guest_register(RISCV_A7);
    for (int i = 0; i < 4; i++) {
        c->frame[FRAME_R0 + i] = guest_register(RISCV_A0 + i);
    }
}

static void called(unsigned cpu, void *user)
{
    (void)cpu;
    (void)user;
    struct call *c = &last[calls++ % keep];
    uint32_t thread = word_at(running);
    c->thread = (thread - threads) / size;
    if (guest_is_riscv()) {
        called_by_riscv(c);
        return;
    }
    c->sp = guest_register(REGISTER_SP);
    c->r4 = guest_register(REGISTER_LENT);
    c->has_frame = c->sp - RAM_BASE <= RAM_SIZE - sizeof(c->frame);
    if (c->has_frame) {
        guest_read(c->sp, c->frame, sizeof(c->frame));
    }
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *block)
{
    (void)id;
    size_t length = qemu_plugin_tb_n_insns(block);
    for (size_t i = 0; i < length; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(block, i);
        if (qemu_plugin_insn_vaddr(insn) == at) {
            qemu_plugin_register_vcpu_insn_exec_cb(insn, called,
                                                   QEMU_REGISTERS_READ, NULL);
        }
    }
}

static void write_call(const struct call *c)
{
    fprintf(out, "CALL %" PRIu32, c->thread);
    if (c->has_frame) {
        fprintf(out, " 0x%08" PRIx32 " 0x%08" PRIx32, c->frame[FRAME_PC],
                c->frame[FRAME_R12]);
        for (unsigned i = 0; i < 4; i++) {
            fprintf(out, " 0x%08" PRIx32, c->frame[FRAME_R0 + i]);
        }
    } else {
        fputs(" ? ? ? ? ? ?", out);
    }
    fprintf(out, " 0x%08" PRIx32 " 0x%08" PRIx32 "\n", c->r4, c->sp);
}

static void ended(qemu_plugin_id_t id, void *user)
{
    (void)id;
    (void)user;
    for (uint64_t i = calls < keep ? 0 : calls - keep; i < calls; i++) {
        write_call(&last[i % keep]);
    }
    fprintf(out, "CALLS %" PRIu64 "\n", calls);
    fclose(out);
}

static bool take(const char *argument)
{
    const struct plugin_number known[] = { { "at=", &at },
                                           { "running=", &running },
                                           { "threads=", &threads },
                                           { "size=", &size },
                                           { "keep=", &keep } };
    return plugin_take_number(known, sizeof(known) / sizeof(known[0]),
                              argument) ||
           plugin_unknown(argument);
}

static const char *missing(void)
{
    if (keep == 0 || keep > KEEP_MOST || size == 0) {
        return "keep= or size=";
    }
    const char *memory = guest_missing_memory();
    return memory != NULL ? memory : guest_missing_registers();
}

const struct plugin plugin = { "calls", take, missing, translated, ended };
