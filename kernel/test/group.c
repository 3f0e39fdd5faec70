// group.c - runs each test of a group in a process of its own.

#include "group.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECONDS 5

void require(int ok, const char *what, const char *file, int line)
{
    if (ok)
        return;
    fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
    abort();
}

void group_limit(unsigned seconds)
{
    const struct itimerval limit = { .it_value = { .tv_sec = seconds } };

    setitimer(ITIMER_PROF, &limit, NULL);
}

void group_exit(int result)
{
    fflush(NULL);
    _exit(result);
}

static void copy_out(FILE *from)
{
    char buffer[512];
    size_t n;

    rewind(from);
    while ((n = fread(buffer, 1, sizeof buffer, from)) > 0)
        fwrite(buffer, 1, n, stderr);
}

static _Noreturn void child(const struct CMUnitTest *test, FILE *output)
{
    const struct CMUnitTest alone[] = { *test };

    group_limit(SECONDS);
    dup2(fileno(output), STDOUT_FILENO);
    dup2(fileno(output), STDERR_FILENO);
    group_exit(_cmocka_run_group_tests(test->name, alone, 1, NULL, NULL));
}

static int run(const struct CMUnitTest *test)
{
    FILE *output = tmpfile();
    int status = 1;

    REQUIRE(output != NULL);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        child(test, output);
    waitpid(pid, &status, 0);
    if (status != 0) {
        fprintf(stderr, "FAILED %s\n", test->name);
        copy_out(output);
    }
    fclose(output);
    return status != 0;
}

int group_run(const struct CMUnitTest *tests, size_t count, const char *only)
{
    int ran = 0, failed = 0;

    for (size_t i = 0; i < count; i++) {
        if (only != NULL && strncmp(tests[i].name, only, strlen(only)) != 0)
            continue;
        ran++;
        failed += run(&tests[i]);
    }
    printf("%d tests, %d failed\n", ran, failed);
    return failed;
}
