// call.h - calls between processes.
//
// A call moves the calling thread into the process that provides the service,
// runs a method there, and comes back. Nothing is copied. The callee sees its
// own memory, SHARED of the caller and of the process where the chain of calls
// began, public constants, what was lent, and nothing else of the caller's.

#ifndef CMRX_CALL_H
#define CMRX_CALL_H

#include <cmrx/process.h>
#include <cmrx/status.h>
#include <cmrx/trap.h>

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

// enum cmrx_status cmrx_call(result, service, method, ...);
//
//     int32_t t;
//     if (cmrx_call(&t, probe, read_millicelsius, 0) == CMRX_OK) ...
//
// result:  where to put what the method returns, written only on CMRX_OK; NULL
//          for a method that returns nothing, or to ignore it.
// service: a name declared with CMRX_USE.
// method:  a member of its interface.
// ...:     up to four arguments, each at most a word; count and types are
//          checked against the method by the compiler.
//
// Returns CMRX_OK when the method has returned; CMRX_DEAD when its process
// ended first; CMRX_STALE, CMRX_CLOSED, CMRX_DIRTY, CMRX_NO_STACK, CMRX_LOOP,
// CMRX_LIMIT or CMRX_INVALID when it was not entered; CMRX_CANCELLED likewise, when
// the deadline of a call that this thread is in has passed while it queued for this
// one.
// Any thread. Cost: constant.
#define cmrx_call(result, ...)                                                 \
    CMRX_CALL_(CMRX_CALL_PLAINLY, 0, result, __VA_ARGS__)

// The same, and the callee may read and write `*lent`, which CMRX_LENT made in this
// function; with any other object it does not compile.
#define cmrx_call_lending(lent, result, ...)                                   \
    CMRX_CALL_(CMRX_CALL_LENDING, CMRX_LENT_HERE(lent), result, __VA_ARGS__)

// enum cmrx_status cmrx_call_until(deadline, result, service, method, ...);
// The same, and no longer than until `deadline`:
//
//     cmrx_call_until(cmrx_time_now() + 5000, &t, probe, read_millicelsius, 0);
//
// deadline: microseconds, as cmrx_time_now() counts; UINT64_MAX: none.
//
// Returns what cmrx_call() does, or CMRX_TIMEOUT. That comes at once when the
// deadline has passed already, and as soon as it passes while the thread queues for
// the callee: then nothing was done. When it passes later, all waits inside of the
// call, however deep, end with CMRX_CANCELLED, so that the callee cleans up and
// returns: that is a normal return, CMRX_OK with its result. If it does not within
// the time that it has declared by CMRX_GRACE, it is left by force, one process of
// the chain after the other, each of which faults; CMRX_TIMEOUT, and it may have
// done anything up to there; if a thread is ready that is more urgent, it has 100 us
// before each. The deadline of an outer call counts, too. Any thread.
// Cost: constant; forced, a fault for each process.
#define cmrx_call_until(deadline, result, ...)                                 \
    CMRX_CALL_(CMRX_CALL_BOUNDED, deadline, result, __VA_ARGS__)

// cmrx_call_until() that lends, as cmrx_call_lending() does:
//
//     CMRX_LENT(struct record, r);
//     cmrx_call_lending_until(cmrx_time_now() + 5000, r, &n, log_reader, read, r);
//
// Returns what cmrx_call_until() does. With CMRX_TIMEOUT half of something may be in
// `*lent`. Any thread. Cost: as cmrx_call_until().
#define cmrx_call_lending_until(deadline, lent, result, ...)                   \
    CMRX_CALL_(CMRX_CALL_LENDING_BOUNDED, (CMRX_LENT_HERE(lent), deadline),    \
               result, __VA_ARGS__)

