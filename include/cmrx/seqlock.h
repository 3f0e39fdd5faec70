// seqlock.h - data that many read and one seldom writes.
//
// Readers write nothing while nobody writes: they copy, and look whether it was
// whole. Only one thread at a time may write (otherwise take a mutex around).
//
//     uint32_t begun;
//     do {
//         status = cmrx_seqlock_read_begin(&lock, &begun, deadline);
//         if (status != CMRX_OK)
//             return status;
//         copy = data; // may be torn: do not use it before the loop ends
//     } while (cmrx_seqlock_read_again(&lock, begun));
//
// A reader more urgent than a writer that it interrupted cannot spin: it waits
// for the writer, without giving it its priority; keep writing short. A reader
// that is interrupted by writers again and again copies again and again.
//
// Beginning and ending to read are 27 instructions, to write 18 (measured on
// mps2_an385).
//
// A writer that is cancelled meanwhile goes on to the end as always. When the
// process restarts, nobody writes.

#ifndef CMRX_SEQLOCK_H
#define CMRX_SEQLOCK_H

#include <stdbool.h>

#include <cmrx/status.h>
#include <cmrx/time.h>

#ifdef __cplusplus
extern "C" {
#endif

// Zero is not being written: a static one needs no initializer.
//
// Invariant: whoever waits in the kernel waits for the odd number that is in
// `sequence`, or will be woken, because the writer, which has counted on, has
// yet to look at `waiters`, or to wake all. 2^32 changes within one copy would
// be taken for none.
struct cmrx_seqlock {
    volatile uint32_t sequence; // changes begun and ended; odd: being written
    volatile uint32_t waiters;  // readers that wait
};

// Begin to read; while it is being written wait until `deadline` (microseconds,
// 0 not to wait, CMRX_FOREVER), and put into *begun what
// cmrx_seqlock_read_again() needs. Returns CMRX_OK, CMRX_TIMEOUT or
// CMRX_CANCELLED (see cmrx_wait): do not read then.
// Any thread. Cost: constant.
enum cmrx_status cmrx_seqlock_read_begin(struct cmrx_seqlock *lock,
                                         uint32_t *begun, uint64_t deadline);

// Has it been written since? Returns true when what was copied may be torn, and
// all is to be done again. Any thread. Cost: constant.
bool cmrx_seqlock_read_again(const struct cmrx_seqlock *lock, uint32_t begun);

// Begin to write. Never waits. Any thread, one at a time. Cost: constant.
void cmrx_seqlock_write_begin(struct cmrx_seqlock *lock);

// It is whole again. Only who has begun. Cost: per waiting reader.
void cmrx_seqlock_write_end(struct cmrx_seqlock *lock);

#ifdef __cplusplus
}
#endif

#endif
