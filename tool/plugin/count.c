// count.c - a QEMU plugin that counts instructions.
//
//     -plugin count.so[,out=FILE][,functions=on][,coverage=on]
//                     [,kernel=BASE-END]
//
// TOTAL n                   all of the run
// MARK pc n                 between `mov r12, r12` and `mov r11, r11`
// FUNCTION name n           functions=on
// COVERED address n         coverage=on: how often each instruction ran
// VISIT entry word n max total    kernel=: from entering that range to leaving
//                           it; entry is the first instruction's function,
//                           word the low byte of r12 (system call number)
//
// With `-icount shift=6,sleep=off` all of it is the same in every run.

#include "guest.h"
#include "qemu.h"
#include "tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARK_BEGIN 0x46e4u // mov r12, r12
#define MARK_END   0x46dbu // mov r11, r11

PLUGIN_EXPORT int qemu_plugin_version = 1;

static FILE *out;
static bool functions, coverage;
static uint64_t total, mark;

static struct {
    uint32_t base, end; // of the kernel's code; both 0: not asked for
    struct visit *now;  // NULL outside of it
    uint64_t since;
} kernel;

static void mark_begin(unsigned cpu, void *user)
{
    (void)cpu;
    (void)user;
    mark = total;
}

static void mark_end(unsigned cpu, void *pc)
{
    (void)cpu;
    // The marker itself has been counted.
    fprintf(out, "MARK 0x%08" PRIxPTR " %" PRIu64 "\n", (uintptr_t)pc,
            total - mark - 1);
}

static void kernel_left(void)
{
    if (kernel.now != NULL) {
        visit_add(kernel.now, total - kernel.since);
        kernel.now = NULL;
    }
}

static void outside_ran(unsigned cpu, void *user)
{
    (void)cpu;
    (void)user;
    kernel_left();
}

static void inside_ran(unsigned cpu, void *name)
{
    (void)cpu;
    if (kernel.now == NULL) {
        kernel.now = visit_get(name, (uint8_t)guest_register(12));
        kernel.since = total;
    }
}

static bool is_kernel(uint64_t address)
{
    return address >= kernel.base && address < kernel.end;
}

static const char *symbol(const struct qemu_plugin_insn *insn)
{
    const char *name = qemu_plugin_insn_symbol(insn);
    return name != NULL && name[0] != '\0' ? name : "?";
}

static void watch_block(struct qemu_plugin_tb *block)
{
    struct qemu_plugin_insn *first = qemu_plugin_tb_get_insn(block, 0);
    if (kernel.end == 0) {
        return;
    }
    if (is_kernel(qemu_plugin_tb_vaddr(block))) {
        qemu_plugin_register_vcpu_tb_exec_cb(
            block, inside_ran, QEMU_REGISTERS_READ,
            (void *)(uintptr_t)tally_keep(symbol(first)));
    } else {
        qemu_plugin_register_vcpu_tb_exec_cb(block, outside_ran,
                                             QEMU_REGISTERS_NONE, NULL);
    }
}

static void watch_marks(struct qemu_plugin_insn *insn)
{
    uint16_t word;
    if (qemu_plugin_insn_size(insn) != sizeof(word)) {
        return;
    }
    memcpy(&word, qemu_plugin_insn_data(insn), sizeof(word));
    if (word == MARK_BEGIN || word == MARK_END) {
        qemu_plugin_register_vcpu_insn_exec_cb(
            insn, word == MARK_BEGIN ? mark_begin : mark_end,
            QEMU_REGISTERS_NONE,
            (void *)(uintptr_t)qemu_plugin_insn_vaddr(insn));
    }
}

static void count(struct qemu_plugin_insn *insn, uint64_t *counter)
{
    qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_INLINE_ADD_U64,
                                               counter, 1);
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *block)
{
    (void)id;
    size_t length = qemu_plugin_tb_n_insns(block);
    watch_block(block);
    for (size_t i = 0; i < length; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(block, i);
        count(insn, &total);
        watch_marks(insn);
        if (functions) {
            count(insn, tally_function(symbol(insn)));
        }
        if (coverage) {
            count(insn, tally_address((uint32_t)qemu_plugin_insn_vaddr(insn)));
        }
    }
}

static void ended(qemu_plugin_id_t id, void *user)
{
    (void)id;
    (void)user;
    kernel_left();
    fprintf(out, "TOTAL %" PRIu64 "\n", total);
    tally_write(out);
    fclose(out);
}

static bool refuse(const char *what, const char *why)
{
    fprintf(stderr, "count: %s: %s\n", what, why);
    return false;
}

static bool take_kernel(const char *range)
{
    if (sscanf(range, "%x-%x", &kernel.base, &kernel.end) != 2) {
        return refuse(range, "is no BASE-END");
    }
    const char *missing = guest_missing_registers();
    return missing == NULL || refuse(missing, "not exported by this QEMU");
}

static bool take_argument(const char *argument)
{
    if (strncmp(argument, "out=", 4) == 0) {
        out = fopen(argument + 4, "w");
        return out != NULL || refuse(argument + 4, "cannot be written");
    }
    if (strncmp(argument, "kernel=", 7) == 0) {
        return take_kernel(argument + 7);
    }
    if (strcmp(argument, "functions=on") == 0) {
        functions = true;
        return true;
    }
    if (strcmp(argument, "coverage=on") == 0) {
        coverage = true;
        return true;
    }
    return refuse(argument, "is no argument");
}

PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id,
                                      const struct qemu_info *info,
                                      int argument_count, char **arguments);

PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id,
                                      const struct qemu_info *info,
                                      int argument_count, char **arguments)
{
    (void)info;
    out = stderr;
    for (int i = 0; i < argument_count; i++) {
        if (!take_argument(arguments[i])) {
            return -1;
        }
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, ended, NULL);
    return 0;
}
