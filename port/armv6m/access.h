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
static inline struct access access_of_many(const struct cmrx_fault *fault,
                                           uint32_t code)
{
    struct access a = { .unit = 4, .write = (code & 0x0800) == 0 };

    if (code >> 12 == 0xc) {
        a.address = fault->r[code >> 8 & 7];
        a.count = bits_set(code & 0xff);
    } else {
        a.count = bits_set(code & 0x1ff);
        a.address = sp_before(fault) - (a.write ? 4 * a.count : 0);
    }
    return a;
}

// Of each load and store with a register for an offset, 0101 ooo: log2 of the
// unit; whether it writes.
static inline struct access access_by_register(const struct cmrx_fault *fault,
                                               uint32_t code)
{
    static const uint8_t shifts[] = { 2, 1, 0, 0, 2, 1, 0, 1 };
    uint32_t operation = code >> 9 & 7;

    return (struct access){
        .address = fault->r[code >> 3 & 7] + fault->r[code >> 6 & 7],
        .unit = 1u << shifts[operation],
        .count = 1,
        .write = operation < 3,
    };
}

// 011 B L, 1000 L: five bits of offset, counted in units.
static inline struct access access_by_immediate(const struct cmrx_fault *fault,
                                                uint32_t code)
{
    uint32_t unit = code >> 13 == 4 ? 2 : (code & 0x1000) != 0 ? 1 : 4;

    return (struct access){
        .address = fault->r[code >> 3 & 7] + (code >> 6 & 31) * unit,
        .unit = unit,
        .count = 1,
        .write = (code & 0x0800) == 0,
    };
}

// 1001 L: from sp. 01001: from pc.
static inline struct access access_by_base(uint32_t base, uint32_t code)
{
    return (struct access){
        .address = (base & ~3u) + (code & 0xff) * 4,
        .unit = 4,
        .count = 1,
        .write = code >> 11 == 0x12,
    };
}

// .count is 0 when the instruction accesses nothing.
static inline struct access access_of(const struct cmrx_fault *fault,
                                      uint32_t code)
{
    const struct access none = { .count = 0 };

    switch (code >> 12) {
    case 0x4:
        return (code & 0x0800) != 0 ? access_by_base(fault->pc + 4, code)
                                    : none;
    case 0x5:
        return access_by_register(fault, code);
    case 0x6:
    case 0x7:
    case 0x8:
        return access_by_immediate(fault, code);
    case 0x9:
        return access_by_base(sp_before(fault), code);
    case 0xb:
        return (code & 0x0600) == 0x0400 ? access_of_many(fault, code) : none;
    case 0xc:
        return access_of_many(fault, code);
    default:
        return none;
    }
}

#endif
