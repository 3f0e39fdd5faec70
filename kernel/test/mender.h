// mender.h - the scene in which a thread of the server puts it in order
// (CMRX_RECOVER).

#ifndef MENDER_H
#define MENDER_H

#include "scene.h"

#define MENDER SERVER_MAIN // priority 1, below all
#define SLACK  100u        // by which an alarm may be late

static inline void mender_plan(void)
{
    struct plan_thread *t = &plan.threads[MENDER];

    scene_plan();
    t->recovers = t->dormant = t->monitor = true;
    plan.services[TO_SERVER].grace = 1000;
    plan.services[TO_OPEN].grace = 1000;
}

static inline void mender_scene(void)
{
    mender_plan();
    scene_start();
}

// For as long as APP_MAIN sleeps.
static inline void low_goes_in(void)
{
    user_wait(0, 0, user_now() + 200);
    user_call(TO_SERVER, 0); // APP_LOW
}

#endif
