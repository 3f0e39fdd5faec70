// divide.c (armv6m) - unsigned division, for the kernel.
//
// No instruction divides, and the compiler's library needs some 200 of them. The
// kernel divides by the same few numbers all the time, those of the clock: so
// the reciprocal of the last divisor is kept, and it costs a multiplication. The
// names are those that the compiler calls (Run-time ABI for the Arm
// Architecture, 4.3.1).

#include "called.h"

#include <stdint.h>

CALLED uint32_t __aeabi_uidiv(uint32_t n, uint32_t d);
CALLED uint64_t __aeabi_uidivmod(uint32_t n, uint32_t d);

static struct {
    uint32_t divisor, reciprocal; // 2^32 / divisor, rounded down
} known;

// Bit by bit. The divisor is 2 or more: so the quotient has 31 bits.
static uint32_t reciprocal_of(uint32_t d)
{
    uint32_t quotient = 0, remainder = 1;

    for (unsigned bit = 0; bit < 32; bit++) {
        uint32_t carry = remainder >> 31;
        remainder <<= 1;
        quotient <<= 1;
        if (carry != 0 || remainder >= d) {
            remainder -= d;
            quotient |= 1;
        }
    }
    return quotient;
}

// The high word of a product.
static uint32_t product_high(uint32_t a, uint32_t b)
{
    uint32_t al = a & 0xffff, ah = a >> 16, bl = b & 0xffff, bh = b >> 16;
    uint32_t low = ah * bl + (al * bl >> 16);
    uint32_t middle = al * bh + (low & 0xffff);

    return ah * bh + (low >> 16) + (middle >> 16);
}

// The quotient, and the rest << 32. What the reciprocal lacks is less than 1, so
// n times it is too small by less than 1, and the quotient by 1 at most.
uint64_t __aeabi_uidivmod(uint32_t n, uint32_t d)
{
    if (d <= 1)
        return n;
    if (d != known.divisor) {
        known.reciprocal = reciprocal_of(d);
        known.divisor = d;
    }
    uint32_t quotient = product_high(n, known.reciprocal);
    uint32_t remainder = n - quotient * d;
    uint32_t more = 0u - (uint32_t)(remainder >= d); // all bits: always as long

    return (uint64_t)(remainder - (d & more)) << 32 | (quotient - more);
}

uint32_t __aeabi_uidiv(uint32_t n, uint32_t d)
{
    return (uint32_t)__aeabi_uidivmod(n, d);
}
