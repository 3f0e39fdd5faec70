// count.c - a QEMU plugin that counts instructions.
//
//     -plugin count.so[,out=FILE][,functions=on][,coverage=on]
//
// TOTAL n                   all of the run
// FUNCTION name n           functions=on
// COVERED address n         coverage=on: how often each instruction ran
//
// With `-icount shift=6,sleep=off` all of it is the same in every run.

#include "plugin.h"
#include "tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool functions, coverage;
static uint64_t total;

static const char *symbol(const struct qemu_plugin_insn *insn)
{
    const char *name = qemu_plugin_insn_symbol(insn);
    return name != NULL && name[0] != '\0' ? name : "?";
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
    for (size_t i = 0; i < length; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(block, i);
        count(insn, &total);
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
    fprintf(out, "TOTAL %" PRIu64 "\n", total);
    tally_write(out);
    fclose(out);
}

static bool take(const char *argument)
{
    if (strcmp(argument, "functions=on") == 0) {
        functions = true;
        return true;
    }
    if (strcmp(argument, "coverage=on") == 0) {
        coverage = true;
        return true;
    }
    return plugin_unknown(argument);
}

static const char *missing(void)
{
    return NULL;
}

const struct plugin plugin = { "count", take, missing, translated, ended };
