// test_station.c - the supervisor with a table: groups, a function of the product's
// own, and more processes than the event has bits.

#include "station.h"
#include "../supervisor.h"

// ---- Who is meant

CMRX_TEST(one_past_the_bits_of_the_event_is_found)
{
    start();
    fails(MODEM);
    check_restarts(MODEM, 1, CMRX_PROCESS_RUNNING);
    cmrx_check_equal(outlook(MODEM), 1);
    cmrx_check_equal(all[MODEM_TWIN].restarts, 0);
}

CMRX_TEST(two_with_the_same_bit_at_once_are_both_found)
{
    start();
    mark(OTHER_TWIN);
    fails(PUMP);
    check_restarts(OTHER_TWIN, 1, CMRX_PROCESS_RUNNING);
    check_restarts(PUMP, 1, CMRX_PROCESS_RUNNING);
    cmrx_check_equal(outlook(OTHER_TWIN), 1);
    cmrx_check_equal(outlook(PUMP), 1);
}

CMRX_TEST(those_without_a_row_share_one)
{
    start();
    fails(OTHER);
    fails(MODEM_TWIN);
    check_restarts(OTHER, 1, CMRX_PROCESS_RUNNING);
    check_restarts(MODEM_TWIN, 1, CMRX_PROCESS_RUNNING);
    fails(OTHER);
    check_restarts(OTHER, 1, CMRX_PROCESS_STOPPED);
    cmrx_check_equal(outlook(OTHER), 2 | SUPERVISOR_GIVEN_UP);
    cmrx_check_equal(outlook(MODEM_TWIN), 1);
}

CMRX_TEST(one_more_than_has_room_there_is_left_stopped)
{
    start();
    fails(OTHER);
    fails(MODEM_TWIN);
    fails(OTHER_TWIN);
    check_restarts(OTHER_TWIN, 0, CMRX_PROCESS_STOPPED);
}

// ---- Groups

CMRX_TEST(a_group_is_stopped_whole_before_it_is_started)
{
    start();
    fails(MODEM);
    check_restarts(MODEM, 1, CMRX_PROCESS_RUNNING);
    check_restarts(NETWORK, 1, CMRX_PROCESS_RUNNING);
    cmrx_check_equal(ordered, 3);
    cmrx_check_equal(order[0], NETWORK); // stopped
}

CMRX_TEST(two_of_a_group_that_fail_at_once_are_one_failure)
{
    start();
    mark(NETWORK);
    fails(MODEM);
    cmrx_test_post(fault, 1u << NETWORK % 32);
    check_restarts(MODEM, 1, CMRX_PROCESS_RUNNING);
    check_restarts(NETWORK, 1, CMRX_PROCESS_RUNNING);
    cmrx_check_equal(outlook(MODEM), 1);
    cmrx_check_equal(outlook(NETWORK), 1);
}

CMRX_TEST(a_group_comes_back_together_when_it_is_due)
{
    start();
    fails(MODEM);
    fails(NETWORK);
    check_restarts(MODEM, 1, CMRX_PROCESS_STOPPED);
    check_restarts(NETWORK, 1, CMRX_PROCESS_FAULTED);
    cmrx_check_equal(outlook(MODEM), 2 | SUPERVISOR_PENDING);
    pass(19);
    check_restarts(MODEM, 1, CMRX_PROCESS_STOPPED);
    pass(2);
    check_restarts(MODEM, 2, CMRX_PROCESS_RUNNING);
    check_restarts(NETWORK, 2, CMRX_PROCESS_RUNNING);
}

// As a first member that is more urgent than the supervisor can, while it waits for
// the second.
static enum cmrx_status restart_and_fail(uint32_t id)
{
    enum cmrx_status status = process_restart(id);

    if (id == NETWORK && all[NETWORK].restarts == 1)
        fails(NETWORK);
    return status;
}

CMRX_TEST(a_member_that_fails_while_its_group_starts_is_the_next_failure)
{
    start();
    cmrx_fake_control.process_restart = restart_and_fail;
    fails(MODEM);
    cmrx_check_equal(outlook(MODEM), 2 | SUPERVISOR_PENDING);
    pass(21);
    cmrx_check_equal(outlook(MODEM), 2);
    check_restarts(MODEM, 2, CMRX_PROCESS_RUNNING);
    check_restarts(NETWORK, 2, CMRX_PROCESS_RUNNING);
}

