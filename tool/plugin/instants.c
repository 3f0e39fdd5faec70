// instants.c - a QEMU plugin that records where an interrupt came.
//
//     -plugin instants.so,device=BASE,path=ADDRESS,entry=PC,irq=PC,line=PC,
//             running=ADDRESS,code=BASE,instant=ADDRESS[,cause=PC]
//             [,nvic=LINE][,out=FILE]
//
// For a test that lets a timer run out at every instant of a path: device is a
// CMSDK timer (on RISC-V a Goldfish; with nvic, its line, one of SSE-300), path a word
// of the guest that says which path it is. From when the timer is started until its line rises each instruction is noted, with the
// number in the guest's word instant where it was the first time, and then
// the one that was next:
//     in user code   where the thread was interrupted. entry is the kernel's
//                    vector, irq its function, in which the thread's stack
//                    pointer is known through `running`. RISC-V has one entry
//                    for all traps: at cause it is in t0 which it was, and irq
//                    is where the thread's pc is in its context
//     in the kernel  what ran next; the interrupt waits for its end, or until the
//                    kernel takes it in at `line`, on the way out
//
// SEEN path address executed raised first
//                                     how often it ran before the line rose,
//                                     and was the next when it rose; at which
//                                     instant it ran first
// PATH path raised instants last kept  how often in all; at how many distances
//                                     from the start, and the longest; the most
//                                     instructions until it was in irq or line

#include "guest.h"
#include "plugin.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATHS    32u
#define CODE     0x10000u // bytes that are looked at
#define DISTANCE 0x10000u // instructions

// Registers of a timer: a store that starts it; a word of which some bits say
// that it runs, and one of which they say that its line is up (or down).
struct timer {
    uint32_t start, runs, runs_mask, up, up_mask, up_value;
};

static const struct timer cmsdk = { 0x0, 0x0, 1, 0xc, 1, 1 };
static const struct timer goldfish = { 0x8, 0x18, 1, 0x18, 1, 0 };
// That of SSE-300 must not be read here: it would look at the clock in the middle of a
// block ("Bad icount read"). Who stores the upper half of when it is to run out starts
// it, and NVIC knows whether its line waits or is served.
static const struct timer sse = { .start = 0x24 };

#define NVIC_ISPR     0xe000e200u
#define NVIC_IABR     0xe000e300u

// Where a thread's pc is, of armv7m; of riscv32 it is the first of all.
#define CONTEXT_SP    32u // in struct port_context
#define FRAME_PC      24u

#define REGISTER_SP   13
#define REGISTER_LR   14
#define RETURN_THREAD 8u // of EXC_RETURN; else it came from a handler

#define RISCV_T0      5
#define RISCV_ASYNC   0x80000000u // mcause: an interrupt

struct tally {
    uint32_t executed[CODE / 2], raised[CODE / 2], first[CODE / 2];
    uint8_t instant[DISTANCE];
    uint32_t count, last, kept;
};

static uint32_t device, path_at, instant_at, entry, irq, line, running, code;
static uint32_t cause, nvic;
static const struct timer *timer = &cmsdk;
static struct tally *tallies[PATHS];

static struct {
    enum { IDLE, LOOK, COUNTING, TAKEN, KEPT } state;
    struct tally *tally;
    uint32_t distance, kept, instant;
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
    now.state = KEPT;
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
        now.tally != NULL &&
                (nvic != 0 || word_at(device + timer->runs) & timer->runs_mask)
            ? COUNTING
            : IDLE;
    now.distance = now.kept = 0;
    now.instant = word_at(instant_at);
}

static bool is_pending_or_active(void)
{
    uint32_t word = nvic / 32 * 4;
    return (word_at(NVIC_ISPR + word) | word_at(NVIC_IABR + word)) >>
               nvic % 32 &
           1;
}

static bool device_says_up(void)
{
    return (word_at(device + timer->up) & timer->up_mask) == timer->up_value;
}

