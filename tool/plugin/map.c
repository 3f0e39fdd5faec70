// map.c - what each process may touch, as the system description says.
//
//     kernel running threads thread_size processes process_size
//            inside slice depth call_caller call_size
//     stack LOW HIGH SAVED_SP                the kernel's
//     entry LOW HIGH                         code of its short ways, if told
//     process NAME                           numbered in this order
//     thread NAME HOME LOW HIGH CALLS        numbered in this order
//     range PROCESS|-1 BASE END rw|ro|shared
//
// Indexes are decimal, all else is hexadecimal. A range `shared` can be written by its process and by whom
// it calls; one of process -1 belongs to everybody.

#include "map.h"

#include <string.h>

static bool read_kernel(struct map_kernel *k, const char *line)
{
    return sscanf(line, "kernel %x %x %x %x %x %x %x %x %x %x", &k->running,
                  &k->threads, &k->thread_size, &k->processes, &k->process_size,
                  &k->inside, &k->slice, &k->depth, &k->call_caller,
                  &k->call_size) == 10 &&
           k->thread_size != 0 && k->process_size != 0;
}

static bool read_stack(struct map_kernel *k, const char *line)
{
    return sscanf(line, "stack %x %x %x", &k->stack_low, &k->stack_high,
                  &k->saved_sp) == 3 &&
           k->stack_low <= k->stack_high;
}

static bool read_entry(struct map_kernel *k, const char *line)
{
    return sscanf(line, "entry %x %x", &k->short_low, &k->short_high) == 2 &&
           k->short_low <= k->short_high;
}

static bool read_process(struct map *m, const char *line)
{
    return m->processes < MAP_PROCESSES &&
           sscanf(line, "process %31s", m->process[m->processes++]) == 1;
}

static bool read_thread(struct map *m, const char *line)
{
    if (m->threads == MAP_THREADS) {
        return false;
    }
    struct map_thread *t = &m->thread[m->threads++];
    return sscanf(line, "thread %31s %d %x %x %x", t->name, &t->home, &t->low,
                  &t->high, &t->calls) == 5 &&
           t->home >= 0 && t->home < m->processes && t->low <= t->high;
}

static bool read_range(struct map *m, const char *line)
{
    if (m->ranges == MAP_RANGES) {
        return false;
    }
    struct map_range *r = &m->range[m->ranges++];
    char how[8];
    if (sscanf(line, "range %d %x %x %7s", &r->process, &r->base, &r->end,
               how) != 4) {
        return false;
    }
    r->shared = strcmp(how, "shared") == 0;
    r->writable = r->shared || strcmp(how, "rw") == 0;
    return (r->writable || strcmp(how, "ro") == 0) && r->base <= r->end &&
           r->process >= MAP_NONE && r->process < m->processes;
}

static bool read_line(struct map *m, const char *line)
{
    switch (line[0]) {
    case '#':
    case '\n':
        return true;
    case 'k':
        return read_kernel(&m->kernel, line);
    case 's':
        return read_stack(&m->kernel, line);
    case 'e':
        return read_entry(&m->kernel, line);
    case 'p':
        return read_process(m, line);
    case 't':
        return read_thread(m, line);
    case 'r':
        return read_range(m, line);
    default:
        return false;
    }
}

int map_read(struct map *m, FILE *from)
{
    char line[256];
    memset(m, 0, sizeof(*m));
    for (int number = 1; fgets(line, sizeof(line), from); number++) {
        if (!read_line(m, line)) {
            return number;
        }
    }
    return m->kernel.thread_size != 0 ? 0 : 1;
}

static bool covers(uint32_t base, uint32_t end, uint32_t address, uint32_t size)
{
    // Subtract, never add: the address is the guest's and may wrap.
    return address >= base && address < end && size <= end - address;
}

// Is this range one of what the context may use?
static bool is_visible(const struct map_range *r, const struct map_context *c)
{
    if (r->process == MAP_NONE || r->process == c->process) {
        return true;
    }
    return r->shared && (r->process == c->caller || r->process == c->origin);
}

bool map_allows(const struct map *m, const struct map_context *c,
                uint32_t address, uint32_t size, bool store)
{
    if (c->thread == MAP_NONE || c->process == MAP_NONE) {
        return false;
    }
    if (covers(m->thread[c->thread].low, c->top, address, size)) {
        return true;
    }
    for (int i = 0; i < m->ranges; i++) {
        const struct map_range *r = &m->range[i];
        if ((r->writable || !store) && is_visible(r, c) &&
            covers(r->base, r->end, address, size)) {
            return true;
        }
    }
    return false;
}
