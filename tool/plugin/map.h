// map.h - what each process may touch, as the system description says.
//
// `cmrx oracle` writes it as text, a line per fact; map_read() takes it. Pure:
// no QEMU in here, so that the host can test it.

#ifndef PLUGIN_MAP_H
#define PLUGIN_MAP_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define MAP_PROCESSES 128
#define MAP_THREADS   128
#define MAP_RANGES    1024
#define MAP_NAME      32
#define MAP_NONE      -1

struct map_range {
    uint32_t base, end;
    int process; // index, or MAP_NONE: everybody's
    bool writable;
    bool shared; // lent to whom the process calls
};

struct map_thread {
    char name[MAP_NAME];
    int home;
    uint32_t low, high; // its stack
    uint32_t calls;     // address of its records of calls
};

// Where the kernel keeps what we must know.
struct map_kernel {
    uint32_t running;                 // address of the pointer
    uint32_t threads, thread_size;    // array of struct thread
    uint32_t processes, process_size; // array of struct process
    uint32_t inside, slice, depth;    // offsets in struct thread
    uint32_t call_caller, call_size;  // struct call
    uint32_t stack_low, stack_high;   // its own stack
    uint32_t saved_sp;                // offset in struct thread
    uint32_t short_low, short_high;   // code of its short ways
};

struct map {
    struct map_kernel kernel;
    char process[MAP_PROCESSES][MAP_NAME];
    struct map_thread thread[MAP_THREADS];
    struct map_range range[MAP_RANGES];
    int processes, threads, ranges;
};

// Who runs, in a form that the rules are about.
struct map_context {
    int thread;   // index, MAP_NONE when it is not known
    int process;  // it is inside of
    int caller;   // MAP_NONE outside of a call
    int origin;   // MAP_NONE outside of a call
    uint32_t top; // of the stack that it may touch
};

// 0, or the number of the first line that makes no sense.
int map_read(struct map *m, FILE *from);

bool map_allows(const struct map *m, const struct map_context *c,
                uint32_t address, uint32_t size, bool store);

#endif
