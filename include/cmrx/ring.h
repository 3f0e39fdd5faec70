// ring.h - bytes from one writer to one reader, without a lock.
//
// For what an interrupt's thread hands to the threads of a service, or takes
// from them. The writer alone changes `put`, the reader alone `taken`; both
// only grow, and wrap together. cmrx_ring_write() and cmrx_ring_read() never
// wait and never wake; cmrx_ring_send() and cmrx_ring_receive() do both, as far
// as needed. A ring is used with the one pair or with the other. Who uses the first
// and has to wait, waits for a change of `put` or `taken` with cmrx_wait().
//
// When a wait is cancelled or times out, as many bytes were moved as the result
// says; the others were not. When the process restarts the ring is empty.

#ifndef CMRX_RING_H
#define CMRX_RING_H

#include <stdbool.h>
#include <stdint.h>

#include <cmrx/status.h>
#include <cmrx/time.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cmrx_ring {
    uint8_t *bytes;
    uint32_t size;           // a power of two
    volatile uint32_t put;   // bytes ever put in, modulo 2^32
    volatile uint32_t taken; // bytes ever taken out; put - taken <= size
};

// CMRX_RING(array) initializes a ring on a static array of uint8_t, whose size
// must be a power of two: the compiler refuses others (an array of size -1).
#define CMRX_RING(array)                                                       \
    {                                                                          \
        array,                                                                 \
            (uint32_t)(sizeof(array) /                                         \
                       sizeof(char[(sizeof(array) & (sizeof(array) - 1)) == 0  \
                                       ? 1                                     \
                                       : -1])),                                \
            0, 0                                                               \
    }

// How many bytes can be taken; be put. Any thread. Cost: constant.
uint32_t cmrx_ring_used(const struct cmrx_ring *ring);
uint32_t cmrx_ring_free(const struct cmrx_ring *ring);

// Put in (take out) up to `size` bytes. Returns how many it was: fewer only
// when the ring is full (empty). Any thread, one at a time. Cost: the bytes.
uint32_t cmrx_ring_write(struct cmrx_ring *ring, const uint8_t *from,
                         uint32_t size);
uint32_t cmrx_ring_read(struct cmrx_ring *ring, uint8_t *to, uint32_t size);

// Put in all `size` bytes, which may be more than the ring holds, waiting for
// room until `deadline` (microseconds, 0 not to wait, CMRX_FOREVER), and wake
// the reader. Returns how many it was: fewer only when the deadline passed or
// the wait was cancelled. Any thread, one at a time. Cost: the bytes.
uint32_t cmrx_ring_send(struct cmrx_ring *ring, const uint8_t *from,
                        uint32_t size, uint64_t deadline);

// Take out up to `size` bytes, waiting for the first until `deadline`
// (microseconds, 0 not to wait, CMRX_FOREVER), and wake the writer. Returns how
// many it was: 0 only when the deadline passed or the wait was cancelled.
// Any thread, one at a time. Cost: the bytes.
uint32_t cmrx_ring_receive(struct cmrx_ring *ring, uint8_t *to, uint32_t size,
                           uint64_t deadline);

#ifdef __cplusplus
}
#endif

#endif
