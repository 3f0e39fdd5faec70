// bystander.c - beats every two milliseconds, and looks whether its memory is
// as it was. When it is not, or when it is late, it dies: that is seen. So it
// does when a thread below all fuzzers, which runs when they have died or sleep,
// does not hear or compute what it should.

#include "deal.h"
#include "late.h"
#include "machine.h"

#define CANARY 0xcafe0000u

static volatile uint32_t canary[64];
static volatile uint32_t count;

static uint32_t beats(CMRX_SELF)
{
    return count;
}

CMRX_PROVIDE(struct watch, watch, .beats = beats);

static void require(bool ok)
{
    if (!ok)
        machine_undefined();
}

CMRX_THREAD(main, .stack = 512, .priority = 30)
{
    volatile uint32_t own[16];
    uint64_t next = 0;

    for (uint32_t i = 0; i < 64; i++)
        canary[i] = own[i % 16] = CANARY + i;
    for (;;) {
        next += PERIOD_US;
        require(cmrx_sleep_until(next) == CMRX_OK);
        require(cmrx_time_now() - next < LATE_US);
        for (uint32_t i = 0; i < 64; i++)
            require(canary[i] == CANARY + i &&
                    own[i % 16] == CANARY + 48 + i % 16);
        count++;
    }
}

// The same with all registers in use as with none.
static uint32_t compute(void)
{
    static volatile uint32_t one = 1; // the compiler does not know
    uint32_t a = one, b = 2, c = 3, d = 4, e = 5, f = 6;

    for (uint32_t i = 0; i < 16; i++) {
        a += b ^ c << 3;
        b += c ^ d << 5;
        c += d ^ e << 7;
        d += e ^ f << 11;
        e += f ^ a << 13;
        f += a ^ b << 17;
    }
    return a ^ b ^ c ^ d ^ e ^ f;
}

CMRX_THREAD(steady, .stack = 256, .priority = 2)
{
    const uint32_t expected = compute();
    uint32_t i = 0;

    for (;;) {
        require(cmrx_sleep_until(cmrx_time_now() + 200 + i++ % 512) == CMRX_OK);
        require(compute() == expected);
    }
}
