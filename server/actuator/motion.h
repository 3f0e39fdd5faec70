// motion.h - the state of the actuator, and one step of its control.

#ifndef SERVER_ACTUATOR_MOTION_H
#define SERVER_ACTUATOR_MOTION_H

#include <stdbool.h>
#include <stdint.h>

#define MOTION_STEP 5 // positions per period

// Invariant: each complement is the complement. Who writes here from outside
// is seen by that, unless he knows how.
struct motion {
    int32_t position, position_complement;
    int32_t target, target_complement;
};

void motion_start(struct motion *motion);
bool motion_is_sound(const struct motion *motion);

// One period: a step nearer to `target`.
void motion_step(struct motion *motion, int32_t target);

#endif
