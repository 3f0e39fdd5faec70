// test_divide.c - the division of armv6m (port/armv6m/divide.S), with nothing else on
// the processor: n = quotient * d + rest, and rest < d. By the numbers of clocks that
// boards have, which the build knows, and by others.

#include <divide.h>
#include <semihosting.h>

#include <stdbool.h>
#include <stdint.h>

_Noreturn void begin(void);

const uintptr_t vectors[]
    __attribute__((section(".vectors"), used)) = { 0x20010000,
                                                   (uintptr_t)begin };

struct reciprocal known[2] __asm__("reciprocals"); // as tables.c has them

static bool divides(uint32_t n, uint32_t d)
{
    register uint32_t r0 __asm__("r0") = n;
    register uint32_t r1 __asm__("r1") = d;

    // As the compiler calls it.
    __asm__ volatile("bl __aeabi_uidivmod"
                     : "+r"(r0), "+r"(r1)
                     :
                     : "r2", "r3", "r12", "lr", "memory", "cc");
    uint32_t quotient = r0, rest = r1;
    return rest < d && (uint64_t)quotient * d + rest == n;
}

static struct reciprocal of(uint32_t divisor)
{
    // 2^32 / divisor by subtraction: slow, and not as divide.c does it.
    uint64_t left = 1ull << 32, value = 0;

    for (int bit = 32; bit >= 0; bit--)
        if (left >= (uint64_t)divisor << bit) {
            left -= (uint64_t)divisor << bit;
            value += 1ull << bit;
        }
    if (divisor == 1)
        value--;
    return (struct reciprocal){ divisor, (uint16_t)value,
                                (uint16_t)(value >> 16) };
}

static uint32_t seed = 1;

// Of any size, and more often near a power of two.
static uint32_t random_number(void)
{
    seed = seed * 1664525u + 1013904223u;
    uint32_t number = seed ^ seed >> 15, kind = seed >> 8 & 3;

    number >>= seed >> 27;
    return kind == 0   ? (1u << (seed >> 11 & 31)) + (seed >> 4 & 3) - 2
           : kind == 1 ? UINT32_MAX - (number & 0xff)
                       : number;
}

static bool divides_by(uint32_t d)
{
    bool all = divides(0, d) && divides(d, d) && divides(d - 1, d) &&
               divides(UINT32_MAX, d) && divides(UINT32_MAX - d, d);

    for (int i = 0; i < 2000 && all; i++) {
        uint32_t n = random_number();
        all = divides(n, d);
        if (d <= UINT16_MAX) // a multiple, and just below
            all = all && divides((n & 0xffff) * d, d) &&
                  divides((n & 0xffff) * d - 1, d);
    }
    return all;
}

void begin(void)
{
    static const uint16_t clocks[][2] = { { 25, 1 }, { 25, 2 },   { 168, 1 },
                                          { 3, 7 },  { 1, 1 },    { 2, 125 },
                                          { 64, 3 }, { 65535, 2 } };
    bool all = true;

    for (unsigned i = 0; i < sizeof clocks / sizeof clocks[0] && all; i++) {
        known[0] = of(clocks[i][0]);
        known[1] = of(clocks[i][1]);
        all = divides_by(clocks[i][0]) && divides_by(clocks[i][1]) &&
              divides_by(1);
        for (int other = 0; other < 20 && all; other++) {
            uint32_t d = random_number();
            all = d == 0 || divides_by(d);
        }
    }
    semihosting_exit(all ? 0 : 1, all ? "divided" : "wrong");
}
