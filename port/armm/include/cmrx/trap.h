// trap.h (armm) - how a program reaches the kernel.
//
// In:  r12 the system call word (number, import << 8, method << 16),
//      r0-r3 arguments, r4 bytes lent (for a call, otherwise ignored), r5 and r6
//      its deadline (for CALL_UNTIL), lr where in the program a call is (for the
//      fault record, no more).
// Out: r0, r1 result, r2 status. All others are as they were: the kernel has
//      kept them where no callee can reach.

#ifndef CMRX_TRAP_H
#define CMRX_TRAP_H

#include <cmrx/syscall.h>

// From the stack pointer at the trap to the cut above what is lent: the frame
// that the processor pushes, and r4-r11.
#define CMRX_TRAP_BYTES 64u

// What CMRX_LENT keeps free above the lent object.
#define CMRX_LENT_ABOVE CMRX_TRAP_BYTES

// `instructions` end in the svc. What they read and change besides is said
// behind them.
#define CMRX_READS(...) __VA_ARGS__
#define CMRX_TRAP_BY(instructions, reads, ...)                                 \
    register uint32_t r0 __asm__("r0") = a;                                    \
    register uint32_t r1 __asm__("r1") = b;                                    \
    register uint32_t r2 __asm__("r2") = c;                                    \
    register uint32_t r3 __asm__("r3") = d;                                    \
    register uint32_t r12 __asm__("r12") = word;                               \
    __asm__ volatile(instructions                                              \
                     : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3), "+r"(r12)       \
                     : reads                                                   \
                     : __VA_ARGS__);                                           \
    const struct cmrx_reply reply = { r0, r1, (int32_t)r2 };                   \
    return reply

static inline struct cmrx_reply cmrx_trap(uint32_t word, uint32_t a, uint32_t b,
                                          uint32_t c, uint32_t d)
{
    CMRX_TRAP_BY("svc #0", , "memory", "cc");
}

// The same with two arguments: r2 and r3 go as they are.
static inline struct cmrx_reply cmrx_trap_two(uint32_t word, uint32_t a,
                                              uint32_t b)
{
    register uint32_t r0 __asm__("r0") = a;
    register uint32_t r1 __asm__("r1") = b;
    register uint32_t r2 __asm__("r2");
    register uint32_t r12 __asm__("r12") = word;
    __asm__ volatile("svc #0"
                     : "+r"(r0), "+r"(r1), "=r"(r2), "+r"(r12)
                     :
                     : "r3", "memory", "cc");
    const struct cmrx_reply reply = { r0, r1, (int32_t)r2 };
    return reply;
}

// The same without arguments: r0-r3 go as they are.
static inline struct cmrx_reply cmrx_trap_bare(uint32_t word)
{
    register uint32_t r0 __asm__("r0");
    register uint32_t r1 __asm__("r1");
    register uint32_t r2 __asm__("r2");
    register uint32_t r12 __asm__("r12") = word;
    __asm__ volatile("svc #0"
                     : "=r"(r0), "=r"(r1), "=r"(r2), "+r"(r12)
                     :
                     : "memory", "cc");
    const struct cmrx_reply reply = { r0, r1, (int32_t)r2 };
    return reply;
}

// The same for a call, so that a fault record can say where it was made.
static inline __attribute__((always_inline)) struct cmrx_reply cmrx_trap_call(
    uint32_t word, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    register uint32_t r4 __asm__("r4") = 0; // nothing is lent
    CMRX_TRAP_BY("mov lr, pc\n\tsvc #0", "r"(r4), "lr", "memory", "cc");
}

// The same, lending `bytes` from `lent` up, where cmrx_lent_place() has put them.
// With B their end:
//
//     B + 64   the stack pointer at the svc, so that the cut is at B
//     B        what the processor and the kernel push there
//     B        <- the cut: nothing above can be touched by the callee
//     lent     <- the callee's stack begins here
//
// All that lies below the lent object belongs to the callee from the svc on. So
// nothing is kept there: where the stack pointer was is in a register, which the
// kernel brings back. Interrupts push to [B + 32, B + 64) meanwhile.
// tool/cmrxlib/stack.py knows the call by what is before the svc.
static inline __attribute__((always_inline)) struct cmrx_reply
cmrx_trap_call_lending(uint32_t word, uint32_t a, uint32_t b, uint32_t c,
                       uint32_t d, uint32_t lent, uint32_t bytes)
{
    register uint32_t r4 __asm__("r4") = bytes;
    register uint32_t r5 __asm__("r5") = lent;
    CMRX_TRAP_BY("add r6, r5, r4\n\tadd r6, #64\n\tmov r8, sp\n\t"
                 "mov lr, pc\n\tmov sp, r6\n\tsvc #0\n\tmov sp, r8",
                 CMRX_READS("r"(r4), "r"(r5)), "r6", "r8", "lr", "memory",
                 "cc");
}

static inline __attribute__((always_inline)) struct cmrx_reply
cmrx_trap_call_until(uint32_t word, uint32_t a, uint32_t b, uint32_t c,
                     uint32_t d, uint64_t deadline)
{
    register uint32_t r4 __asm__("r4") = 0; // nothing is lent
    register uint32_t r5 __asm__("r5") = (uint32_t)deadline;
    register uint32_t r6 __asm__("r6") = (uint32_t)(deadline >> 32);
    CMRX_TRAP_BY("mov lr, pc\n\tsvc #0", CMRX_READS("r"(r4), "r"(r5), "r"(r6)),
                 "lr", "memory", "cc");
}

static inline __attribute__((always_inline)) struct cmrx_reply
cmrx_trap_call_lending_until(uint32_t word, uint32_t a, uint32_t b, uint32_t c,
                             uint32_t d, uint32_t lent, uint32_t bytes,
                             uint64_t deadline)
{
    register uint32_t r4 __asm__("r4") = bytes;
    register uint32_t r5 __asm__("r5") = (uint32_t)deadline;
    register uint32_t r6 __asm__("r6") = (uint32_t)(deadline >> 32);
    register uint32_t r9 __asm__("r9") = lent + bytes + CMRX_TRAP_BYTES;
    CMRX_TRAP_BY(
        "mov r8, sp\n\tmov lr, pc\n\tmov sp, r9\n\tsvc #0\n\tmov sp, r8",
        CMRX_READS("r"(r4), "r"(r5), "r"(r6), "r"(r9)), "r8", "lr", "memory",
        "cc");
}

// Where the stack of this thread is now: a multiple of 4, in it.
__attribute__((always_inline)) inline uint32_t cmrx_stack_pointer(void)
{
    uint32_t sp;

    __asm__ volatile("mov %0, sp" : "=r"(sp));
    return sp;
}

#endif
