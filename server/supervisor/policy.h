// policy.h - whether a process that has failed is started again, and when.
//
// Pure: no kernel, no clock. Times are microseconds in 32 bits that wrap; who asks
// comes again when policy_next() says so, and then nothing here is ever compared
// with what lies half a turn away.

#ifndef SERVER_SUPERVISOR_POLICY_H
#define SERVER_SUPERVISOR_POLICY_H

#include <stddef.h>
#include <stdint.h>

// How a process that has failed is started again.
enum supervise_restart {
    SUPERVISE_BACK_OFF, // at once after the first failure, then after delay_ms,
                        // and twice as long each time
    SUPERVISE_AT_ONCE,  // but never more often than every POLICY_SPACING_MS
    SUPERVISE_NEVER,    // what `then` says comes after the first failure
    SUPERVISE_ASK,      // what supervise_ask() says: supervise.h
};

// What is done when it has failed once more than it may be restarted: nothing more,
// or the system is reset. It is a function, so that only a supervisor that has such a
// row calls what needs the right `power`, and the build can say when it is missing.
#define SUPERVISE_GIVE_UP NULL // it is left stopped
#define SUPERVISE_RESET   wards_reset

// In main.c: reset the system because `process` has failed. Returns without the right
// to do so; then it is left stopped.
void wards_reset(uint32_t process);

// Zero is a policy: with back-off, 7 times within a minute, then given up.
struct policy {
    const struct supervised *group; // that it is in, and fails with; or NULL
    void (*then)(uint32_t process); // one of the above
    uint32_t within_ms;             // 0: a minute; POLICY_WITHIN_MAX_MS at most
    uint32_t delay_ms;              // 0: 10; for back-off
    uint8_t restart;                // enum supervise_restart
    uint8_t most;     // restarts within that time, up to 254; 0: 7
    uint8_t of;       // enum supervised_kind, of supervise.h
    uint8_t must_run; // 1: it has failed, too, when its last thread has ended
};

#define POLICY_WITHIN_MS     60000u
#define POLICY_WITHIN_MAX_MS 1200000u // 20 minutes: times wrap after 71
#define POLICY_DELAY_MS      10u
#define POLICY_DELAY_MAX_MS  60000u
#define POLICY_MOST          7u
#define POLICY_MOST_MAX      254u // failures are counted up to 255
#define POLICY_SPACING_MS    10u // whatever the row says: nobody is to be starved

enum ward_state {
    WARD_QUIET,    // there is nothing to do
    WARD_PENDING,  // it is to be started when `due`
    WARD_GIVEN_UP, // it is left as it is
};

// A process that is looked after, or a group. policy.c owns the first four.
struct ward {
    uint32_t first;   // when the first failure of those counted was
    uint32_t due;     // when it is to be started, or was last
    uint8_t failures; // that count, up to 255
    uint8_t state;    // enum ward_state
    uint8_t process;  // one of SUPERVISE_OTHERS: number + 1; 0: it is free
    uint8_t held;     // 1: we have stopped it ourselves, to start it later
};

enum verdict { VERDICT_START, VERDICT_GIVE_UP, VERDICT_THEN };

// It has failed at `now`, and is to be started as `restart` says (not ASK):
// decides. With VERDICT_START ward->due is set.
enum verdict policy_failed(const struct policy *policy, unsigned restart,
                           struct ward *ward, uint32_t now);

// Forget the failures if their time is over.
void policy_age(const struct policy *policy, struct ward *ward, uint32_t now);

// In how many microseconds to come again; UINT32_MAX: no need to.
uint32_t policy_next(const struct policy *policy, const struct ward *ward,
                     uint32_t now);

// The defaults filled in.
uint32_t policy_most(const struct policy *policy);
uint32_t policy_within_us(const struct policy *policy);

#endif
