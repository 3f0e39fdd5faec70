// group.h - runs each test of a group in a process of its own.
//
// The kernel begins at a reset, so a test does: nothing of the one before is
// left. What a test prints is shown only when it fails.

#ifndef GROUP_H
#define GROUP_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

// Also outside of a cmocka test, in the helpers.
#define REQUIRE(e) require((e) != 0, #e, __FILE__, __LINE__)

void require(int ok, const char *what, const char *file, int line);

// A kernel that does not come back is wrong too: the process is killed after so
// many seconds of the processor. A busy machine kills nobody.
void group_limit(unsigned seconds);

// Ends such a process. Without looking for memory that leaks, as exit() would: each
// looks through all that the test has mapped, which took longer than the tests, and
// the kernel and its model ask nobody for memory.
_Noreturn void group_exit(int result);

// Returns how many failed. `only` runs those whose name begins so, or NULL.
int group_run(const struct CMUnitTest *tests, size_t count, const char *only);

// main() of a test: with a name as argument only those tests are run.
#define GROUP_MAIN(tests)                                                      \
    int main(int count, char **arguments)                                      \
    {                                                                          \
        return group_run(tests, sizeof tests / sizeof tests[0],                \
                         count > 1 ? arguments[1] : NULL);                     \
    }

#endif
