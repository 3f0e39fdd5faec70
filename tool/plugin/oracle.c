// oracle.c - a QEMU plugin that checks every store of unprivileged code.
//
//     -plugin oracle.so,map=FILE[,out=FILE][,loads=on]
//
// It knows from the map (`cmrx oracle`) what each process may touch, reads from
// the kernel's own variables who runs, and says VIOLATION for each store that
// took place and should not have. It does not look at the protection unit: what
// it finds is what the kernel, the layout or the tables got wrong. Stores that
// the hardware refused never get here.
//
// Of the kernel it checks what its short ways store (assembly, where it is told of
// them): into no stack but that of the thread that runs.
//
// It also measures how deep each stack gets: `STACK thread N BYTES`, `STACK
// kernel BYTES`. The lowest store of a thread in its own stack counts, and the
// stack pointer that the kernel keeps at an exception, which is below the frame
// that the processor has pushed; that itself is no store of an instruction.
//
// The last line, `ORACLE stores N violations M`, proves that it was looking.

#include "guest.h"
#include "map.h"
#include "plugin.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define REPORTS 100 // lines of VIOLATION; all are counted

static struct map map;
static int direction = QEMU_MEMORY_WRITE;
static uint64_t stores, loads, violations;

static uint32_t deepest[MAP_THREADS]; // bytes below the top of its stack
static uint32_t kernel_deepest;

// Only privileged stores can change who runs and what it may touch, so the
// context holds until the next of them.
static struct map_context context;
static bool context_valid;
static bool is_boot; // no thread has run yet

static uint32_t word_at(uint32_t address)
{
    uint32_t value;
    guest_read(address, &value, sizeof(value));
    return value;
}

static int index_of(uint32_t address, uint32_t base, uint32_t size, int count)
{
    uint32_t offset = address - base;
    bool good = address >= base && offset % size == 0 &&
                offset / size < (uint32_t)count;
    return good ? (int)(offset / size) : MAP_NONE;
}

static int process_at(uint32_t address)
{
    return index_of(address, map.kernel.processes, map.kernel.process_size,
                    map.processes);
}

// Before the first thread runs, the kernel proves that protection traps, with
// the rights of the last thread of all (idle).
static void context_of_boot(void)
{
    context.thread = map.threads - 1;
    if (context.thread >= 0) {
        context.process = map.thread[context.thread].home;
        context.top = map.thread[context.thread].high;
    }
}

static void context_read(void)
{
    const struct map_kernel *k = &map.kernel;
    uint32_t running = word_at(k->running);

    context = (struct map_context){ MAP_NONE, MAP_NONE, MAP_NONE, MAP_NONE, 0 };
    context_valid = true;
    is_boot = running == 0;
    if (is_boot) {
        context_of_boot();
        return;
    }
    context.thread = index_of(running, k->threads, k->thread_size, map.threads);
    if (context.thread == MAP_NONE) {
        return;
    }
    const struct map_thread *t = &map.thread[context.thread];
    uint8_t depth;
    guest_read(running + k->depth, &depth, sizeof(depth));
    context.process = process_at(word_at(running + k->inside));
    context.top = t->low + word_at(running + k->slice);
    if (context.top > t->high) {
        context.top = t->low; // the kernel is wrong: let everything show
    }
    if (depth != 0) {
        uint32_t last = t->calls + (depth - 1u) * k->call_size;
        context.caller = process_at(word_at(last + k->call_caller));
        context.origin = t->home;
    }
}

static const char *process_name(void)
{
    return context.process == MAP_NONE ? "?" : map.process[context.process];
}

static const char *thread_name(void)
{
    return context.thread == MAP_NONE ? "?" : map.thread[context.thread].name;
}

static void report(uint32_t pc, uint32_t address, uint32_t size, bool store)
{
    violations++;
    if (violations > REPORTS) {
        return;
    }
    fprintf(out,
            "VIOLATION pc=0x%08" PRIx32 " process=%s thread=%s %s of %" PRIu32
            " at 0x%08" PRIx32 "\n",
            pc, process_name(), thread_name(), store ? "store" : "load", size,
            address);
    fflush(out);
}

// ---- How deep stacks get

static void deepen(uint32_t *most, uint32_t low, uint32_t high,
                   uint32_t address)
{
    if (address >= low && address < high && high - address > *most) {
        *most = high - address;
    }
}

