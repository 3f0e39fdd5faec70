// stretches.c - the longest ways from question to question, in the random runs.
//
// The kernel is compiled so that it tells of each basic block that it comes to. Blocks
// are no instructions, and which there are depends on the compiler; but random runs come
// to states that no test on a machine has been in, and what is long here is worth a
// scene there: doc/design/0038-taken-monitor.md.
//
//     stretches             all runs of test_random; fails above LIMIT
//     stretches SEED STEPS  one of them
//
// A process that begins or ends is apart: that is as long as the process is large.

#include "fake.h"
#include "internal.h"
#include "many.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define LIMIT      95u // blocks: about 250 instructions on v7-M
#define MOST       4096u
#define NAMES_FROM 75u // of a longer one its functions are told

static const char *const names[FAKE_KINDS] = {
#define CMRX_SYSCALL(number, name, words) [number] = #name,
#include <cmrx/syscalls.def>
#undef CMRX_SYSCALL
    [FAKE_ALARM] = "alarm",
    [FAKE_IRQ] = "interrupt",
};

struct stretch {
    unsigned blocks;
    uintptr_t at[MOST];
};

static struct stretch *longest; // by kind, of all runs
static struct stretch now;
static bool is_counted;

extern char __executable_start;

void __sanitizer_cov_trace_pc(void);
void __sanitizer_cov_trace_pc(void)
{
    if (is_counted && now.blocks < MOST)
        now.at[now.blocks++] = (uintptr_t)__builtin_return_address(0) -
                               (uintptr_t)&__executable_start;
}

// ---- What is as long as a process is large

static struct {
    uintptr_t from, to;
} long_ones[16];
static unsigned long_count;

// With what the compiler has split off.
static void long_ones_find(void)
{
    char command[160];
    unsigned long from, size;
    snprintf(command, sizeof command,
             "nm -S /proc/%d/exe | grep -E ' (process_(start|end|faulted|adopt)"
             "|kernel_boot)(\\.|$)'",
             (int)getpid());
    FILE *found = popen(command, "r");

    while (found != NULL && long_count < 16 &&
           fscanf(found, "%lx %lx %*c %*s", &from, &size) == 2) {
        long_ones[long_count].from = from;
        long_ones[long_count++].to = from + size;
    }
    if (found != NULL)
        pclose(found);
}

static bool is_long(uintptr_t at)
{
    for (unsigned i = 0; i < long_count; i++)
        if (at >= long_ones[i].from && at < long_ones[i].to)
            return true;
    return false;
}

// ---- One after the other

static void keep_longer(struct stretch *kept)
{
    if (now.blocks <= kept->blocks)
        return;
    for (unsigned i = 0; i < now.blocks; i++)
        if (is_long(now.at[i]))
            return;
    memcpy(kept, &now, sizeof now);
}

static void stretch(enum fake_stretch what)
{
    if (what != FAKE_BEGINS && is_counted)
        keep_longer(&longest[fake.kind]);
    // Where nothing can be left to an alarm it is a kernel for size, nearly.
    is_counted = what != FAKE_ENDS && fake.pends;
    now.blocks = 0;
}

// ---- All of them

static void functions_tell(const struct stretch *s)
{
    char command[128];
    snprintf(command, sizeof command,
             "addr2line -f -s -e /proc/%d/exe | sed -n 'p;n' | uniq -c | "
             "awk '{printf \"%%s %%s, \", $1, $2} END {print \"\"}'",
             (int)getpid());
    FILE *to = popen(command, "w");

    if (to == NULL)
        return;
    for (unsigned i = 0; i < s->blocks; i++)
        fprintf(to, "%#lx\n", (unsigned long)s->at[i]);
    pclose(to);
}

static int longest_tell(void)
{
    unsigned most = 0;

    for (unsigned kind = 0; kind < FAKE_KINDS; kind++) {
        const struct stretch *s = &longest[kind];
        if (names[kind] == NULL)
            continue;
        most = s->blocks > most ? s->blocks : most;
        printf("%s: %u blocks\n", names[kind], s->blocks);
        if (s->blocks > NAMES_FROM)
            functions_tell(s);
    }
    printf("the longest has %u blocks, the limit is %u\n", most, LIMIT);
    return most == 0 || most > LIMIT;
}

int __real_many_main(int count, char **arguments, many_run *run);
int __wrap_many_main(int count, char **arguments, many_run *run);

int __wrap_many_main(int count, char **arguments, many_run *run)
{
    longest = mmap(NULL, FAKE_KINDS * sizeof *longest, PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    long_ones_find();
    if (longest == MAP_FAILED || long_count < 3)
        return 1;
    fake_stretch = stretch;
    int failed = __real_many_main(count, arguments, run);
    return failed + longest_tell();
}
