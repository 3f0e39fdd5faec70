// layout.c - what the tools must know of the kernel's objects.

#include "internal.h"

#define TOLD(name) __attribute__((used, section(".rodata." name)))

// For the layout: bytes of the objects that tables.c defines.
const uint32_t kernel_sizes[] TOLD("kernel_sizes") = {
    sizeof(struct process),
    sizeof(struct thread),
    sizeof(struct call),
    sizeof(struct sched),
    sizeof(struct queue),
    offsetof(struct fault_store, fault.chain),
    sizeof(struct cmrx_fault_level),
};

// For the emulator plugin, which checks every store from outside.
const uint32_t kernel_offsets[] TOLD("kernel_offsets") = {
    offsetof(struct thread, inside),
    offsetof(struct thread, slice),
    offsetof(struct thread, depth),
    offsetof(struct thread_image, calls),
    sizeof(struct thread_image),
    offsetof(struct call, caller),
    sizeof(struct call),
};
