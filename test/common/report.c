// report.c - how a test on the target says what it found.

#include "report.h"

void report(const char *text)
{
    while (*text != '\0')
        report_byte(*text++);
}

void report_number(uint32_t number)
{
    char digits[10];
    unsigned n = 0;

    do {
        digits[n++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (n > 0)
        report_byte(digits[--n]);
}

static uint32_t passed, failed;

// In line: what test_run() may need of the stack is declared by who calls it.
static inline __attribute__((always_inline)) void run_some(
    const struct test_case *cases, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        bool ok = cases[i].proves();
        report(ok ? "ok " : "not ok ");
        report(cases[i].name);
        report("\n");
        passed += ok;
        failed += !ok;
    }
}

void test_some(const struct test_case *cases, uint32_t count)
{
    run_some(cases, count);
}

_Noreturn void test_end(void)
{
    report_number(passed);
    report(" passed, ");
    report_number(failed);
    report(" failed\n");
    cmrx_system_halt(failed > 0 ? 1 : 0);
    for (;;)
        continue;
}

_Noreturn void test_run(const struct test_case *cases, uint32_t count)
{
    run_some(cases, count);
    test_end();
}
