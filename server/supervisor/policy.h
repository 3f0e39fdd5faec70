// policy.h - whether a process that has failed is started again, and when.
//
// At once after the first failure, then after 10 ms, and twice as long each
// time; after the 8th within a minute not at all: something is wrong that
// starting again does not mend, and a crash loop must not keep others from
// working.

#ifndef SERVER_SUPERVISOR_POLICY_H
#define SERVER_SUPERVISOR_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#define POLICY_WINDOW_US      60000000u
#define POLICY_FIRST_DELAY_US 10000u
#define POLICY_FAILURES       8u

struct policy {
    uint64_t first;   // when the first failure of those counted was
    uint64_t due;     // when it is to be started; valid while pending
    uint8_t failures; // since then
    bool pending, given_up;
};

// It has failed at `now`: decides; sets pending and due, or given_up.
void policy_failed(struct policy *policy, uint64_t now);

// Failures that still count at `now`.
uint32_t policy_failures(const struct policy *policy, uint64_t now);

#endif
