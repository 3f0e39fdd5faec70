// policy.c - whether a process that has failed is started again, and when.

#include "policy.h"

uint32_t policy_failures(const struct policy *policy, uint64_t now)
{
    return now - policy->first > POLICY_WINDOW_US ? 0 : policy->failures;
}

void policy_failed(struct policy *policy, uint64_t now)
{
    uint32_t failures = policy_failures(policy, now);

    if (failures == 0)
        policy->first = now;
    policy->failures = (uint8_t)(failures + 1);
    policy->given_up = policy->failures >= POLICY_FAILURES;
    policy->pending = !policy->given_up;
    policy->due = now;
    if (failures > 0)
        policy->due += (uint64_t)POLICY_FIRST_DELAY_US << (failures - 1);
}
