// process_rows.c - faults, restarts, ends.

#include "meter.h"

static void renew(void)
{
    check(cmrx_process_restart(VICTIM) == CMRX_OK);
}

// Those whose record is read before the next, and those whose is not.
static void record_read(uint32_t n)
{
    static struct cmrx_fault fault;

    if (n % 2 == 0)
        cmrx_fault_read(&fault);
}

// The end mark is in the server, which is the supervisor.
static void fault_to_supervisor(uint32_t n)
{
    record_read(n);
    enum cmrx_status status = cmrx_call(NULL, victim, die);
    check(status == CMRX_DEAD);
    renew();
}

static void restart(uint32_t n)
{
    (void)n;
    MARK_BEGIN();
    enum cmrx_status status = cmrx_process_restart(VICTIM);
    MARK_END();
    check(status == CMRX_OK);
}

static void stop(uint32_t n)
{
    (void)n;
    MARK_BEGIN();
    enum cmrx_status status = cmrx_process_stop(VICTIM);
    MARK_END();
    check(status == CMRX_OK);
    renew();
}

static void restart_large(uint32_t n)
{
    (void)n;
    MARK_BEGIN();
    enum cmrx_status status = cmrx_process_restart(LARGE);
    MARK_END();
    check(status == CMRX_OK);
}

static void look(uint32_t n)
{
    struct cmrx_process_status status;

    (void)n;
    MARK_BEGIN();
    enum cmrx_status found = cmrx_process_status(VICTIM, &status);
    MARK_END();
    check(found == CMRX_OK && status.state == CMRX_PROCESS_RUNNING);
}

static const struct row process_rows_table[] = {
    { "fault_to_supervisor", fault_to_supervisor, FROM_FAULT, 0 },
    { "process_stop", stop, FROM_MARK, 0 },
    { "restart_1k", restart, FROM_MARK, 0 },
    { "process_status", look, FROM_MARK, 0 },
};
ROWS(process_rows);

static const struct row size_rows_table[] = {
    { "restart_17k", restart_large, FROM_MARK, 0 },
};
ROWS(size_rows);
