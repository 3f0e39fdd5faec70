// time.h - the clock.

#ifndef CMRX_TIME_H
#define CMRX_TIME_H

#include <cmrx/status.h>

#ifdef __cplusplus
extern "C" {
#endif

// A deadline that never comes.
#define CMRX_FOREVER UINT64_MAX

// Microseconds since start; never goes back, does not wrap within half a
// million years. Any thread. Cost: constant.
uint64_t cmrx_time_now(void);

// Sleep until the clock reaches `deadline`, in microseconds. Returns CMRX_OK,
// at once when it is past, or CMRX_CANCELLED (see cmrx_wait). Any thread.
// Cost: constant.
enum cmrx_status cmrx_sleep_until(uint64_t deadline);

#ifdef __cplusplus
}
#endif

#endif
