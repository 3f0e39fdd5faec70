// trap.h (riscv32) - how a program reaches the kernel.
//
// In:  a7 the system call word (number, import << 8, method << 16), a0-a3
//      arguments, a4 bytes lent (for a call, otherwise ignored), s2 and s3 its
//      deadline (for CALL_UNTIL), ra where in the program a call is (for the
//      fault record, no more).
// Out: a0, a1 result, a2 status; a3-a7 and t0-t6 mean nothing. All others are
//      as they were: the kernel has kept them where no callee can reach.

#ifndef CMRX_TRAP_H
#define CMRX_TRAP_H

#include <cmrx/syscall.h>

// From the stack pointer at the trap to the cut above what is lent: s0-s11, ra,
// gp, tp, pc, which the kernel keeps there during a call.
#define CMRX_TRAP_BYTES 64u

// What CMRX_LENT keeps free above the lent object.
#define CMRX_LENT_ABOVE CMRX_TRAP_BYTES

#define CMRX_TRAP_DESTROYS                                                     \
    "a5", "a6", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "memory"

// `instructions` end in the ecall, with so many bytes lent. What they read and
// change besides is said behind them.
#define CMRX_READS(...) __VA_ARGS__
#define CMRX_TRAP_BY(bytes, instructions, reads, ...)                          \
    register uint32_t a0 __asm__("a0") = a;                                    \
    register uint32_t a1 __asm__("a1") = b;                                    \
    register uint32_t a2 __asm__("a2") = c;                                    \
    register uint32_t a3 __asm__("a3") = d;                                    \
    register uint32_t a4 __asm__("a4") = bytes;                                \
    register uint32_t a7 __asm__("a7") = word;                                 \
    __asm__ volatile(instructions                                              \
                     : "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a3), "+r"(a4),       \
                       "+r"(a7)                                                \
                     : reads                                                   \
                     : __VA_ARGS__);                                           \
    const struct cmrx_reply reply = { a0, a1, (int32_t)a2 };                   \
    return reply

static inline struct cmrx_reply cmrx_trap(uint32_t word, uint32_t a, uint32_t b,
                                          uint32_t c, uint32_t d)
{
    CMRX_TRAP_BY(0, "ecall", , CMRX_TRAP_DESTROYS);
}

// The same with two arguments: a2 and a3 go as they are.
static inline struct cmrx_reply cmrx_trap_two(uint32_t word, uint32_t a,
                                              uint32_t b)
{
    register uint32_t a0 __asm__("a0") = a;
    register uint32_t a1 __asm__("a1") = b;
    register uint32_t a2 __asm__("a2");
    register uint32_t a7 __asm__("a7") = word;
    __asm__ volatile("ecall"
                     : "+r"(a0), "+r"(a1), "=r"(a2), "+r"(a7)
                     :
                     : "a3", "a4", CMRX_TRAP_DESTROYS);
    const struct cmrx_reply reply = { a0, a1, (int32_t)a2 };
    return reply;
}

// The same without arguments: a0-a3 go as they are.
static inline struct cmrx_reply cmrx_trap_bare(uint32_t word)
{
    register uint32_t a0 __asm__("a0");
    register uint32_t a1 __asm__("a1");
    register uint32_t a2 __asm__("a2");
    register uint32_t a7 __asm__("a7") = word;
    __asm__ volatile("ecall"
                     : "=r"(a0), "=r"(a1), "=r"(a2), "+r"(a7)
                     :
                     : "a3", "a4", CMRX_TRAP_DESTROYS);
    const struct cmrx_reply reply = { a0, a1, (int32_t)a2 };
    return reply;
}

// The same for a call, so that a fault record can say where it was made.
static inline __attribute__((always_inline)) struct cmrx_reply cmrx_trap_call(
    uint32_t word, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    CMRX_TRAP_BY(0, "auipc ra, 0\n\tecall", , "ra", CMRX_TRAP_DESTROYS);
}

// The same, lending `bytes` from `lent` up, where cmrx_lent_place() has put them.
// With B their end:
//
//     B + 64   the stack pointer at the ecall, so that the cut is at B
//     B        what the kernel keeps at the ecall
//     B        <- the cut: nothing above can be touched by the callee
//     lent     <- the callee's stack begins here
//
// All that lies below the lent object belongs to the callee from the ecall on. So
// nothing is kept there: where the stack pointer was is in a register, which the
// kernel brings back. tool/cmrxlib/stack.py knows the call by what is before the
// ecall.
static inline __attribute__((always_inline)) struct cmrx_reply
cmrx_trap_call_lending(uint32_t word, uint32_t a, uint32_t b, uint32_t c,
                       uint32_t d, uint32_t lent, uint32_t bytes)
{
    register uint32_t s2 __asm__("s2") = lent + bytes + CMRX_TRAP_BYTES;
    CMRX_TRAP_BY(bytes,
                 "mv s3, sp\n\tauipc ra, 0\n\tmv sp, s2\n\tecall\n\tmv sp, s3",
                 "r"(s2), "s3", "ra", CMRX_TRAP_DESTROYS);
}

static inline __attribute__((always_inline)) struct cmrx_reply
cmrx_trap_call_until(uint32_t word, uint32_t a, uint32_t b, uint32_t c,
                     uint32_t d, uint64_t deadline)
{
    register uint32_t s2 __asm__("s2") = (uint32_t)deadline;
    register uint32_t s3 __asm__("s3") = (uint32_t)(deadline >> 32);
    CMRX_TRAP_BY(0, "auipc ra, 0\n\tecall", CMRX_READS("r"(s2), "r"(s3)), "ra",
                 CMRX_TRAP_DESTROYS);
}

static inline __attribute__((always_inline)) struct cmrx_reply
cmrx_trap_call_lending_until(uint32_t word, uint32_t a, uint32_t b, uint32_t c,
                             uint32_t d, uint32_t lent, uint32_t bytes,
                             uint64_t deadline)
{
    register uint32_t s2 __asm__("s2") = (uint32_t)deadline;
    register uint32_t s3 __asm__("s3") = (uint32_t)(deadline >> 32);
    register uint32_t s4 __asm__("s4") = lent + bytes + CMRX_TRAP_BYTES;
    CMRX_TRAP_BY(
        bytes, "mv s5, sp\n\tauipc ra, 0\n\tmv sp, s4\n\tecall\n\tmv sp, s5",
        CMRX_READS("r"(s2), "r"(s3), "r"(s4)), "s5", "ra", CMRX_TRAP_DESTROYS);
}

// Where the stack of this thread is now: a multiple of 4, in it.
__attribute__((always_inline)) inline uint32_t cmrx_stack_pointer(void)
{
    uint32_t sp;

    __asm__ volatile("mv %0, sp" : "=r"(sp));
    return sp;
}

#endif
