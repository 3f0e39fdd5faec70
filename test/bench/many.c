// many.c - the rows of the larger systems. CROWD threads are in the crowd.

#include "meter.h"

const uint32_t crowd_size = CROWD;

const struct rows *const all_rows[] = {
    &call_rows,       &thread_rows, &time_rows,  &process_rows,
    &chain_rows,      &lent_rows,   &crowd_rows, &size_rows,
    &crowd_time_rows, &apart_rows,  NULL
};