// To read a register of a device is dear. With -icount QEMU lets timers run out
// between two blocks only, and what touches a device is the last of its block: within
// one the line stays as it was at the first instruction.
static bool line_is_up(bool is_first)
{
    return is_first && (nvic != 0 ? is_pending_or_active() : device_says_up());
}

static void ran(uint32_t pc)
{
    uint32_t i = (pc - code) / 2;

    if (pc - code < CODE && now.tally->executed[i]++ == 0) {
        now.tally->first[i] = now.instant;
    }
}

// Of armv6m: a line that has come where the alarm can be interrupted, its frame on the
// main stack.
static bool is_within_alarm(void)
{
    return cause == 0 && (guest_register(REGISTER_LR) & RETURN_THREAD) == 0;
}

static void counting(uint32_t pc, bool is_first)
{
    if (!line_is_up(is_first)) {
        ran(pc);
        now.distance++;
    } else if (pc == entry && is_within_alarm()) {
        raised_at(word_at(guest_register(REGISTER_SP) + FRAME_PC));
    } else if (pc == entry) {
        now.state = TAKEN;
    } else {
        raised_at(pc);
    }
}

// The instruction that would have been next. RISC-V has a mark in bit 0.
static uint32_t interrupted_pc(void)
{
    uint32_t context = word_at(running);
    return word_at(cause != 0 ? context
                              : word_at(context + CONTEXT_SP) + FRAME_PC) &
           ~1u;
}

static void kept(uint32_t pc)
{
    now.kept++;
    if (pc == irq || pc == line) {
        now.state = IDLE;
        now.tally->kept =
            now.kept > now.tally->kept ? now.kept : now.tally->kept;
    }
}

static void executed(uint32_t pc, bool is_first)
{
    if (now.state == IDLE) {
        return;
    }
    if (now.state == LOOK) {
        look();
    }
    if (now.state == COUNTING) {
        counting(pc, is_first);
    } else if (now.state == KEPT) {
        kept(pc);
    } else if (now.state == TAKEN && pc == irq) {
        raised_at(interrupted_pc());
        kept(pc);
    } else if (now.state == TAKEN && pc == cause &&
               (guest_register(RISCV_T0) & RISCV_ASYNC) == 0) {
        raised_at(entry); // it came as something else was on its way in
    }
}

static void executed_first(unsigned cpu, void *pc)
{
    (void)cpu;
    executed((uint32_t)(uintptr_t)pc, true);
}

static void executed_next(unsigned cpu, void *pc)
{
    (void)cpu;
    executed((uint32_t)(uintptr_t)pc, false);
}

static void stored(unsigned cpu, qemu_plugin_meminfo_t info, uint64_t address,
                   void *user)
{
    (void)cpu;
    (void)info;
    (void)user;
    if (address == device + timer->start) {
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
            insn, i == 0 ? executed_first : executed_next, QEMU_REGISTERS_NONE,
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
                    " %" PRIu32 "\n",
                    path, code + 2 * i, t->executed[i], t->raised[i],
                    t->first[i]);
        }
    }
    for (uint32_t i = 0; i < DISTANCE; i++) {
        instants += t->instant[i];
    }
    fprintf(out,
            "PATH %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32
            "\n",
            path, t->count, instants, t->last, t->kept);
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
        { "device=", &device },      { "path=", &path_at },
        { "entry=", &entry },        { "irq=", &irq },
        { "line=", &line },          { "running=", &running },
        { "code=", &code },          { "cause=", &cause },
        { "instant=", &instant_at }, { "nvic=", &nvic },
    };
    return plugin_take_number(known, sizeof(known) / sizeof(known[0]),
                              argument) ||
           plugin_unknown(argument);
}

static const char *missing(void)
{
    const char *memory = guest_missing_memory();
    timer = guest_is_riscv() ? &goldfish : nvic != 0 ? &sse : &cmsdk;
    return memory != NULL ? memory : guest_missing_registers();
}

const struct plugin plugin = { "instants", take, missing, translated, ended };
