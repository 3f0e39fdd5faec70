// tally.c - counters by name and address. Nothing is ever freed: the run ends.

#include "tally.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS    1024u
#define PAGE_BYTES 4096u // of guest code

struct function {
    char *name;
    uint64_t count;
    struct function *next;
};

// Counters of the halfwords of a page of code.
struct page {
    uint32_t base;
    uint64_t count[PAGE_BYTES / 2];
    struct page *next;
};

static struct function *functions[BUCKETS];
static struct page *pages;

static void *allocate(size_t size)
{
    void *memory = calloc(1, size);
    if (memory == NULL) {
        fputs("count: out of memory\n", stderr);
        abort();
    }
    return memory;
}

static struct function *find(const char *name)
{
    uint32_t hash = 5381;
    for (const char *c = name; *c != '\0'; c++) {
        hash = hash * 33 + (uint8_t)*c;
    }
    struct function **place = &functions[hash % BUCKETS];
    while (*place != NULL && strcmp((*place)->name, name) != 0) {
        place = &(*place)->next;
    }
    if (*place == NULL) {
        *place = allocate(sizeof(**place));
        (*place)->name = allocate(strlen(name) + 1);
        strcpy((*place)->name, name);
    }
    return *place;
}

uint64_t *tally_function(const char *name)
{
    return &find(name)->count;
}

uint64_t *tally_address(uint32_t address)
{
    uint32_t base = address - address % PAGE_BYTES;
    struct page **place = &pages;
    while (*place != NULL && (*place)->base != base) {
        place = &(*place)->next;
    }
    if (*place == NULL) {
        *place = allocate(sizeof(**place));
        (*place)->base = base;
    }
    return &(*place)->count[address % PAGE_BYTES / 2];
}

void tally_write(FILE *to)
{
    for (unsigned i = 0; i < BUCKETS; i++) {
        for (const struct function *f = functions[i]; f; f = f->next) {
            if (f->count != 0) {
                fprintf(to, "FUNCTION %s %" PRIu64 "\n", f->name, f->count);
            }
        }
    }
    for (const struct page *p = pages; p != NULL; p = p->next) {
        for (uint32_t i = 0; i < PAGE_BYTES / 2; i++) {
            if (p->count[i] != 0) {
                fprintf(to, "COVERED 0x%08" PRIx32 " %" PRIu64 "\n",
                        p->base + 2 * i, p->count[i]);
            }
        }
    }
}
