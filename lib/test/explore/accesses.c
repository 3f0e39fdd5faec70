// accesses.c - what -fsanitize=thread makes of each access (see explore.h).
//
// The names and types are the compiler's. Only what lies in the program's data
// is shared; what lies on a stack is its thread's own.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "explorer.h"

extern char __data_start[], _end[];

static void access(const volatile void *at)
{
    if (explorer.is_running && (const volatile char *)at >= __data_start &&
        (const volatile char *)at < _end)
        explorer_point();
}

#define PLAIN(name)                                                            \
    void __tsan_##name(void *at);                                              \
    void __tsan_##name(void *at)                                               \
    {                                                                          \
        access(at);                                                            \
    }

PLAIN(read1)
PLAIN(read2)
PLAIN(read4)
PLAIN(read8)
PLAIN(read16)
PLAIN(write1)
PLAIN(write2)
PLAIN(write4)
PLAIN(write8)
PLAIN(write16)
PLAIN(unaligned_read2)
PLAIN(unaligned_read4)
PLAIN(unaligned_read8)
PLAIN(unaligned_write2)
PLAIN(unaligned_write4)
PLAIN(unaligned_write8)

#define RANGE(name)                                                            \
    void __tsan_##name(void *at, size_t size);                                 \
    void __tsan_##name(void *at, size_t size)                                  \
    {                                                                          \
        (void)size;                                                            \
        access(at);                                                            \
    }

RANGE(read_range)
RANGE(write_range)

void __tsan_init(void);
void __tsan_init(void)
{
}

void __tsan_func_entry(void *caller);
void __tsan_func_entry(void *caller)
{
    (void)caller;
}

void __tsan_func_exit(void);
void __tsan_func_exit(void)
{
}

// ---- Atomics: before each, others may go on

typedef volatile uint32_t word;

uint32_t __tsan_atomic32_load(const word *at, int order);
uint32_t __tsan_atomic32_load(const word *at, int order)
{
    (void)order;
    access(at);
    return *at;
}

void __tsan_atomic32_store(word *at, uint32_t value, int order);
void __tsan_atomic32_store(word *at, uint32_t value, int order)
{
    (void)order;
    access(at);
    *at = value;
}

#define CHANGE(name, expression)                                               \
    uint32_t __tsan_atomic32_##name(word *at, uint32_t value, int order);      \
    uint32_t __tsan_atomic32_##name(word *at, uint32_t value, int order)       \
    {                                                                          \
        (void)order;                                                           \
        access(at);                                                            \
        uint32_t old = *at;                                                    \
        *at = expression;                                                      \
        return old;                                                            \
    }

CHANGE(exchange, value)
CHANGE(fetch_add, old + value)
CHANGE(fetch_sub, old - value)
CHANGE(fetch_and, old &value)
CHANGE(fetch_or, old | value)

#define COMPARE(name)                                                          \
    bool __tsan_atomic32_##name(word *at, uint32_t *expected, uint32_t value,  \
                                int order, int otherwise);                     \
    bool __tsan_atomic32_##name(word *at, uint32_t *expected, uint32_t value,  \
                                int order, int otherwise)                      \
    {                                                                          \
        (void)order;                                                           \
        (void)otherwise;                                                       \
        access(at);                                                            \
        uint32_t old = *at;                                                    \
        if (old == *expected)                                                  \
            *at = value;                                                       \
        bool is_equal = old == *expected;                                      \
        *expected = old;                                                       \
        return is_equal;                                                       \
    }

COMPARE(compare_exchange_strong)
COMPARE(compare_exchange_weak)

void __tsan_atomic_thread_fence(int order);
void __tsan_atomic_thread_fence(int order)
{
    (void)order;
}

void __tsan_atomic_signal_fence(int order);
void __tsan_atomic_signal_fence(int order)
{
    (void)order;
}