CMRX_TEST(a_member_that_fails_while_its_group_waits_is_none)
{
    start();
    fails(MODEM);
    fails(MODEM); // stops network until the group is due
    mark(NETWORK);
    cmrx_test_post(fault, 1u << NETWORK % 32);
    cmrx_check_equal(outlook(MODEM), 2 | SUPERVISOR_PENDING);
    pass(21);
    check_restarts(NETWORK, 2, CMRX_PROCESS_RUNNING);
    cmrx_check_equal(outlook(MODEM), 2);
}

CMRX_TEST(a_group_is_given_up_whole)
{
    start();
    for (unsigned n = 0; n < 4; n++) {
        fails(n % 2 == 0 ? MODEM : NETWORK);
        pass(200);
    }
    check_restarts(MODEM, 3, CMRX_PROCESS_STOPPED);
    check_restarts(NETWORK, 3, CMRX_PROCESS_STOPPED);
    pass(70000);
    check_restarts(MODEM, 3, CMRX_PROCESS_STOPPED);
    cmrx_check_equal(all[PUMP].restarts, 0);
}

CMRX_TEST(who_asks_for_one_of_a_group_gets_all_of_it)
{
    start();
    for (unsigned n = 0; n < 4; n++) {
        fails(MODEM);
        pass(200);
    }
    restart(NETWORK);
    check_restarts(MODEM, 4, CMRX_PROCESS_RUNNING);
    check_restarts(NETWORK, 4, CMRX_PROCESS_RUNNING);
    cmrx_check_equal(outlook(MODEM), 0);
}

CMRX_TEST(whom_somebody_has_started_though_given_up_begins_anew)
{
    start();
    for (unsigned n = 0; n < 4; n++) {
        fails(ASKER);
        pass(200);
    }
    check_restarts(ASKER, 3, CMRX_PROCESS_STOPPED);
    all[ASKER].state = CMRX_PROCESS_RUNNING;
    fails(ASKER);
    check_restarts(ASKER, 4, CMRX_PROCESS_RUNNING);
    cmrx_check_equal(outlook(ASKER), 1);
}

CMRX_TEST(a_member_that_somebody_has_stopped_stays_so)
{
    start();
    all[NETWORK].state = CMRX_PROCESS_STOPPED;
    fails(MODEM);
    check_restarts(MODEM, 1, CMRX_PROCESS_RUNNING);
    check_restarts(NETWORK, 0, CMRX_PROCESS_STOPPED);
}

// ---- Exits

CMRX_TEST(who_must_run_has_failed_when_its_last_thread_has_ended)
{
    start();
    threads_left = 1;
    cmrx_test_post(fault, 1u << RUNNER % 32);
    check_restarts(RUNNER, 0, CMRX_PROCESS_RUNNING);
    threads_left = 0;
    cmrx_test_post(fault, 1u << RUNNER % 32);
    threads_left = 2;
    check_restarts(RUNNER, 1, CMRX_PROCESS_RUNNING);
    cmrx_check_equal(outlook(RUNNER), 1);
    pass(100);
    cmrx_check_equal(outlook(RUNNER), 1);
    cmrx_check(strstr(said, "has ended: it has no thread left\n") != NULL);
}

CMRX_TEST(one_that_ends_each_time_is_given_up)
{
    start();
    threads_left = 0;
    for (unsigned n = 0; n < 3; n++) {
        cmrx_test_post(fault, 1u << RUNNER % 32);
        pass(100);
    }
    check_restarts(RUNNER, 2, CMRX_PROCESS_STOPPED);
}

CMRX_TEST(others_may_go_on_without_a_thread)
{
    start();
    cmrx_test_post(fault, 1u << ASKER % 32);
    check_restarts(ASKER, 0, CMRX_PROCESS_RUNNING);
}

// ---- The product's own function

CMRX_TEST(the_function_of_the_product_says_how_to_start)
{
    start();
    fails(ASKER);
    check_restarts(ASKER, 1, CMRX_PROCESS_RUNNING);
    fails(ASKER);
    cmrx_check_equal(outlook(ASKER), 2 | SUPERVISOR_PENDING);
    pass(29);
    check_restarts(ASKER, 1, CMRX_PROCESS_FAULTED);
    pass(2);
    check_restarts(ASKER, 2, CMRX_PROCESS_RUNNING);
}

CMRX_TEST(and_cannot_say_how_often)
{
    start();
    for (unsigned n = 0; n < 4; n++) {
        fails(ASKER);
        pass(200);
    }
    check_restarts(ASKER, 3, CMRX_PROCESS_STOPPED);
}
