// few.c - the rows of the smallest system, with a crowd of one.

#include "meter.h"

const struct rows *const all_rows[] = { &call_rows,    &thread_rows, &time_rows,
                                        &process_rows, &crowd_rows,  NULL };
const uint32_t crowd_size = 1;
