// many.c - many random runs, each in a process of its own.

#include "many.h"

#include "group.h"
#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define STEPS        750000u
#define STEPS_OF_RUN 2000u
#define FIRST        1000u // seed; from there on all counts are reached
#define ENOUGH       5u    // of each count of the model

static many_run *run;

// Of all runs, and shared with them.
struct sum {
    unsigned steps, counts[MODEL_COUNTS];
};

static struct sum *sum;

static void sum_up(unsigned steps)
{
    sum->steps += steps;
    for (unsigned i = 0; i < MODEL_COUNTS; i++)
        sum->counts[i] += model.counts[i];
}

// A kernel for size leaves nothing to the next alarm, and looks for no line on its
// way out.
static bool is_possible(unsigned count)
{
    return !PLAIN || (count != LINE_TAKEN && count != PUT_OFF &&
                      (count < OWED || count > OWED_END));
}

// What the runs are worth nothing without.
static int counts_check(void)
{
    int wrong = 0;

    for (unsigned i = 0; i < MODEL_COUNTS; i++) {
        printf("%u ", sum->counts[i]);
        wrong |= is_possible(i) ? sum->counts[i] < ENOUGH : sum->counts[i] != 0;
    }
    printf("counts\n");
    return wrong;
}

static int run_apart(uint64_t seed, unsigned steps)
{
    int status = 1;

    pid_t pid = fork();
    if (pid == 0) {
        group_limit(10);
        sum_up(run(seed, steps));
        group_exit(0);
    }
    waitpid(pid, &status, 0);
    if (status != 0)
        fprintf(stderr, "FAILED: test_random %llu %u\n",
                (unsigned long long)seed, steps);
    return status != 0;
}

static int run_all(void)
{
    unsigned n = FIRST;
    int failed = 0;

    while (sum->steps < STEPS && failed < 3)
        failed += run_apart(n++, STEPS_OF_RUN);
    printf("%u runs, %u steps, %d failed\n", n - FIRST, sum->steps, failed);
    return failed + counts_check();
}

int many_main(int count, char **arguments, many_run *of_test)
{
    run = of_test;
    sum = mmap(NULL, sizeof *sum, PROT_READ | PROT_WRITE,
               MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    REQUIRE(sum != MAP_FAILED);
    setvbuf(stdout, NULL, _IOLBF, 0);
    return count < 3 ? run_all()
                     : run_apart(strtoull(arguments[1], 0, 0),
                                 (unsigned)atol(arguments[2]));
}
