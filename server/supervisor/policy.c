// policy.c - whether a process that has failed is started again, and when.

#include "policy.h"

#include <stdbool.h>

static bool is_past(uint32_t time, uint32_t now)
{
    return (int32_t)(now - time) >= 0;
}

uint32_t policy_most(const struct policy *policy)
{
    if (policy->most == 0)
        return POLICY_MOST;
    return policy->most < POLICY_MOST_MAX ? policy->most : POLICY_MOST_MAX;
}

uint32_t policy_within_us(const struct policy *policy)
{
    uint32_t ms = policy->within_ms > 0 ? policy->within_ms : POLICY_WITHIN_MS;

    return (ms < POLICY_WITHIN_MAX_MS ? ms : POLICY_WITHIN_MAX_MS) * 1000u;
}

// Before the start after failure number `failures` of a row.
static uint32_t delay_us(const struct policy *policy, unsigned restart,
                         uint32_t failures)
{
    uint32_t ms = policy->delay_ms > 0 ? policy->delay_ms : POLICY_DELAY_MS;

    if (restart != SUPERVISE_BACK_OFF || failures < 2)
        return 0;
    for (uint32_t n = 2; n < failures && ms < POLICY_DELAY_MAX_MS; n++)
        ms *= 2;
    return (ms < POLICY_DELAY_MAX_MS ? ms : POLICY_DELAY_MAX_MS) * 1000u;
}

void policy_age(const struct policy *policy, struct ward *ward, uint32_t now)
{
    if (ward->state != WARD_GIVEN_UP && ward->failures > 0 &&
        is_past(ward->first + policy_within_us(policy), now))
        ward->failures = 0;
}

enum verdict policy_failed(const struct policy *policy, unsigned restart,
                           struct ward *ward, uint32_t now)
{
    policy_age(policy, ward, now);
    if (ward->failures == 0)
        ward->first = now;
    if (ward->failures < UINT8_MAX)
        ward->failures++;
    if (restart == SUPERVISE_NEVER || ward->failures > policy_most(policy)) {
        ward->state = WARD_GIVEN_UP;
        return policy->then != NULL ? VERDICT_THEN : VERDICT_GIVE_UP;
    }
    uint32_t soonest = ward->due + POLICY_SPACING_MS * 1000u;
    uint32_t due = now + delay_us(policy, restart, ward->failures);
    // It was last started within the row, so that was not half a turn ago.
    bool is_too_soon = ward->failures > 1 && !is_past(soonest, due);
    ward->state = WARD_PENDING;
    ward->due = is_too_soon ? soonest : due;
    return VERDICT_START;
}

static uint32_t until(uint32_t time, uint32_t now)
{
    return is_past(time, now) ? 0 : time - now;
}

uint32_t policy_next(const struct policy *policy, const struct ward *ward,
                     uint32_t now)
{
    uint32_t next = UINT32_MAX;

    if (ward->state == WARD_GIVEN_UP)
        return next;
    if (ward->failures > 0)
        next = until(ward->first + policy_within_us(policy), now);
    if (ward->state == WARD_PENDING && until(ward->due, now) < next)
        next = until(ward->due, now);
    return next;
}
