// access.h (armv6m) - what an instruction loads or stores (DDI 0419 A5.2). Pure;
// tested on the host.

#ifndef ACCESS_H
#define ACCESS_H

#include <cmrx/fault.h>

#include <stdbool.h>
#include <stdint.h>

#define ACCESS_FRAME_BYTES 32u // pushed by the processor

// What an instruction loads or stores: `count` times `unit` bytes.
struct access {
    uint32_t address, unit, count;
    bool write;
};

// The stack pointer before the frame was pushed; bit 9 says whether it had to be
// aligned (B1.5.7).
static inline uint32_t sp_before(const struct cmrx_fault *fault)
{
    return fault->sp + ACCESS_FRAME_BYTES + (fault->psr >> 9 & 1) * 4;
}

static inline uint32_t bits_set(uint32_t word)
{
    uint32_t count = 0;

    for (; word != 0; word &= word - 1)
        count++;
    return count;
}

// LDM, STM: 1100 L nnn list. PUSH, POP: 1011 L10 R list.
static inline void access_many(struct access *a, const struct cmrx_fault *fault,
                               uint32_t code)
{
    if (code >> 12 == 0xc) {
        a->address = fault->r[code >> 8 & 7];
        a->count = bits_set(code & 0xff);
    } else {
        a->count = bits_set(code & 0x1ff);
        a->address = sp_before(fault) - (a->write ? 4 * a->count : 0);
    }
}

// With a register for an offset, 0101 ooo: of each o half a byte, the unit; 0 to 2
// write. 011 B L, 1000 L: five bits of offset, counted in units.
static inline void access_by_register(struct access *a,
                                      const struct cmrx_fault *fault,
                                      uint32_t code)
{
    uint32_t kind = code >> 12, operation = code >> 9 & 7;
    uint32_t offset = code >> 6 & 31;

    if (kind == 5) {
        a->unit = 0x21241124u >> 4 * operation & 7;
        a->write = operation < 3;
        offset = fault->r[offset & 7];
    } else {
        a->unit = 0x214u >> 4 * (kind - 6) & 7;
        offset *= a->unit;
    }
    a->address = fault->r[code >> 3 & 7] + offset;
}

// .count is 0 when the instruction accesses nothing. 01001: from pc. 1001 L: from
// sp.
static inline struct access access_of(const struct cmrx_fault *fault,
                                      uint32_t code)
{
    struct access a = { .unit = 4, .count = 1, .write = (code & 0x0800) == 0 };
    uint32_t kind = code >> 12;

    if (kind >= 5 && kind <= 8)
        access_by_register(&a, fault, code);
    else if (kind == 9 || code >> 11 == 9)
        a.address = ((kind == 9 ? sp_before(fault) : fault->pc + 4) & ~3u) +
                    (code & 0xff) * 4;
    else if (kind == 0xc || (code & 0xf600) == 0xb400)
        access_many(&a, fault, code);
    else
        a.count = 0;
    return a;
}

#endif
