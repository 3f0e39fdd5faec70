// test_region.c - what lies in a region, and what only seems to.

#include "group.h"
#include "region.h"

#define TOP UINTPTR_MAX

static const struct row {
    struct region r;
    uintptr_t address, size;
    bool covered;
} rows[] = {
    { { 0x1000, 0x100 }, 0x1000, 0x100, true },
    { { 0x1000, 0x100 }, 0x1000, 0x101, false },
    { { 0x1000, 0x100 }, 0x0fff, 1, false },
    { { 0x1000, 0x100 }, 0x0fff, 2, false },
    { { 0x1000, 0x100 }, 0x10ff, 1, true },
    { { 0x1000, 0x100 }, 0x10ff, 2, false },
    { { 0x1000, 0x100 }, 0x1100, 1, false },
    { { 0x1000, 0x100 }, 0x1100, 0, false },
    { { 0x1000, 0x100 }, 0x1080, TOP, false },
    { { 0x1000, 0x100 }, 0x1080, TOP - 0x107f, false }, // wraps to 0
    { { 0x1000, 0x100 }, 0, TOP, false },
    { { 0x1000, 0x100 }, TOP, 0x1002, false },
    { { 0x1000, 0 }, 0x1000, 0, false },
    { { 0x1000, 0 }, 0x1000, 1, false },
    { { TOP - 0xff, 0xff }, TOP - 1, 1, true },
    { { TOP - 0xff, 0xff }, TOP - 1, 2, false },
    { { TOP - 0xff, 0xff }, TOP, 1, false },
    { { 0, 0x100 }, 0, 0x100, true },
    { { 0, 0x100 }, TOP, 2, false },
};

static void only_what_lies_inside_is_covered(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (region_covers(&rows[i].r, rows[i].address, rows[i].size) !=
            rows[i].covered)
            fail_msg("row %u", i);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(only_what_lies_inside_is_covered),
};

GROUP_MAIN(tests)