// CMRX_LENT(struct reading, r); makes `r` point to a zeroed local object that
// can be lent without exposing anything else of the stack. It lives until the
// function returns. Costs about the protection granule of the stack (an eighth
// of it on v7-M) in stack. Not inside a loop. With several in one function only
// the last may be lent: what is made after it lies where the callee's stack is.
#define CMRX_LENT(type, name)                                                  \
    const uint32_t cmrx_made_by_CMRX_LENT_##name = cmrx_stack_granule();       \
    type *const name = (type *)cmrx_lent_place(                                \
        __builtin_alloca(CMRX_LENT_SIZE(type) + CMRX_LENT_ABOVE +              \
                         cmrx_made_by_CMRX_LENT_##name),                       \
        CMRX_LENT_SIZE(type), cmrx_made_by_CMRX_LENT_##name)

// Bytes at which protection can cut the running thread's stack: a power of
// two. Any thread. Cost: constant.
uint32_t cmrx_stack_granule(void);

// May the caller of the method that is running read (write) all of
// [address, address + size)? A server asks before it follows a pointer it was
// given: its own rights are not the caller's. False for size 0, for a range
// that wraps, and for everything that is visible to the server but was not lent
// by its caller. Any thread. Cost: constant.
bool cmrx_caller_may_read(const void *address, uint32_t size);
bool cmrx_caller_may_write(const void *address, uint32_t size);

// The process that called the method that is running, as it is numbered in
// system.json; -1 outside of a call. Cannot be forged. Any thread.
// Cost: constant.
int32_t cmrx_caller(void);

// Has that process ended since it called? If it runs, that is another life: what
// the caller had done is its past, and nobody is there whom the method returns to.
// False outside of a call. Any thread. Cost: constant.
bool cmrx_caller_has_ended(void);

// ---- How it works; nothing below is for direct use

#define CMRX_LENT_SIZE(type) ((uint32_t)((sizeof(type) + 7u) & ~(size_t)7u))

typedef uint16_t __attribute__((__may_alias__)) cmrx_half;
typedef uint32_t __attribute__((__may_alias__)) cmrx_word;

// Puts `size` bytes of the reply where the result is wanted: 1, 2, 4, 8 or 0.
// Not by memcpy, which the program may have replaced.
static inline __attribute__((always_inline)) enum cmrx_status cmrx_call_result(
    struct cmrx_reply reply, void *result, uint32_t size)
{
    // As the program will see it: the compiler knows then that on CMRX_OK there
    // is a result.
    const enum cmrx_status status = (enum cmrx_status)reply.status;

    if (status == CMRX_OK && result != NULL) {
        if (size == 1)
            *(uint8_t *)result = (uint8_t)reply.low;
        else if (size == 2)
            *(cmrx_half *)result = (uint16_t)reply.low;
        else if (size >= 4)
            *(cmrx_word *)result = reply.low;
        if (size == 8)
            ((cmrx_word *)result)[1] = reply.high;
    }
    return status;
}

// Of another object the name is undeclared, and says why.
#define CMRX_LENT_HERE(name)                                                   \
    ((void)sizeof cmrx_made_by_CMRX_LENT_##name, (name))

void *cmrx_lent_place(void *memory, uint32_t size, uint32_t granule);

#ifdef __cplusplus
#define CMRX_CALL_(how, x, result, ...)                                        \
    (static_cast<void>([] {                                                    \
         static_assert(false, "cmrx_call() is for C: write a function with "   \
                              "the call into a C source of the program");      \
     }),                                                                       \
     CMRX_INVALID)
#else
#define CMRX_CALL_(how, x, result, ...)                                        \
    CMRX_CALL_PICK(__VA_ARGS__, CMRX_CALL_TOO_LONG, CMRX_CALL_TOO_LONG,        \
                   CMRX_CALL_4, CMRX_CALL_3, CMRX_CALL_2, CMRX_CALL_1,         \
                   CMRX_CALL_0, CMRX_CALL_METHOD_MISSING, 0)                   \
    (how, x, result, __VA_ARGS__)
#endif
#define CMRX_CALL_PICK(a, b, c, d, e, f, g, h, name, ...) name

#define CMRX_CALL_TOO_LONG(how, x, r, ...)                                     \
    __extension__({                                                            \
        _Static_assert(0, "a call has at most four arguments; pass a pointer " \
                          "to a struct that is lent or CMRX_SHARED");          \
        CMRX_INVALID;                                                          \
    })
#define CMRX_CALL_METHOD_MISSING(how, x, r, ...)                               \
    __extension__({                                                            \
        _Static_assert(0, "cmrx_call(result, service, method, ...)");          \
        CMRX_INVALID;                                                          \
    })
#define CMRX_CALL_0(how, x, r, s, m)                                           \
    CMRX_CALL_TYPED(how, x, r, s, m, (s).interface->m(0), 0, 0, 0, 0)
#define CMRX_CALL_1(how, x, r, s, m, a)                                        \
    CMRX_CALL_TYPED(how, x, r, s, m, (s).interface->m(0, a), a, 0, 0, 0)
#define CMRX_CALL_2(how, x, r, s, m, a, b)                                     \
    CMRX_CALL_TYPED(how, x, r, s, m, (s).interface->m(0, a, b), a, b, 0, 0)
#define CMRX_CALL_3(how, x, r, s, m, a, b, c)                                  \
    CMRX_CALL_TYPED(how, x, r, s, m, (s).interface->m(0, a, b, c), a, b, c, 0)
#define CMRX_CALL_4(how, x, r, s, m, a, b, c, d)                               \
    CMRX_CALL_TYPED(how, x, r, s, m, (s).interface->m(0, a, b, c, d), a, b, c, \
                    d)

#define CMRX_CALL_WORD(s, m)                                                   \
    (CMRX_SYS_CALL | (uint32_t)(uintptr_t) & (s) << 8 |                        \
     (uint32_t)(__builtin_offsetof(__typeof__(*(s).interface), m) /            \
                sizeof(void (*)(void)))                                        \
         << 16)

// An array, a string literal too, is passed as the address of its first element:
// the conditional makes of it what a call would.
#define CMRX_CALL_FITS(a) (sizeof(1 ? (a) : (a)) <= sizeof(uintptr_t))

// `typed` is never evaluated: it lets the compiler check the arguments and
// tell the type of the result.
#define CMRX_CALL_TYPED(how, x, r, s, m, typed, a, b, c, d)                    \
    __extension__({                                                            \
        _Static_assert(CMRX_CALL_FITS(a) && CMRX_CALL_FITS(b) &&               \
                           CMRX_CALL_FITS(c) && CMRX_CALL_FITS(d),             \
                       "an argument of a call is at most a word");             \
        __typeof__(typed) *cmrx_result = (r);                                  \
        how(x, CMRX_CALL_WORD(s, m), (uint32_t)(uintptr_t)(a),                 \
            (uint32_t)(uintptr_t)(b), (uint32_t)(uintptr_t)(c),                \
            (uint32_t)(uintptr_t)(d), cmrx_result,                             \
            _Generic(cmrx_result, void * : 0u, default                         \
                     : (uint32_t)sizeof *cmrx_result));                        \
    })

// How it is done, with `x` for that: an address that is lent, a deadline, or both, as
// (lent, deadline).
#define CMRX_CALL_LENT_OF(lent, deadline)     lent
#define CMRX_CALL_DEADLINE_OF(lent, deadline) deadline
#define CMRX_CALL_PLAINLY(x, word, a, b, c, d, result, size)                   \
    cmrx_call_result(cmrx_trap_call(word, a, b, c, d), result, size)
#define CMRX_CALL_LENDING(x, word, a, b, c, d, result, size)                   \
    cmrx_call_result(cmrx_trap_call_lending(word, a, b, c, d,                  \
                                            (uint32_t)(uintptr_t)(x),          \
                                            CMRX_LENT_SIZE(*(x))),             \
                     result, size)
#define CMRX_CALL_BOUNDED(x, word, a, b, c, d, result, size)                   \
    cmrx_call_result(                                                          \
        cmrx_trap_call_until((word) | CMRX_SYS_CALL_UNTIL, a, b, c, d, x),     \
        result, size)
#define CMRX_CALL_LENDING_BOUNDED(x, word, a, b, c, d, result, size)           \
    cmrx_call_result(cmrx_trap_call_lending_until(                             \
                         (word) | CMRX_SYS_CALL_UNTIL, a, b, c, d,             \
                         (uint32_t)(uintptr_t)(CMRX_CALL_LENT_OF x),           \
                         CMRX_LENT_SIZE(*(CMRX_CALL_LENT_OF x)),               \
                         CMRX_CALL_DEADLINE_OF x),                             \
                     result, size)

#ifdef __cplusplus
}
#endif

#endif
