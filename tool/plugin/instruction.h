// instruction.h - what a plugin sees of an instruction.

#ifndef INSTRUCTION_H
#define INSTRUCTION_H

#include "plugin.h"

#include <stdint.h>
#include <string.h>

// Of Arm the size is no help: QEMU 7.2 adds to an instruction the halfword after
// it, if that begins one across the end of a page. No long instruction begins like
// those that we look for.
static inline uint32_t code_of(struct qemu_plugin_insn *insn, size_t size)
{
    uint32_t word = 0;
    if (qemu_plugin_insn_size(insn) >= size) {
        memcpy(&word, qemu_plugin_insn_data(insn), size);
    }
    return word;
}

#endif
