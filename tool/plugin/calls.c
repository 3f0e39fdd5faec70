// calls.c - a QEMU plugin that counts system calls and keeps the last ones.
//
//     -plugin calls.so,at=PC,running=ADDRESS,threads=ADDRESS,size=BYTES
//             [,out=FILE][,keep=N]
//
// at: the kernel's function for system calls, where the registers of the thread
// are in its context. Written at the end:
//
// CALL thread pc word r0 r1 r2 r3 r4 sp    the last N, the oldest first; pc and
//                                          the registers are ? when the frame
//                                          does not lie in RAM
// CALLS n

#include "guest.h"
#include "qemu.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEEP_MOST  1024u

// struct port_context of armv7m, and the frame of an exception.
#define CONTEXT_R4 0u
#define CONTEXT_SP 32u
enum { FRAME_R0, FRAME_R12 = 4, FRAME_PC = 6, FRAME_WORDS = 8 };

#define RAM_BASE 0x20000000u
#define RAM_SIZE 0x00400000u

PLUGIN_EXPORT int qemu_plugin_version = 1;

struct call {
    uint32_t thread, sp, r4;
    bool has_frame;
    uint32_t frame[FRAME_WORDS];
};

static FILE *out;
static uint32_t at, running, threads, size = 1, keep = 64;
static struct call last[KEEP_MOST];
static uint64_t calls;

static uint32_t word_at(uint32_t address)
{
    uint32_t value;
    guest_read(address, &value, sizeof(value));
    return value;
}

static void called(unsigned cpu, void *user)
{
    (void)cpu;
    (void)user;
    struct call *c = &last[calls++ % keep];
    uint32_t thread = word_at(running);
    c->thread = (thread - threads) / size;
    c->sp = word_at(thread + CONTEXT_SP);
    c->r4 = word_at(thread + CONTEXT_R4);
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
                                                   QEMU_REGISTERS_NONE, NULL);
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

static bool refuse(const char *what, const char *why)
{
    fprintf(stderr, "calls: %s: %s\n", what, why);
    return false;
}

static bool take_number(const char *argument)
{
    const struct {
        const char *name;
        uint32_t *to;
    } known[] = { { "at=", &at },
                  { "running=", &running },
                  { "threads=", &threads },
                  { "size=", &size },
                  { "keep=", &keep } };
    for (unsigned i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        size_t length = strlen(known[i].name);
        if (strncmp(argument, known[i].name, length) == 0) {
            *known[i].to = (uint32_t)strtoul(argument + length, NULL, 0);
            return true;
        }
    }
    return refuse(argument, "is no argument");
}

static bool take_argument(const char *argument)
{
    if (strncmp(argument, "out=", 4) == 0) {
        out = fopen(argument + 4, "w");
        return out != NULL || refuse(argument + 4, "cannot be written");
    }
    return take_number(argument);
}

PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id,
                                      const struct qemu_info *info, int count,
                                      char **arguments);

PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id,
                                      const struct qemu_info *info, int count,
                                      char **arguments)
{
    (void)info;
    out = stderr;
    for (int i = 0; i < count; i++) {
        if (!take_argument(arguments[i])) {
            return -1;
        }
    }
    const char *missing = guest_missing_memory();
    if (missing != NULL || keep == 0 || keep > KEEP_MOST || size == 0) {
        refuse(missing != NULL ? missing : "keep or size", "cannot be used");
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, ended, NULL);
    return 0;
}