static void stack_of_thread(int thread, uint32_t address)
{
    if (thread != MAP_NONE) {
        const struct map_thread *t = &map.thread[thread];
        deepen(&deepest[thread], t->low, t->high, address);
    }
}

// A store of the kernel: to its own stack, or of a thread's stack pointer.
static void stack_of_kernel(uint32_t address)
{
    const struct map_kernel *k = &map.kernel;
    int thread = index_of(address - k->saved_sp, k->threads, k->thread_size,
                          map.threads);

    deepen(&kernel_deepest, k->stack_low, k->stack_high, address);
    if (thread != MAP_NONE) {
        stack_of_thread(thread, word_at(address));
    }
}

// By no more than where it is: the kernel's own memory, a word that is waited for.
static void short_way_stores(uint32_t pc, uint32_t address, uint32_t size)
{
    const struct map_kernel *k = &map.kernel;

    if (pc < k->short_low || pc >= k->short_high) {
        return;
    }
    for (int i = 0; i < map.threads; i++) {
        if (address >= map.thread[i].low && address < map.thread[i].high &&
            word_at(k->running) != k->threads + (uint32_t)i * k->thread_size) {
            context_read();
            report(pc, address, size, true);
        }
    }
}

static void touched(unsigned cpu, qemu_plugin_meminfo_t info, uint64_t address,
                    void *pc)
{
    (void)cpu;
    bool store = qemu_plugin_mem_is_store(info);
    uint32_t size = 1u << qemu_plugin_mem_size_shift(info);
    if (info & QEMU_MMU_INDEX & QEMU_MMU_PRIVILEGED) {
        context_valid = context_valid && !store;
        if (store) {
            stack_of_kernel((uint32_t)address);
            short_way_stores((uint32_t)(uintptr_t)pc, (uint32_t)address, size);
        }
        return;
    }
    if (!store && direction == QEMU_MEMORY_WRITE) {
        return; // QEMU 7.2 reports a few that nobody has asked for
    }
    *(store ? &stores : &loads) += 1;
    if (!context_valid) {
        context_read();
    }
    if (store && !is_boot) {
        stack_of_thread(context.thread, (uint32_t)address);
    }
    if (!map_allows(&map, &context, (uint32_t)address, size, store)) {
        report((uint32_t)(uintptr_t)pc, (uint32_t)address, size, store);
    }
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *block)
{
    (void)id;
    size_t count = qemu_plugin_tb_n_insns(block);
    for (size_t i = 0; i < count; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(block, i);
        qemu_plugin_register_vcpu_mem_cb(
            insn, touched, QEMU_REGISTERS_NONE, direction,
            (void *)(uintptr_t)qemu_plugin_insn_vaddr(insn));
    }
}

static void ended(qemu_plugin_id_t id, void *user)
{
    (void)id;
    (void)user;
    if (direction == QEMU_MEMORY_BOTH) {
        fprintf(out, "ORACLE loads %" PRIu64 "\n", loads);
    }
    for (int i = 0; i < map.threads; i++) {
        fprintf(out, "STACK thread %d %" PRIu32 "\n", i, deepest[i]);
    }
    fprintf(out, "STACK kernel %" PRIu32 "\n", kernel_deepest);
    fprintf(out, "ORACLE stores %" PRIu64 " violations %" PRIu64 "\n", stores,
            violations);
    fclose(out);
}

static bool take_map(const char *name)
{
    FILE *from = fopen(name, "r");
    if (from == NULL) {
        return plugin_refuse(name, "cannot be read");
    }
    int bad = map_read(&map, from);
    fclose(from);
    if (bad != 0) {
        fprintf(stderr, "oracle: %s:%d: not what `cmrx oracle` writes\n", name,
                bad);
    }
    return bad == 0;
}

static bool take(const char *argument)
{
    if (strncmp(argument, "map=", 4) == 0) {
        return take_map(argument + 4);
    }
    if (strcmp(argument, "loads=on") == 0) {
        direction = QEMU_MEMORY_BOTH;
        return true;
    }
    return plugin_refuse(argument,
                         "is no argument; map=FILE, out=FILE, loads=on are");
}

static const char *missing(void)
{
    return map.kernel.thread_size == 0 ? "map=FILE" : guest_missing_memory();
}

const struct plugin plugin = { "oracle", take, missing, translated, ended };
