// supervise.h - the table of a product: what becomes of a process that fails.
//
//     #include "supervise.h"
//
//     SUPERVISE(console);
//     SUPERVISE(pump, .restart = SUPERVISE_AT_ONCE, .most = 2, .within_ms = 1000,
//               .then = SUPERVISE_RESET);
//
//     SUPERVISE_GROUP(radio, .most = 5);
//     SUPERVISE(modem, .group = SUPERVISE_IN(radio));
//     SUPERVISE_HEARTBEAT(network, 500, .group = SUPERVISE_IN(radio));
//
// It is a source of the product's supervisor, beside those of this folder. Names are
// those of PROCESSES in cmrx_system(); a wrong one is an error of the build. Who
// stands there has POLICY supervise, unless the system says otherwise. What can be
// said of a process: struct policy, in policy.h.

#ifndef SERVER_SUPERVISOR_SUPERVISE_H
#define SERVER_SUPERVISOR_SUPERVISE_H

#include "policy.h"

#include <cmrx/process.h>

// SUPERVISE(process, .field = value, ...); one process.
#define SUPERVISE(...) SUPERVISE_(__VA_ARGS__, .of = SUPERVISED_PROCESS)

// SUPERVISE_HEARTBEAT(process, ms, .field = value, ...); one that promises to post
// to an event of its own at least that often:
//     CMRX_POSTS(heartbeat); ... cmrx_post(heartbeat, 1);
//     cmrx_system(... WIRE process.heartbeat TO supervisor.heartbeat_process)
// A promise that is not kept is a failure: noticed one to two times `ms` after the
// last heartbeat. ms: 1 to POLICY_WITHIN_MAX_MS.
#define SUPERVISE_HEARTBEAT(...)                                               \
    SUPERVISE_HEARTBEAT_(__VA_ARGS__, .of = SUPERVISED_PROCESS)

// SUPERVISE_GROUP(group, .field = value, ...); how processes that can only work
// together are treated: when one has failed, all are stopped, and then all are
// started. Failures of all of them count; what a member's own row says, but for its
// heartbeat, does not.
#define SUPERVISE_GROUP(...)                                                   \
    SUPERVISE_GROUP_(__VA_ARGS__, .of = SUPERVISED_GROUP)
#define SUPERVISE_IN(group) &supervised_group_##group

// SUPERVISE_OTHERS(count, .field = value, ...); each process that has no row and has
// failed, up to `count` of them. They need POLICY supervise. Without such a row, or
// beyond the count, they are left stopped.
#define SUPERVISE_OTHERS(...)                                                  \
    SUPERVISE_OTHERS_(__VA_ARGS__, .of = SUPERVISED_OTHERS)

// For rows with SUPERVISE_ASK: a function of the table's source. `process` has failed
// for the `failures`th time within within_ms. Returns how it is to be started. The
// limits of the row hold all the same. Whatever it takes keeps all others waiting.
enum supervise_restart supervise_ask(uint32_t process, uint32_t failures);

// ---- How it works

enum supervised_kind {
    SUPERVISED_PROCESS,
    SUPERVISED_GROUP,
    SUPERVISED_OTHERS
};

// Of a process that promises heartbeats.
struct heart {
    uint32_t due;        // when the event has to have been posted to
    uint16_t generation; // by that one; 0: it does not run
    uint8_t ill;         // 1: it has failed, and was not heard since
};

struct supervised {
    const char *process; // its number; 0 of other kinds
    struct ward *wards;
    uint32_t ward_count;
    struct heart *heart;          // or NULL, and then
    volatile uint32_t *heartbeat; // these mean nothing
    uint32_t heartbeat_ms;
    struct policy policy;
};

#define SUPERVISE_(name, ...)                                                  \
    CMRX_KNOWS_PROCESS(name);                                                  \
    static struct ward ward_##name;                                            \
    CMRX_ROW static const struct supervised supervised_##name = {              \
        .process = CMRX_PROCESS_NUMBER(name),                                  \
        .wards = &ward_##name,                                                 \
        .ward_count = 1,                                                       \
        .policy = { __VA_ARGS__ }                                              \
    }

#define SUPERVISE_HEARTBEAT_(name, ms, ...)                                    \
    CMRX_KNOWS_PROCESS(name);                                                  \
    CMRX_EVENT(heartbeat_##name);                                              \
    _Static_assert((ms) > 0 && (ms) <= POLICY_WITHIN_MAX_MS,                   \
                   "so often does nobody have to be heard");                   \
    static struct ward ward_##name;                                            \
    static struct heart heart_##name;                                          \
    CMRX_ROW static const struct supervised supervised_##name = {              \
        .process = CMRX_PROCESS_NUMBER(name),                                  \
        .wards = &ward_##name,                                                 \
        .ward_count = 1,                                                       \
        .heart = &heart_##name,                                                \
        .heartbeat = &heartbeat_##name,                                        \
        .heartbeat_ms = (ms),                                                  \
        .policy = { __VA_ARGS__ }                                              \
    }

#define SUPERVISE_GROUP_(name, ...)                                            \
    static struct ward ward_of_group_##name;                                   \
    CMRX_ROW static const struct supervised supervised_group_##name = {        \
        .wards = &ward_of_group_##name,                                        \
        .ward_count = 1,                                                       \
        .policy = { __VA_ARGS__ }                                              \
    }

#define SUPERVISE_OTHERS_(count, ...)                                          \
    static struct ward ward_of_others[count];                                  \
    CMRX_ROW static const struct supervised supervised_others = {              \
        .wards = ward_of_others,                                               \
        .ward_count = (count),                                                 \
        .policy = { __VA_ARGS__ }                                              \
    }

#endif
