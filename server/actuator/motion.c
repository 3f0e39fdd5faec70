// motion.c - the state of the actuator, and one step of its control.

#include "motion.h"

static void set(struct motion *motion, int32_t position, int32_t target)
{
    motion->position = position;
    motion->position_complement = ~position;
    motion->target = target;
    motion->target_complement = ~target;
}

void motion_start(struct motion *motion)
{
    set(motion, 0, 0);
}

bool motion_is_sound(const struct motion *motion)
{
    return motion->position == ~motion->position_complement &&
           motion->target == ~motion->target_complement;
}

void motion_step(struct motion *motion, int32_t target)
{
    int32_t distance = target - motion->position;

    if (distance > MOTION_STEP)
        distance = MOTION_STEP;
    if (distance < -MOTION_STEP)
        distance = -MOTION_STEP;
    set(motion, motion->position + distance, target);
}
