// queue.c - messages between processes, and what is told of dead ends.
//
// All of it runs in the monitor, so no lock is needed: a method has the queue
// for itself but while it waits. Woken means look again; who was woken and goes
// away without what it waited for wakes the next.
//
// The ends are processes in one of their lives: number and generation. Nobody
// tells the server that one has ended; it asks the kernel, in each method, and
// every LOOK_US while a sender waits for room. Without the right to ask, all
// live for ever.

#include "provide.h"

#include <cmrx/cmrx.h>

#include <string.h>

#define LOOK_US      50000u // a sender that waits learns of an end as soon as that

#define NOBODY_TELLS 1u // generation of all, without the right to ask

// ---- The ends

// Which life the process is in; 0: it does not run.
static uint16_t generation_of(uint32_t process)
{
    struct cmrx_process_status status;
    enum cmrx_status known = cmrx_process_status(process, &status);

    if (known != CMRX_OK)
        return known == CMRX_DENIED ? NOBODY_TELLS : 0;
    return status.state >= CMRX_PROCESS_RUNNING ? (uint16_t)status.generation
                                                : 0;
}

// The caller's; 0: it has ended since it called, and if it runs that is another life.
static uint16_t caller_generation(uint32_t who)
{
    uint16_t generation = generation_of(who);

    return cmrx_caller_has_ended() ? 0 : generation;
}

// The caller's entry among the senders, for the life it is in; NULL: no room.
static struct queue_sender *sender_of(const struct queue *q, uint32_t who,
                                      uint16_t generation)
{
    struct queue_sender *sender = q->senders;
    const struct queue_sender *end = sender + q->sender_count;

    while (sender < end && sender->process != 0 && sender->process != who + 1)
        sender++;
    if (sender == end)
        return NULL;
    if (sender->process == 0 || sender->generation != generation) {
        uint16_t heard = sender->heard;

        *sender = (struct queue_sender){ .process = (uint8_t)(who + 1),
                                         .generation = generation,
                                         .heard = heard,
                                         .ends = q->state->ends };
    }
    return sender;
}

// The message in hand is there no more: it was received, or is lost.
static void put_down(const struct queue *q, bool lost)
{
    struct queue_state *s = q->state;

    if (s->hand == 0)
        return;
    struct queue_sender *sender = &q->senders[s->hand - 1];
    s->hand = 0;
    if (sender->generation != s->hand_generation)
        return; // nobody remembers it
    sender->waiting--;
    if (lost) {
        sender->lost += sender->lost < UINT16_MAX;
        sender->untold = true;
    }
}

static void receiver_has_ended(const struct queue *q)
{
    put_down(q, true);
    q->state->ends++;
    for (uint32_t n = 0; n < q->sender_count; n++)
        q->senders[n].heard = 0; // the next receiver has heard of nobody
    q->state->gets++;
    cmrx_wake(&q->state->gets, CMRX_WAKE_ALL);
}

// What has become of the receiver since somebody looked.
static void look(const struct queue *q)
{
    struct queue_state *s = q->state;

    if (s->receiver == 0)
        return;
    uint16_t now = generation_of(s->receiver - 1u);
    if (now == s->generation)
        return;
    if (s->generation != 0)
        receiver_has_ended(q);
    s->generation = now;
}

// The caller receives here, in the life that it is in. Returns 0, or why not.
static int32_t receive(const struct queue *q, uint32_t who)
{
    struct queue_state *s = q->state;
    uint16_t generation = caller_generation(who);

    if (generation == 0)
        return QUEUE_CANCELLED;
    look(q);
    if (s->receiver != who + 1) {
        if (s->receiver != 0 && s->generation != 0)
            return QUEUE_TAKEN;
        s->receiver = (uint8_t)(who + 1);
        s->generation = generation;
    }
    return s->generation == generation ? 0 : QUEUE_CANCELLED;
}

// What the sender has to know before it puts more, or 0.
static int32_t news_for(const struct queue *q, struct queue_sender *sender)
{
    look(q);
    if (q->state->receiver != 0 && q->state->generation == 0)
        return QUEUE_ENDED;
    if (sender->ends == q->state->ends)
        return 0;
    sender->ends = q->state->ends;
    if (!sender->untold)
        return QUEUE_RESTARTED;
    sender->untold = false;
    return QUEUE_LOST;
}

// ---- Waiting

static uint64_t deadline_in(uint32_t wait_us)
{
    if (wait_us == 0)
        return 0;
    return wait_us == QUEUE_FOREVER ? CMRX_FOREVER : cmrx_time_now() + wait_us;
}

// Wait until *word is not `seen`, or until there is a reason to look. Returns 0,
// `late` when the deadline has passed, QUEUE_CANCELLED.
static int32_t wait(const volatile uint32_t *word, uint32_t seen,
                    uint64_t deadline, uint32_t look_us, int32_t late)
{
    uint64_t until = deadline;

    if (deadline == 0)
        return late;
    if (look_us != 0 && deadline > cmrx_time_now() + look_us)
        until = cmrx_time_now() + look_us;
    enum cmrx_status status = cmrx_wait(word, seen, until);
    if (status == CMRX_TIMEOUT)
        return until == deadline ? late : 0;
    return status == CMRX_OK || status == CMRX_CHANGED ? 0 : QUEUE_CANCELLED;
}

