// test_alone.c - the shell without a supervisor.

#include "station.h"

CMRX_USE(struct console, console);

static uint32_t faults_left;

static enum cmrx_status fault_read(struct cmrx_fault *fault)
{
    if (faults_left == 0)
        return CMRX_BUSY;
    *fault = (struct cmrx_fault){ .kind = CMRX_FAULT_DIVIDE,
                                  .process = PUMP,
                                  .sequence = 3 - faults_left--,
                                  .generation = 1 };
    return CMRX_OK;
}

static enum cmrx_status fault_denied(struct cmrx_fault *fault)
{
    (void)fault;
    return CMRX_DENIED;
}

CMRX_TEST(restart_asks_the_kernel)
{
    cmrx_check_text(typed("restart pump\n"), "pump was restarted\n");
    cmrx_check_equal(restarted, PUMP);
}

CMRX_TEST(without_the_right_nothing_is_restarted)
{
    kernel_says = CMRX_DENIED;
    cmrx_check_text(typed("restart pump\n"), "pump: DENIED\n");
}

CMRX_TEST(ps_says_who_decides)
{
    const char *said = typed("ps\n");

    cmrx_check(strstr(said, "pump        back-off       2       1  "
                            "the kernel decides\n") != NULL);
    cmrx_check(strstr(said, "idle        running        4       3  -\n") !=
               NULL);
}

CMRX_TEST(all_faults_that_nobody_has_seen_are_told)
{
    faults_left = 2;
    cmrx_fake_control.fault_read = fault_read;
    const char *said = typed("faults\nfaults\n");
    const char *first = strstr(said, "! pump faulted: it divided by zero\n");

    cmrx_check(first == said);
    cmrx_check(strstr(first + 1, "! pump faulted: it divided") != NULL);
    cmrx_check(strstr(said, "fault 2, at") != NULL);
    const char *end = strstr(said, "there was no fault\n");
    cmrx_check(end != NULL && strcmp(end, "there was no fault\n") == 0);
}

CMRX_TEST(faults_need_the_right_to_inspect)
{
    cmrx_fake_control.fault_read = fault_denied;
    cmrx_check_text(typed("faults\n"), "DENIED\n");
}
