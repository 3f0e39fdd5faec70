// queue.c - messages between processes that end.

#include "servers.h"

#include "../../../server/queue/messages.h"
#include "machine.h"

CMRX_USE(struct messages_in, messages_in);
CMRX_USE(struct receiver, receiver);

static CMRX_SHARED struct message message;
static CMRX_SHARED struct queue_account account;
static struct message mine;

// Result of put(), or the status of the call.
static int32_t put(uint32_t what)
{
    int32_t result = 1;

    message.word[0] = what;
    enum cmrx_status status =
        cmrx_call(&result, messages_in, put, &message, sizeof(message), 1, 0);
    return status == CMRX_OK ? result : 1000 - (int32_t)status;
}

#define STATUS(status) (1000 - (status))

static uint32_t count(void)
{
    uint32_t result = 0;

    if (cmrx_call(&result, receiver, count) == CMRX_STALE)
        cmrx_call(&result, receiver, count);
    return result;
}

static int32_t seen(uint32_t n)
{
    int32_t result = INT32_MIN;

    cmrx_call(&result, receiver, seen, n);
    return result;
}

bool message_reaches_the_receiver(void)
{
    uint32_t before = count();

    return put(TAKE) == 0 && count() == before + 1 &&
           seen(before) == (TESTER | 1 << 8);
}

static int32_t put_from(uint32_t address)
{
    int32_t result = 1;

    cmrx_call(&result, messages_in, put,
              (const struct message *)(uintptr_t)address, sizeof(message), 0,
              0);
    return result;
}

// Also what begins in memory of the caller's, and does not end there.
bool message_that_is_not_the_callers_is_refused(void)
{
    uint32_t before = count();

    return put_from(MACHINE_KERNEL) == QUEUE_DENIED &&
           put_from(0xfffffff8u) == QUEUE_DENIED &&
           put_from((uint32_t)(uintptr_t)&mine) == QUEUE_DENIED &&
           count() == before;
}

bool call_with_a_deadline_leaves_a_full_queue(void)
{
    int32_t result = 1;
    uint32_t before = count();
    uint32_t sent = 0;

    put(HOLD);
    while (put(TAKE) == 0)
        sent++;
    uint64_t deadline = in(3000);
    enum cmrx_status status =
        cmrx_call_until(deadline, &result, messages_in, put, &message,
                        sizeof(message), 0, QUEUE_FOREVER);
    uint64_t late = cmrx_time_now() - deadline;
    cmrx_sleep_until(in(2 * HOLD_US));
    return status == CMRX_OK && result == QUEUE_CANCELLED && late < 200 &&
           sent == MESSAGES && count() == before + 1 + MESSAGES;
}

bool loss_in_hand_is_told(void)
{
    bool ok = put(HOLD) == 0 && put(TAKE) == 0;

    cmrx_process_restart(RECEIVER);
    cmrx_sleep_until(in(1000)); // it takes what was left
    ok &= put(TAKE) == QUEUE_LOST && put(TAKE) == 0;
    ok &= cmrx_call(NULL, messages_in, account, &account) == CMRX_OK;
    return ok && account.lost == 1 && account.waiting <= 1 && count() == 2;
}

bool receiver_that_is_stopped_is_told(void)
{
    cmrx_process_stop(RECEIVER);
    bool ok = put(TAKE) == QUEUE_ENDED && put(TAKE) == QUEUE_ENDED;
    cmrx_process_restart(RECEIVER);
    cmrx_sleep_until(in(1000));
    return ok && put(TAKE) == QUEUE_RESTARTED && put(TAKE) == 0;
}

// Two lives of the client put one each while the receiver is busy.
bool sender_that_was_restarted_is_marked(void)
{
    cmrx_process_restart(RECEIVER);
    cmrx_sleep_until(in(1000));
    put(TAKE); // told of the restart
    bool ok = put(HOLD) == 0;
    for (unsigned n = 0; n < 2; n++) {
        cmrx_process_restart(CLIENT);
        cmrx_sleep_until(in(1000));
    }
    cmrx_sleep_until(in(2 * HOLD_US));
    return ok && count() == 3 && seen(1) == (CLIENT | QUEUE_OLD) &&
           seen(2) == (CLIENT | QUEUE_NEW);
}

// Three lives of the client wait for room, and two of them end there.
bool sender_that_is_restarted_while_it_waits_puts_nothing(void)
{
    uint32_t before = count();
    bool ok = put(HOLD) == 0;

    while (put(TAKE) == 0)
        continue;
    for (unsigned n = 0; n < 3; n++) {
        cmrx_process_restart(CLIENT);
        cmrx_sleep_until(in(1000));
    }
    cmrx_sleep_until(in(2 * HOLD_US));
    return ok && count() == before + 1 + MESSAGES + 1 &&
           QUEUE_FROM(seen(before + 1 + MESSAGES)) == CLIENT;
}

// The receiver is restarted so long after it wanted the next message, in whatever it
// does then. The one in its hand was the tester's, and the next one is the client's:
// one of these is lost at most, and who put it is told.
static bool one_is_lost_and_told(uint32_t after)
{
    cmrx_process_restart(RECEIVER);
    cmrx_sleep_until(in(1000));
    put(TAKE); // told of the restart
    bool ok = put(HOLD_LOW) == 0;
    uint64_t wants = in(HOLD_US);
    cmrx_process_restart(CLIENT);
    cmrx_sleep_until(wants + after);
    cmrx_process_restart(RECEIVER);
    cmrx_sleep_until(in(1000));
    if (put(TAKE) == QUEUE_LOST)
        ok &= count() == 1 && QUEUE_FROM(seen(0)) == CLIENT;
    return ok;
}

// It gets there within 200 us, on the slowest.
bool receiver_that_was_restarted_takes_nothing_in_its_past(void)
{
    bool ok = true;

    for (uint32_t after = 0; after < 200 && ok; after++)
        ok = one_is_lost_and_told(after);
    return ok;
}

bool queue_that_was_restarted_is_told_to_both_ends(void)
{
    int32_t worst = 0;

    cmrx_process_restart(QUEUE); // the receiver waits in there
    cmrx_sleep_until(in(1000));
    bool ok = put(TAKE) == STATUS(CMRX_STALE);
    uint32_t before = count();
    ok &= put(TAKE) == 0 && count() == before + 1;
    cmrx_call(&worst, receiver, status);
    return ok && worst == CMRX_DEAD;
}
