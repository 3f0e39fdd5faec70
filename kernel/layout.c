// layout.c - what the tools must know of the kernel's objects. It is in the ELF,
// not in flash (cmake/kernel.ld).

#include "internal.h"

#define TOLD __attribute__((used, section(".told")))

// For the layout: bytes of the objects that tables.c defines.
const uint32_t kernel_sizes[] TOLD = {
    sizeof(struct process),
    sizeof(struct thread),
    sizeof(struct call),
    sizeof(struct sched),
    sizeof(struct queue),
    offsetof(struct fault_store, fault.chain),
    sizeof(struct cmrx_fault_level),
};

// For the emulator plugin, which checks every store from outside.
const uint32_t kernel_offsets[] TOLD = {
    offsetof(struct thread, inside),
    offsetof(struct thread, slice),
    offsetof(struct thread, depth),
    offsetof(struct thread_image, calls),
    sizeof(struct thread_image),
    offsetof(struct call, caller),
    sizeof(struct call),
};
