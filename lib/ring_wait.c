// ring_wait.c - bytes from one writer to one reader, of whom one may wait.
//
// A reader waits while `put` is what it has taken, a writer while `taken` lets
// it put nothing. Why no wake is lost: the writer changes `put`, then looks at
// `taken`. If that was all there had been, the reader may be asleep and is
// woken. If not, the reader has yet to come to the end of what there had been,
// and when it does, the kernel sees the new `put`. The other way round the same.

#include <cmrx/ring.h>
#include <cmrx/wait.h>

static bool goes_on(enum cmrx_status status)
{
    return status == CMRX_OK || status == CMRX_CHANGED;
}

uint32_t cmrx_ring_send(struct cmrx_ring *ring, const uint8_t *from,
                        uint32_t size, uint64_t deadline)
{
    uint32_t sent = 0;

    for (;;) {
        uint32_t put = ring->put;
        uint32_t count = cmrx_ring_write(ring, from + sent, size - sent);

        sent += count;
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        if (count > 0 && __atomic_load_n(&ring->taken, __ATOMIC_RELAXED) == put)
            cmrx_wake(&ring->put, 1);
        if (sent == size ||
            !goes_on(
                cmrx_wait(&ring->taken, put + count - ring->size, deadline)))
            return sent;
    }
}

uint32_t cmrx_ring_receive(struct cmrx_ring *ring, uint8_t *to, uint32_t size,
                           uint64_t deadline)
{
    for (;;) {
        uint32_t taken = ring->taken;
        uint32_t count = cmrx_ring_read(ring, to, size);

        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        if (count > 0 &&
            __atomic_load_n(&ring->put, __ATOMIC_RELAXED) == taken + ring->size)
            cmrx_wake(&ring->taken, 1);
        if (count > 0 || size == 0 ||
            !goes_on(cmrx_wait(&ring->put, taken, deadline)))
            return count;
    }
}