// ---- Sending

static void append(const struct queue *q, struct queue_sender *sender,
                   const void *message, uint32_t priority)
{
    uint32_t place =
        queue_list_append(&q->state->list, q->slots, q->capacity, priority);
    struct queue_slot *slot = &q->slots[place - 1];

    slot->sender = (uint8_t)(sender - q->senders);
    slot->generation = sender->generation;
    memcpy(q->items + (place - 1) * q->size, message, q->size);
    sender->waiting++;
    q->state->puts++;
    cmrx_wake(&q->state->puts, 1);
}

// Until there is room, and nothing that the sender has to know. Returns 0, or
// why the message is not put.
static int32_t wait_for_room(const struct queue *q, struct queue_sender *sender,
                             uint16_t generation, uint64_t deadline)
{
    for (;;) {
        uint32_t seen = q->state->gets;
        int32_t result = news_for(q, sender);

        // Restarted while one of its threads was in here: that is its past.
        if (sender->generation != generation)
            result = QUEUE_CANCELLED;
        bool room = q->state->list.count < q->capacity;
        if (result != 0 && room)
            cmrx_wake(&q->state->gets, 1);
        if (result != 0 || room)
            return result;
        result = wait(&q->state->gets, seen, deadline, LOOK_US, QUEUE_FULL);
        if (result != 0)
            return result;
    }
}

int32_t queue_put(const struct queue *q, const void *message, uint32_t size,
                  uint32_t priority, uint32_t wait_us)
{
    uint64_t deadline = deadline_in(wait_us);
    uint32_t who = (uint32_t)cmrx_caller();
    uint16_t generation = caller_generation(who);

    if (size != q->size)
        return QUEUE_SIZE;
    if (priority >= QUEUE_PRIORITIES)
        return QUEUE_INVALID;
    if (!cmrx_caller_may_read(message, size))
        return QUEUE_DENIED;
    if (generation == 0)
        return QUEUE_CANCELLED;
    look(q); // who is new here has not to be told of what was before
    struct queue_sender *sender = sender_of(q, who, generation);
    if (sender == NULL)
        return QUEUE_SENDERS;
    int32_t result = wait_for_room(q, sender, generation, deadline);
    if (result == 0)
        append(q, sender, message, priority);
    return result;
}

int32_t queue_account(const struct queue *q, struct queue_account *to)
{
    uint32_t who = (uint32_t)cmrx_caller();
    uint16_t generation = caller_generation(who);

    if (!cmrx_caller_may_write(to, sizeof(*to)))
        return QUEUE_DENIED;
    if (generation == 0)
        return QUEUE_CANCELLED;
    look(q);
    const struct queue_sender *sender = sender_of(q, who, generation);
    if (sender == NULL)
        return QUEUE_SENDERS;
    *to = (struct queue_account){ sender->waiting, sender->lost };
    return 0;
}

// ---- Receiving

static int32_t take(const struct queue *q, void *to)
{
    uint32_t priority = 0;
    uint32_t place = queue_list_take(&q->state->list, q->slots, &priority);
    const struct queue_slot *slot = &q->slots[place - 1];
    struct queue_sender *sender = &q->senders[slot->sender];
    uint32_t process = sender->process - 1u;
    uint32_t got = process | priority << 8;

    memcpy(to, q->items + (place - 1) * q->size, q->size);
    if (generation_of(process) != slot->generation)
        got |= QUEUE_OLD;
    if (sender->heard != 0 && sender->heard != slot->generation)
        got |= QUEUE_NEW;
    sender->heard = slot->generation;
    q->state->hand = (uint8_t)(slot->sender + 1);
    q->state->hand_generation = slot->generation;
    q->state->gets++;
    cmrx_wake(&q->state->gets, 1);
    return (int32_t)got;
}

// Until there is a message. Returns 0, or why none is got.
static int32_t wait_for_message(const struct queue *q, uint32_t who,
                                uint16_t generation, uint64_t deadline)
{
    while (q->state->list.count == 0) {
        int32_t result =
            wait(&q->state->puts, q->state->puts, deadline, 0, QUEUE_EMPTY);

        look(q);
        if (q->state->receiver != who + 1 ||
            q->state->generation != generation) {
            cmrx_wake(&q->state->puts, 1);
            return QUEUE_CANCELLED;
        }
        if (result != 0)
            return result;
    }
    return 0;
}

int32_t queue_get(const struct queue *q, void *to, uint32_t size,
                  uint32_t wait_us)
{
    uint64_t deadline = deadline_in(wait_us);
    uint32_t who = (uint32_t)cmrx_caller();

    if (size != q->size)
        return QUEUE_SIZE;
    if (!cmrx_caller_may_write(to, size))
        return QUEUE_DENIED;
    int32_t result = receive(q, who);
    if (result != 0)
        return result;
    put_down(q, false);
    result = wait_for_message(q, who, q->state->generation, deadline);
    if (result != 0)
        return result;
    put_down(q, false); // another thread of the receiver had one
    return take(q, to);
}

int32_t queue_done(const struct queue *q)
{
    int32_t result = receive(q, (uint32_t)cmrx_caller());

    if (result == 0)
        put_down(q, false);
    return result;
}
