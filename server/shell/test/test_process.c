// test_process.c - the shell alone, with a command of a product; its console,
// supervisor and kernel are scripted.

#include "station.h"
#include "../../supervisor/supervisor.h"

CMRX_USE(struct console, console);
CMRX_USE(struct supervisor, supervisor);

CMRX_TEST(help_lists_what_all_sources_have)
{
    cmrx_check_text(
        typed("help\n"),
        "fault    [n]               the last fault in words, or the n-th "
        "before it\n"
        "fill     <percent>         fill the tank\n"
        "help                       show this\n"
        "last     [word] [word] [word] the last word\n"
        "ps                         processes: state, starts, faults, what "
        "becomes of them\n"
        "quit     [result]          halt the system\n"
        "reset                      reset the system\n"
        "restart  <process>         end it and start it anew\n"
        "services                   who provides what, and who may call it\n"
        "threads                    threads: where they are, how much stack "
        "they used\n"
        "uptime                     how long, and which build\n");
}

CMRX_TEST(a_command_of_the_product_gets_its_words)
{
    cmrx_check_text(typed("  fill  25 \n"), "the tank is at 25 %\n");
}

CMRX_TEST(words_that_make_no_sense_are_answered_with_the_use)
{
    cmrx_check_text(typed("fill\nfill 101\nps all\nuptime x\n"),
                    "use: fill <percent>\nuse: fill <percent>\n"
                    "use: ps \nuse: uptime \n");
}

CMRX_TEST(a_command_has_four_words_at_most)
{
    cmrx_check_text(typed("last\nlast a b c\nlast a b c d\n"),
                    "last\nc\nuse: last [word] [word] [word]\n");
}

CMRX_TEST(what_is_no_command_is_said)
{
    cmrx_check_text(typed("fil 3\n\n   \n...\n^D\n"),
                    "\"fil\" is not understood; try help\n"
                    "more than 79 characters: the line is forgotten\n"
                    "this goes on; try help\n");
}

CMRX_TEST(ps_shows_what_becomes_of_each)
{
    cmrx_fake_answer(supervisor, outlook, 2);
    cmrx_fake_answer(supervisor, outlook, SUPERVISOR_NOTHING);
    cmrx_check_text(
        typed("ps\n"),
        "process     state     starts  faults  if it fails\n"
        "shell       running        1       0  restart; failures that count: "
        "2\n"
        "pump        back-off       2       1  the kernel decides\n"
        "guard       running        3       2  the kernel decides\n"
        "idle        running        4       3  -\n");
}

CMRX_TEST(ps_shows_who_was_given_up_or_is_about_to_come_back)
{
    cmrx_fake_answer(supervisor, outlook, SUPERVISOR_GIVEN_UP | 8);
    cmrx_fake_answer(supervisor, outlook, SUPERVISOR_PENDING | 2);
    const char *said = typed("ps\n");

    cmrx_check(
        strstr(said, "shell       running        1       0  given up\n"));
    cmrx_check(strstr(said, "1  will be restarted\n") != NULL);
}

CMRX_TEST(ps_shows_of_whom_no_row_is)
{
    cmrx_fake_answer(supervisor, outlook, 0);
    cmrx_fake_answer(supervisor, outlook, SUPERVISOR_NO_ROW);
    const char *said = typed("ps\n");

    cmrx_check(strstr(said, "0  restart; failures that count: 0\n") != NULL);
    cmrx_check(strstr(said, "1  no row of its own\n") != NULL);
}

CMRX_TEST(without_the_right_it_is_said_once)
{
    kernel_says = CMRX_DENIED;
    cmrx_check_text(
        typed("ps\nthreads\n"),
        "process     state     starts  faults  if it fails\nDENIED\n"
        "thread              state    priority  is in       stack "
        "used\nDENIED\n");
}

CMRX_TEST(threads_and_services_are_named)
{
    const char *said = typed("threads\nservices\n");

    cmrx_check(strstr(said, "pump.turn           queued          7  guard"
                            "           96 of 256\n") != NULL);
    cmrx_check(strstr(said, "guard       guardian    shell\n") != NULL);
}

CMRX_TEST(restart_asks_the_supervisor)
{
    cmrx_fake_answer(supervisor, restart, 0);
    cmrx_fake_answer(supervisor, restart, SUPERVISOR_NOTHING);
    cmrx_check_text(typed("restart pump\nrestart idle\nrestart nobody\n"),
                    "pump was restarted\nidle cannot be restarted\n"
                    "there is no process \"nobody\"; ps shows all\n");
}

CMRX_TEST(a_supervisor_that_restarts_itself_does_not_answer)
{
    cmrx_fake_status(supervisor, restart, CMRX_DEAD);
    cmrx_fake_status(supervisor, restart, CMRX_DEAD);
    cmrx_check_text(typed("restart guard\nrestart pump\n"),
                    "guard was restarted\n"
                    "supervisor gave no answer: DEAD\n");
}

CMRX_TEST(a_supervisor_that_was_restarted_is_asked_again)
{
    cmrx_fake_status(supervisor, restart, CMRX_STALE);
    cmrx_fake_answer(supervisor, restart, 0);
    cmrx_check_text(typed("restart pump\n"), "pump was restarted\n");
}

CMRX_TEST(a_fault_is_told_by_the_supervisor)
{
    cmrx_fake_answer(supervisor, tell, 0);
    cmrx_fake_answer(supervisor, tell, SUPERVISOR_NOTHING);
    cmrx_fake_answer(supervisor, tell, SUPERVISOR_NOTHING);
    cmrx_check_text(typed("fault\nfault\nfault 3\nfault me\n"),
                    "there was no fault\nthat one is not remembered\n"
                    "use: fault [n]\n");
}

CMRX_TEST(the_system_ends_with_the_result)
{
    cmrx_check_text(typed("quit 256\nquit 7\n"),
                    "use: quit [result]\nthe system halts\nDENIED\n");
    cmrx_check_equal(halted_with, 7);
}

CMRX_TEST(the_system_is_reset)
{
    cmrx_check_text(typed("reset\n"), "the system is reset\nDENIED\n");
    cmrx_check_equal(resets, 1);
}

CMRX_TEST(uptime_names_the_build)
{
    cmrx_check_text(typed("uptime\n"), "1.000 s, station on desk, build 42\n");
}
