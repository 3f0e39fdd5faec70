// instants.c - a QEMU plugin that records where an interrupt came.
//
//     -plugin instants.so,device=BASE,path=ADDRESS,entry=PC,irq=PC,
//             running=ADDRESS,code=BASE[,out=FILE]
//
// For a test that lets a timer run out at every instant of a path: device is a
// CMSDK timer, path a word of the guest that says which path it is. From when
// the timer is started until its line rises each instruction is noted, and then
// the one that was next:
//     in user code   where the thread was interrupted. entry is the kernel's
//                    vector, irq its function, in which the thread's stack
//                    pointer is known through `running`
//     in the kernel  what ran next; the interrupt waits for its end
//
// SEEN path address executed raised   how often it ran before the line rose,
//                                     and was the next when it rose
// PATH path raised instants last      how often in all; at how many distances
//                                     from the start, and the longest

#include "guest.h"
#include "plugin.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATHS      32u
#define CODE       0x10000u // bytes that are looked at
#define DISTANCE   0x10000u // instructions

// Registers of the timer.
#define CONTROL    0x0u
#define INTERRUPT  0xcu

#define CONTEXT_SP 32u // in struct port_context, of armv7m
#define FRAME_PC   24u

struct tally {
    uint32_t executed[CODE / 2], raised[CODE / 2];
    uint8_t instant[DISTANCE];
    uint32_t count, last;
};

static uint32_t device, path_at, entry, irq, running, code;
static struct tally *tallies[PATHS];

static struct {
    enum { IDLE, LOOK, COUNTING, TAKEN } state;
    struct tally *tally;
    uint32_t distance;
} now;

static uint32_t word_at(uint32_t address)
{
    uint32_t value;
    guest_read(address, &value, sizeof(value));
    return value;
}

static struct tally *tally_of(uint32_t path)
{
    if (path >= PATHS) {
        return NULL;
    }
    if (tallies[path] == NULL) {
        tallies[path] = calloc(1, sizeof(*tallies[path]));
    }
    return tallies[path];
}

static void raised_at(uint32_t pc)
{
    struct tally *t = now.tally;
    now.state = IDLE;
    t->count++;
    if (pc - code < CODE) {
        t->raised[(pc - code) / 2]++;
    }
    if (now.distance < DISTANCE) {
        t->instant[now.distance] = 1;
        t->last = now.distance > t->last ? now.distance : t->last;
    }
}

// The timer was touched: does it run now?
static void look(void)
{
    now.tally = tally_of(word_at(path_at));
    now.state =
        now.tally != NULL && word_at(device + CONTROL) & 1 ? COUNTING : IDLE;
    now.distance = 0;
}

static void counting(uint32_t pc)
{
    if ((word_at(device + INTERRUPT) & 1) == 0) {
        if (pc - code < CODE) {
            now.tally->executed[(pc - code) / 2]++;
        }
        now.distance++;
    } else if (pc == entry) {
        now.state = TAKEN;
    } else {
        raised_at(pc);
    }
}

static void executed(unsigned cpu, void *user)
{
    uint32_t pc = (uint32_t)(uintptr_t)user;
    (void)cpu;
    if (now.state == IDLE) {
        return;
    }
    if (now.state == LOOK) {
        look();
    }
    if (now.state == COUNTING) {
        counting(pc);
    } else if (now.state == TAKEN && pc == irq) {
        raised_at(word_at(word_at(word_at(running) + CONTEXT_SP) + FRAME_PC));
    }
}

static void stored(unsigned cpu, qemu_plugin_meminfo_t info, uint64_t address,
                   void *user)
{
    (void)cpu;
    (void)info;
    (void)user;
    if (address == device + CONTROL) {
        now.state = LOOK;
    }
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *block)
{
    (void)id;
    size_t length = qemu_plugin_tb_n_insns(block);
    for (size_t i = 0; i < length; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(block, i);
        qemu_plugin_register_vcpu_insn_exec_cb(
            insn, executed, QEMU_REGISTERS_NONE,
            (void *)(uintptr_t)qemu_plugin_insn_vaddr(insn));
        qemu_plugin_register_vcpu_mem_cb(insn, stored, QEMU_REGISTERS_NONE,
                                         QEMU_MEMORY_WRITE, NULL);
    }
}

static void write_tally(uint32_t path, const struct tally *t)
{
    uint32_t instants = 0;
    for (uint32_t i = 0; i < CODE / 2; i++) {
        if (t->executed[i] != 0 || t->raised[i] != 0) {
            fprintf(out,
                    "SEEN %" PRIu32 " 0x%08" PRIx32 " %" PRIu32 " %" PRIu32
                    "\n",
                    path, code + 2 * i, t->executed[i], t->raised[i]);
        }
    }
    for (uint32_t i = 0; i < DISTANCE; i++) {
        instants += t->instant[i];
    }
    fprintf(out, "PATH %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32 "\n", path,
            t->count, instants, t->last);
}

static void ended(qemu_plugin_id_t id, void *user)
{
    (void)id;
    (void)user;
    for (uint32_t path = 0; path < PATHS; path++) {
        if (tallies[path] != NULL) {
            write_tally(path, tallies[path]);
        }
    }
    fclose(out);
}

static bool take(const char *argument)
{
    const struct plugin_number known[] = {
        { "device=", &device }, { "path=", &path_at }, { "entry=", &entry },
        { "irq=", &irq },       { "code=", &code },    { "running=", &running }
    };
    return plugin_take_number(known, sizeof(known) / sizeof(known[0]),
                              argument) ||
           plugin_unknown(argument);
}

const struct plugin plugin = { "instants", take, guest_missing_memory,
                               translated, ended };
