// process.h (host) - the same words as in the product, which tell the test.
//
// What a program says of itself is told to the harness before main(). A used
// service becomes a table of methods that the test fills, a device becomes
// memory, and what is lent lies in a section of its own.

#ifndef CMRX_HOST_PROCESS_H
#define CMRX_HOST_PROCESS_H

#include "../../../../include/cmrx/process.h"

#include <cmrx/host.h>

#undef CMRX_RECORD
#define CMRX_RECORD(kind, name) __attribute__((used))

#define CMRX_HOST_FIRST(name)                                                  \
    static void __attribute__((constructor)) name(void);                       \
    static void name(void)

// ---- Tables: the linker of the host says where sections of such names begin

#undef CMRX_ROW
#define CMRX_ROW                                                               \
    __attribute__((used, section("cmrx_row"), aligned(sizeof(void *))))
#define cmrx_rows     __start_cmrx_row
#define cmrx_rows_end __stop_cmrx_row
extern const char cmrx_rows[] __attribute__((weak)),
    cmrx_rows_end[] __attribute__((weak));

// ---- Threads

#undef CMRX_THREAD
#define CMRX_THREAD(name, ...)                                                 \
    static void cmrx_body_##name(uintptr_t);                                   \
    static const struct cmrx_thread_record cmrx_record_thread_##name = {       \
        .entry = cmrx_body_##name, __VA_ARGS__                                 \
    };                                                                         \
    CMRX_HOST_FIRST(cmrx_first_thread_##name)                                  \
    {                                                                          \
        host_has_thread(#name, cmrx_record_thread_##name.entry,                \
                        cmrx_record_thread_##name.priority,                    \
                        cmrx_record_thread_##name.dormant != 0,                \
                        cmrx_record_thread_##name.monitor != 0);               \
    }                                                                          \
    static void cmrx_body_##name(__attribute__((unused)) uintptr_t argument)

#undef CMRX_THREAD_ID
#define CMRX_THREAD_ID(name) host_thread_number(#name)

// ---- Services

#undef CMRX_PROVIDE_RECORD
#define CMRX_PROVIDE_RECORD(type, name, object, many, ...)                     \
    static const type cmrx_methods_##name = { __VA_ARGS__ };                   \
    static struct host_provided cmrx_provided_##name = {                       \
        #name, #type, &cmrx_methods_##name, object, many, 0                    \
    };                                                                         \
    CMRX_HOST_FIRST(cmrx_first_provide_##name)                                 \
    {                                                                          \
        host_has_provided(&cmrx_provided_##name);                              \
    }                                                                          \
    struct cmrx_provide_record // swallows the semicolon

// The same in the program and in its test: one table, whoever comes first.
#undef CMRX_USE
#define CMRX_USE(type, name)                                                   \
    type cmrx_fake_##name __attribute__((weak));                               \
    struct host_used cmrx_used_##name                                          \
        __attribute__((weak)) = { #name, #type, &cmrx_fake_##name, 0, 0, 0, 0, \
                                  0,     0 };                                  \
    struct cmrx_use_##name {                                                   \
        type *interface;                                                       \
        struct host_used *used;                                                \
    } name __asm__("cmrx_use_" #name)                                          \
        __attribute__((weak)) = { &cmrx_fake_##name, &cmrx_used_##name };      \
    CMRX_HOST_FIRST(cmrx_first_use_##name)                                     \
    {                                                                          \
        host_has_used(&cmrx_used_##name, #type, sizeof(type));                 \
    }                                                                          \
    struct cmrx_use_record

// ---- Events, interrupts, devices

#undef CMRX_EVENT
#define CMRX_EVENT(name)                                                       \
    static volatile uint32_t name;                                             \
    CMRX_HOST_FIRST(cmrx_first_event_##name)                                   \
    {                                                                          \
        host_has_event(#name, &name);                                          \
    }                                                                          \
    struct cmrx_event_record

#undef CMRX_POSTS
#define CMRX_POSTS(name)                                                       \
    extern const char name[] __asm__("cmrx_post_" #name);                      \
    const char name[] __attribute__((weak)) = #name;                           \
    CMRX_HOST_FIRST(cmrx_first_post_##name)                                    \
    {                                                                          \
        host_has_post(#name);                                                  \
    }                                                                          \
    struct cmrx_use_record

#undef CMRX_INTERRUPT
#define CMRX_INTERRUPT(name, event, mask)                                      \
    CMRX_HOST_FIRST(cmrx_first_interrupt_##name)                               \
    {                                                                          \
        host_has_interrupt(#name, &event, mask);                               \
    }                                                                          \
    struct cmrx_interrupt_record

#undef CMRX_INTERRUPT_ID
#define CMRX_INTERRUPT_ID(name) host_interrupt_number(#name)

// Registers are memory: what is written is read again, and nothing happens.
#undef CMRX_DEVICE
#define CMRX_DEVICE(type, name)                                                \
    volatile type name __asm__("cmrx_device_" #name) __attribute__((weak))

// ---- Memory: CMRX_HOST_SHARED is said by cmrx_process_test()

#undef CMRX_SHARED
#define CMRX_SHARED __attribute__((section(CMRX_HOST_SHARED)))
#undef CMRX_SHARED_DATA
#define CMRX_SHARED_DATA CMRX_SHARED
#undef CMRX_PUBLIC
#define CMRX_PUBLIC

#endif
