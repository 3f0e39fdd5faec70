// test.c (host) - runs the tests, each in a process of the host of its own.
//
//     program              all tests
//     program NAME         that one
//     program --here NAME  that one, without a new process: for a debugger

#include "inside.h"

#include <cmrx/test.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TESTS   128u
#define SECONDS 20u // of the host, for a test

static struct {
    const char *name;
    void (*body)(uintptr_t argument);
} tests[TESTS];
static uint32_t test_count;

const char *host_test_name = "no test";

// Of the sanitizers.
void __sanitizer_print_stack_trace(void);
const char *__asan_default_options(void);

// Locals are to lie on the stack of their thread, where an address is a word.
const char *__asan_default_options(void)
{
    return "detect_stack_use_after_return=0";
}

// ---- Failing

static bool was_started; // the process, in this test

// Who has forgotten that waits for nobody.
static bool nobody_runs(void)
{
    uint32_t n = 0;

    while (n < host_thread_count &&
           (!host_threads[n].is_home || host_threads[n].dormant))
        n++;
    return !was_started && n < host_thread_count;
}

static _Noreturn void end_failed(const char *format, va_list values)
{
    vfprintf(stderr, format, values);
    fprintf(stderr, "\n  in test %s", host_test_name);
    if (host_running != NULL)
        fprintf(stderr, ", thread %s, at %llu us", host_running->name,
                (unsigned long long)host_now);
    fprintf(stderr, "\n");
    if (nobody_runs())
        fprintf(stderr, "  The threads of the process were not started: "
                        "cmrx_test_start()\n");
    fflush(NULL);
    _exit(1);
}

void host_fail(struct host_place at, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    fprintf(stderr, "%s:%d: ", at.file, at.line);
    end_failed(format, values);
}

void host_fail_inside(const char *format, ...)
{
    va_list values;

    va_start(values, format);
    __sanitizer_print_stack_trace();
    end_failed(format, values);
}

void host_check_equal(struct host_place at, const char *what, int64_t got,
                      int64_t expected)
{
    if (got != expected)
        host_fail(at, "%s is %lld, not %lld", what, (long long)got,
                  (long long)expected);
}

void host_check_text(struct host_place at, const char *what, const char *got,
                     const char *expected)
{
    if (strcmp(got, expected) != 0)
        host_fail(at, "%s is \"%s\", not \"%s\"", what, got, expected);
}

// ---- For tests

void host_has_test(const char *name, void (*body)(uintptr_t argument))
{
    if (test_count == TESTS)
        host_fail_inside("there are more than %u tests", TESTS);
    tests[test_count].name = name;
    tests[test_count++].body = body;
}

void cmrx_test_start(void)
{
    was_started = true;
    for (uint32_t n = 0; n < host_thread_count; n++) {
        struct host_thread *t = &host_threads[n];

        if (t->is_home && !t->dormant && t->state == HOST_DORMANT)
            host_thread_start(t, 0);
    }
    host_next();
}

struct host_thread *cmrx_test_thread(const char *name,
                                     void (*function)(uintptr_t argument),
                                     uintptr_t argument, uint32_t priority)
{
    struct host_thread *t = host_thread_add(name, function, priority);

    host_thread_start(t, argument);
    host_next();
    return t;
}

void cmrx_test_as(uint32_t process)
{
    host_running->from = process;
}

bool cmrx_test_has_ended(const struct host_thread *t)
{
    return t->state == HOST_ENDED;
}

void cmrx_test_cancel(struct host_thread *t)
{
    t->cancelled = true;
    if (t->state == HOST_WAITING)
        host_end_wait(t, CMRX_CANCELLED);
    host_next();
}

// ---- Running

static uint32_t chosen;

static void run_chosen(uintptr_t argument)
{
    tests[chosen].body(argument);
    host_all_were_asked();
    fflush(NULL);
    _exit(0);
}

static _Noreturn void run_here(uint32_t n)
{
    chosen = n;
    host_test_name = tests[n].name;
    host_link();
    host_begin(host_thread_add("test", run_chosen, 0));
}

static bool run_apart(uint32_t n)
{
    int status = 0;

    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        alarm(SECONDS);
        run_here(n);
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        status = -1;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        printf("%s took more than %u s: does a thread wait for the clock "
               "without giving way?\n",
               tests[n].name, SECONDS);
    printf("%s %s\n", status == 0 ? "ok    " : "FAILED", tests[n].name);
    return status == 0;
}

// For who has mistyped a name.
static int there_is_none(const char *name)
{
    printf("there is no test %s%s", name, test_count > 0 ? "; there are:" : "");
    for (uint32_t n = 0; n < test_count; n++)
        printf(" %s", tests[n].name);
    printf("\n");
    return 1;
}

int main(int argc, char **argv)
{
    bool here = argc == 3 && strcmp(argv[1], "--here") == 0;
    const char *only = argc > 1 ? argv[argc - 1] : NULL;
    uint32_t ran = 0, failed = 0;

    for (uint32_t n = 0; n < test_count; n++) {
        if (only != NULL && strcmp(only, tests[n].name) != 0)
            continue;
        if (here)
            run_here(n);
        failed += !run_apart(n);
        ran++;
    }
    if (ran == 0 && only != NULL)
        return there_is_none(only);
    printf("%u of %u passed\n", ran - failed, ran);
    return ran == 0 || failed > 0;
}
