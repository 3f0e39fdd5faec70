// call.h (host) - calls that know where they were made, and of what.
//
// The method runs with its own type and whole addresses, so that the compiler
// and the sanitizers see a call like any other.

#ifndef CMRX_HOST_CALL_H
#define CMRX_HOST_CALL_H

#include "../../../../include/cmrx/call.h"

#include <string.h>

#undef CMRX_CALL_0
#define CMRX_CALL_0(how, x, r, s, m)                                           \
    HOST_CALL(how, x, r, s, m, (s).interface->m((s).used->self))
#undef CMRX_CALL_1
#define CMRX_CALL_1(how, x, r, s, m, a)                                        \
    HOST_CALL(how, x, r, s, m, (s).interface->m((s).used->self, a))
#undef CMRX_CALL_2
#define CMRX_CALL_2(how, x, r, s, m, a, b)                                     \
    HOST_CALL(how, x, r, s, m, (s).interface->m((s).used->self, a, b))
#undef CMRX_CALL_3
#define CMRX_CALL_3(how, x, r, s, m, a, b, c)                                  \
    HOST_CALL(how, x, r, s, m, (s).interface->m((s).used->self, a, b, c))
#undef CMRX_CALL_4
#define CMRX_CALL_4(how, x, r, s, m, a, b, c, d)                               \
    HOST_CALL(how, x, r, s, m, (s).interface->m((s).used->self, a, b, c, d))

// What goes with the call: lent, its size, the deadline.
#undef CMRX_CALL_PLAINLY
#define CMRX_CALL_PLAINLY(x) 0, 0, UINT64_MAX
#undef CMRX_CALL_LENDING
#define CMRX_CALL_LENDING(x) x, CMRX_LENT_SIZE(*(x)), UINT64_MAX
#undef CMRX_CALL_BOUNDED
#define CMRX_CALL_BOUNDED(x) 0, 0, x
#undef CMRX_CALL_LENDING_BOUNDED
#define CMRX_CALL_LENDING_BOUNDED(x)                                           \
    CMRX_CALL_LENT_OF x, CMRX_LENT_SIZE(*(CMRX_CALL_LENT_OF x)),               \
        CMRX_CALL_DEADLINE_OF x

#define HOST_NOTHING(typed)                                                    \
    _Generic((__typeof__(typed) *)0, void * : 1, default : 0)

// `typed` stands there three times and runs once: in no __typeof__, and only in
// the one of the two expressions that is chosen.
#define HOST_RUN(typed)                                                        \
    __builtin_choose_expr(HOST_NOTHING(typed), ((typed), 0), (typed))

#define HOST_CALL(how, x, r, s, m, typed)                                      \
    __extension__({                                                            \
        __typeof__(typed) *host_result = (r);                                  \
        __typeof__(__builtin_choose_expr(HOST_NOTHING(typed), 0,               \
                                         (typed))) host_value;                 \
        const uint32_t host_size =                                             \
            HOST_NOTHING(typed) ? 0 : (uint32_t)sizeof(host_value);            \
        memset(&host_value, 0, sizeof(host_value));                            \
        struct host_call host_made = { .used = (s).used,                       \
                                       .method = #m,                           \
                                       .is_there = (s).interface->m != 0,      \
                                       .at = HOST_HERE,                        \
                                       .with = { how(x) },                     \
                                       .result = &host_value,                  \
                                       .result_size = host_size };             \
        int32_t host_status = host_call_begin(&host_made);                     \
        if (host_made.enters) {                                                \
            host_value = HOST_RUN(typed);                                      \
            host_status = host_call_end(&host_made);                           \
        }                                                                      \
        if (host_status == CMRX_OK && host_result != 0)                        \
            memcpy((void *)host_result, &host_value, host_size);               \
        (enum cmrx_status) host_status;                                        \
    })

#endif
