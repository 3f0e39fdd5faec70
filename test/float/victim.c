// victim.c - uses floating point, and ends in the midst of it.

#include "registers.h"
#include "relay.h"

static uint32_t seen[FLOAT_WORDS];
static uint32_t count;
static volatile uint32_t never, zero, one = 1;

static void use(void)
{
    registers_fill(TAG_VICTIM << 16 | (++count & 0xffff));
}

// Beginning anew it must see nothing, not even what it has left.
static uint32_t own(CMRX_SELF)
{
    bool is_first = count == 0;

    registers_look(seen);
    bool right = is_first ? registers_are_first(seen)
                          : registers_are_own(seen, TAG_VICTIM);
    use();
    return !right;
}

static uint32_t first(CMRX_SELF)
{
    registers_look(seen);
    return !registers_are_first(seen);
}

static void die(CMRX_SELF)
{
    use();
    *(volatile uint32_t *)0x30000000 = 1;
}

static void divide(CMRX_SELF)
{
    use();
    zero = one / zero;
}

static void undefine(CMRX_SELF)
{
    use();
    __asm__ volatile("udf #0");
}

static void stray(CMRX_SELF)
{
    registers_coprocessor();
}

static void stay(CMRX_SELF)
{
    use();
    cmrx_wait(&never, 0, CMRX_FOREVER);
}

// Past every deadline.
static void keep(CMRX_SELF)
{
    for (;;)
        use();
}

static uint32_t half_of(CMRX_SELF, uint32_t n)
{
    const union {
        float number;
        uint32_t bits;
    } half = { (float)n * 0.5f };

    return half.bits;
}

CMRX_PROVIDE_REENTRANT(struct victim, victim, .own = own, .first = first,
                       .die = die, .divide = divide, .undefine = undefine,
                       .stray = stray, .stay = stay, .half_of = half_of,
                       .keep = keep);
CMRX_GRACE(victim, 500);
