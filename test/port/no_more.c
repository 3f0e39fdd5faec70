// no_more.c - in place of test_more.c, where there is no RAM for it.

#include "tester.h"

const struct test_case more_cases[1];
const uint32_t more_cases_count = 0;
