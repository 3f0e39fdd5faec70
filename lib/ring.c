// ring.c - bytes from one writer to one reader.

#include <cmrx/ring.h>

// A count is stored after the bytes it speaks of, and loaded before them, also
// as the processor sees it.
static uint32_t load(const volatile uint32_t *count)
{
    return __atomic_load_n(count, __ATOMIC_ACQUIRE);
}

static void store(volatile uint32_t *count, uint32_t value)
{
    __atomic_store_n(count, value, __ATOMIC_RELEASE);
}

uint32_t cmrx_ring_used(const struct cmrx_ring *ring)
{
    // `taken` first: it can only grow up to what `put` is then.
    uint32_t taken = load(&ring->taken);
    return load(&ring->put) - taken;
}

uint32_t cmrx_ring_free(const struct cmrx_ring *ring)
{
    return ring->size - cmrx_ring_used(ring);
}

uint32_t cmrx_ring_write(struct cmrx_ring *ring, const uint8_t *from,
                         uint32_t size)
{
    uint32_t put = ring->put;
    uint32_t room = ring->size - (put - load(&ring->taken));
    uint32_t count = size < room ? size : room;

    for (uint32_t n = 0; n < count; n++)
        ring->bytes[(put + n) & (ring->size - 1)] = from[n];
    store(&ring->put, put + count);
    return count;
}

uint32_t cmrx_ring_read(struct cmrx_ring *ring, uint8_t *to, uint32_t size)
{
    uint32_t taken = ring->taken;
    uint32_t used = load(&ring->put) - taken;
    uint32_t count = size < used ? size : used;

    for (uint32_t n = 0; n < count; n++)
        to[n] = ring->bytes[(taken + n) & (ring->size - 1)];
    store(&ring->taken, taken + count);
    return count;
}
