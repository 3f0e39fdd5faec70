// scene.c - the system that most tests play in.

#include "scene.h"

static void app_plan(void)
{
    plan_process(POLICY_RESTART, 0);
    plan_thread(3);
    plan.threads[plan_thread(3)].dormant = true;
    plan_thread(2);
    plan.threads[plan_thread(4)].dormant = true;
}

static void links_plan(void)
{
    static const unsigned owners[] = { SERVER, SERVER, MIDDLE, APP };

    for (unsigned i = 0; i < 4; i++)
        plan_service(owners[i], 3);
    plan.services[TO_OPEN].reentrant = true;
    for (unsigned p = APP; p <= SERVER; p++)
        for (unsigned i = 0; i < 4; i++)
            plan_import(p, i);
    for (unsigned p = APP; p <= BOSS; p++)
        plan_event(p, WORD);
    for (unsigned p = APP; p <= SERVER; p++)
        for (unsigned i = APP; i <= BOSS; i++)
            plan_post(p, i);
}

void scene_plan(void)
{
    plan_begin();
    app_plan();
    plan_process(POLICY_RESTART, 0);
    plan_thread(1);
    plan_process(POLICY_RESTART, 0);
    plan_thread(1);
    plan_interrupt(SERVER_LINE, WORD, 0x80);
    plan_process(POLICY_RESTART, RIGHT_INSPECT | RIGHT_CONTROL | RIGHT_POWER);
    plan_thread(5);
    plan_interrupt(BOSS_LINE, WORD, 1);
    links_plan();
    plan.supervisor = BOSS;
}

void scene_start(void)
{
    system_boot();
    REQUIRE(user_running() == BOSS_MAIN);
    boss_sleeps();
}

void scene_begin(void)
{
    scene_plan();
    scene_start();
    REQUIRE(user_running() == APP_MAIN);
}

void boss_wakes(void)
{
    REQUIRE(fake_irq(BOSS_LINE) == FAKE_RESUMED);
    REQUIRE(user_running() == BOSS_MAIN);
}

void boss_sleeps(void)
{
    user_wait(EVENT(BOSS), *system_at(EVENT(BOSS)), FOREVER);
}

void boss_restarts(unsigned process)
{
    boss_wakes();
    user_control(process, true);
    REQUIRE(user_reply(BOSS_MAIN).status == CMRX_OK);
    boss_sleeps();
}

void boss_stops(unsigned process)
{
    boss_wakes();
    user_control(process, false);
    REQUIRE(user_reply(BOSS_MAIN).status == CMRX_OK);
    boss_sleeps();
}

void others_sleep(unsigned thread)
{
    while (user_running() != thread) {
        REQUIRE(user_running() != IDLE_MAIN);
        user_wait(0, 0, FOREVER);
    }
}
