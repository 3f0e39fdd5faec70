// ends.c - the processes at both ends of a queue, for its tests.

#include "ends.h"

CMRX_USE(struct messages_in, messages_in);
CMRX_USE(struct messages_out, messages_out);

// ---- The kernel that it asks

static struct cmrx_process_status statuses[PROCESSES];
bool has_right;

static enum cmrx_status process_status(uint32_t id,
                                       struct cmrx_process_status *status)
{
    if (!has_right)
        return CMRX_DENIED;
    cmrx_check(id < PROCESSES);
    *status = statuses[id];
    return CMRX_OK;
}

void start(void)
{
    has_right = true;
    for (uint32_t n = 0; n < PROCESSES; n++)
        statuses[n] =
            (struct cmrx_process_status){ CMRX_PROCESS_RUNNING, 7, 0 };
    cmrx_fake_control.process_status = process_status;
    cmrx_test_start();
}

void ends(uint32_t process)
{
    statuses[process].state = CMRX_PROCESS_FAULTED;
}

void restarts(uint32_t process)
{
    statuses[process].state = CMRX_PROCESS_RUNNING;
    statuses[process].generation++;
}

// ---- The ends

CMRX_SHARED struct message sent, got;
static CMRX_SHARED struct queue_account account;

int32_t put_for(uint32_t who, uint32_t word, uint32_t priority,
                uint32_t wait_us)
{
    int32_t result = 1;

    cmrx_test_as(who);
    sent.word[0] = word;
    cmrx_check_equal(cmrx_call(&result, messages_in, put, &sent, sizeof(sent),
                               priority, wait_us),
                     CMRX_OK);
    return result;
}

int32_t put(uint32_t who, uint32_t word)
{
    return put_for(who, word, 0, 0);
}

int32_t get_for(uint32_t who, uint32_t wait_us)
{
    int32_t result = INT32_MIN;

    cmrx_test_as(who);
    cmrx_check_equal(
        cmrx_call(&result, messages_out, get, &got, sizeof(got), wait_us),
        CMRX_OK);
    return result;
}

int32_t get(void)
{
    return get_for(RECEIVER, 0);
}

int32_t done(uint32_t who)
{
    int32_t result = 1;

    cmrx_test_as(who);
    cmrx_check_equal(cmrx_call(&result, messages_out, done), CMRX_OK);
    return result;
}

void check_account(uint32_t who, uint32_t waiting, uint32_t lost)
{
    int32_t result = 1;

    cmrx_test_as(who);
    cmrx_check_equal(cmrx_call(&result, messages_in, account, &account),
                     CMRX_OK);
    cmrx_check_equal(result, 0);
    cmrx_check_equal(account.waiting, waiting);
    cmrx_check_equal(account.lost, lost);
}

// ---- Visitors

int32_t waited; // what a visitor was told

void visit_put(uintptr_t who)
{
    waited = put_for((uint32_t)who, 100, 0, QUEUE_FOREVER);
}

void visit_get(uintptr_t who)
{
    waited = get_for((uint32_t)who, QUEUE_FOREVER);
}

void fill(void)
{
    for (uint32_t n = 0; n < MESSAGES; n++)
        cmrx_check_equal(put(OTHER, n), 0);
}
