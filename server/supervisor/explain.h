// explain.h - a fault record in words.

#ifndef SERVER_SUPERVISOR_EXPLAIN_H
#define SERVER_SUPERVISOR_EXPLAIN_H

#include <cmrx/fault.h>
#include <cmrx/info.h>

#include <stdbool.h>

// Write line `n` (from 0) of the explanation, without a line end, into
// [to, to + size), cut off if it does not fit. False, and nothing is written,
// when there are not that many. Pure: reads the two arguments only.
bool explain_line(const struct cmrx_info *info, const struct cmrx_fault *fault,
                  uint32_t n, char *to, uint32_t size);

#endif
