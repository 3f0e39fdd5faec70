// flags.c - 32 flags, for any or all of which threads of a process wait.
//
// Why no wake is lost: a waiter counts itself in `waiters` before the kernel
// looks whether `bits` are still what it saw. Who sets a flag changes `bits`
// before it looks at `waiters`, then wakes all. Who finds its flags set already
// wakes nobody: the one that set them will.

#include <stddef.h>

#include <cmrx/flags.h>
#include <cmrx/wait.h>

static int is_enough(uint32_t bits, uint32_t mask, uint32_t how)
{
    return (how & CMRX_FLAGS_ALL) != 0 ? (bits & mask) == mask
                                       : (bits & mask) != 0;
}

// What was there, and cleared if it was enough and is to be cleared.
static uint32_t look(struct cmrx_flags *flags, uint32_t mask, uint32_t how)
{
    uint32_t bits = __atomic_load_n(&flags->bits, __ATOMIC_ACQUIRE);

    while ((how & CMRX_FLAGS_CLEAR) != 0 && is_enough(bits, mask, how))
        if (__atomic_compare_exchange_n(&flags->bits, &bits, bits & ~mask, 1,
                                        __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
            break;
    return bits;
}

enum cmrx_status cmrx_flags_wait(struct cmrx_flags *flags, uint32_t mask,
                                 uint32_t how, uint64_t deadline,
                                 uint32_t *seen)
{
    if (mask == 0)
        return CMRX_INVALID;
    for (;;) {
        uint32_t bits = look(flags, mask, how);

        if (is_enough(bits, mask, how)) {
            if (seen != NULL)
                *seen = bits & mask;
            return CMRX_OK;
        }
        __atomic_fetch_add(&flags->waiters, 1, __ATOMIC_RELAXED);
        enum cmrx_status status = cmrx_wait(&flags->bits, bits, deadline);
        __atomic_fetch_sub(&flags->waiters, 1, __ATOMIC_RELAXED);
        if (status != CMRX_OK && status != CMRX_CHANGED)
            return status;
    }
}

void cmrx_flags_set(struct cmrx_flags *flags, uint32_t bits)
{
    uint32_t old = __atomic_fetch_or(&flags->bits, bits, __ATOMIC_SEQ_CST);

    if ((old | bits) != old &&
        __atomic_load_n(&flags->waiters, __ATOMIC_RELAXED) > 0)
        cmrx_wake(&flags->bits, CMRX_WAKE_ALL);
}

uint32_t cmrx_flags_clear(struct cmrx_flags *flags, uint32_t bits)
{
    return __atomic_fetch_and(&flags->bits, ~bits, __ATOMIC_ACQ_REL) & bits;
}
