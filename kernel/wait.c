// wait.c - waiting and waking on words, and events.
//
// A thread that waits does so for a word of the process it is in, for the end of
// another thread, or for its deadline alone. The kernel is not interrupted
// between looking at the word and queueing, so no wake is lost.
//
// One entry into the kernel wakes one thread. Who wakes more makes its system
// call again, and whoever is more urgent comes in between, also those it has
// woken. That these do not take the turn of others who have waited for longer, by
// waiting again, is what tickets are for: one wake wakes nobody twice.

#include "internal.h"

// A process's memory is whole words.
bool wait_may(const struct thread *t, uintptr_t word)
{
    const struct region *memory = &t->inside->image->memory;

    return word % sizeof(uint32_t) == 0 && word - memory->base < memory->size;
}

static uint64_t tickets; // given out; does not come round in our lifetime

uint64_t wait_now(void)
{
    return tickets + 1;
}

// ---- Waiting

// Commit: the caller has checked. The reply comes with wait_end(); until then the
// ticket is in its place, and behind it the deadline, as the thread has passed it.
// Nobody but the kernel can touch the frame of a thread that does not run.
static void begin(struct thread *t, uintptr_t key)
{
    sched_unready(t);
    if (t->inside->owner == t)
        process_rests(t);
    t->state = CMRX_THREAD_WAITING;
    t->key = key;
    tickets++;
    port_note(port_frame(&t->context), tickets);
}

uint64_t wait_ticket(const struct thread *t)
{
    const struct port_frame *f = port_frame(&t->context);

    return port_argument(f, 0) | (uint64_t)port_argument(f, 1) << 32;
}

uint64_t wait_deadline(const struct thread *t)
{
    return t->state == CMRX_THREAD_WAITING
               ? deadline_argument(port_frame(&t->context))
               : UINT64_MAX;
}

// Can it wait until then? A deadline that is nearer than what is in the heap is put
// there, and the call made again: together that would be too long a stretch. It does
// no harm there, should the thread never wait. One that is over although the heap
// has it is an alarm that is about to come.
static int32_t deadline_set(unsigned timer, uint64_t deadline)
{
    uint64_t now = time_now();

    if (deadline <= now)
        return CMRX_TIMEOUT;
    if (port_interrupt_pending())
        return WAIT_AGAIN;
    time_set(timer, deadline - now, (uint32_t)now);
    return WAIT_AGAIN;
}

int32_t deadline_cover(const struct thread *t, uint64_t deadline)
{
    unsigned timer = thread_index(t);

    return time_covers(timer, deadline) ? CMRX_OK
                                        : deadline_set(timer, deadline);
}

static int32_t begin_until(struct thread *t, uintptr_t key, uint64_t deadline)
{
    int32_t status = CMRX_OK;

    if (t->cancelled || t->hurried)
        return CMRX_CANCELLED;
    if (deadline != UINT64_MAX)
        status = deadline_cover(t, deadline);
    if (status == CMRX_OK && port_interrupt_pending())
        return WAIT_AGAIN;
    if (status == CMRX_OK)
        begin(t, key);
    return status;
}

// To look for the place takes long, so it is found before a line may come.
int32_t wait_for_word(struct thread *t, uintptr_t word, uint8_t *at,
                      uint64_t deadline)
{
    int32_t status = begin_until(t, word, deadline);

    if (status == CMRX_OK && at != NULL) {
        struct thread *owner = words_insert(at, t);
        if (owner != NULL)
            inherit_or_owe(owner, t->priority);
    }
    return status;
}

int32_t wait_for_end(struct thread *t, struct thread *other, uint64_t deadline)
{
    int32_t status = begin_until(t, (uintptr_t)other, deadline);

    if (status == CMRX_OK)
        other->joiner = (uint8_t)thread_index(t);
    return status;
}

struct thread *wait_joiner(const struct thread *t)
{
    struct thread *joiner = &threads[t->joiner];
    bool waits =
        joiner->state == CMRX_THREAD_WAITING && joiner->key == (uintptr_t)t;

    return waits ? joiner : NULL;
}

// ---- Waking

// It is in no queue any more. What is in the heap for it stays there until that
// has come: that is cheaper than to take it out.
// Believed: the frame of a thread that waits. It was checked at its trap, and
// since then nobody could change its context or touch its stack.
static void go_on(struct thread *t, uint32_t low, enum cmrx_status status)
{
    port_reply(port_frame(&t->context), low, 0, status);
    if (!monitor_enter(t))
        owe_entry(t);
}

// To find that takes as long as what comes behind it: a line may come between. The key
// may also be a thread, or 0; these are in no process's memory.
uint8_t *wait_at(const struct thread *t)
{
    if (t->state != CMRX_THREAD_WAITING)
        return NULL;
    uint8_t *at = words_find(t->inside, t->key);
    return *at != 0 ? at : NULL;
}

struct place wait_place(const struct thread *t)
{
    uint8_t *at = wait_at(t);

    return (struct place){ at, words_leaf(at) };
}

// Either takes long: a line may come in behind each, in a kernel for speed.
bool wait_look(const struct thread *t, struct place *place)
{
    uint8_t *at = wait_at(t);

    if (time_gives_way())
        return false;
    *place = (struct place){ at, words_leaf(at) };
    return PLAIN || !time_gives_way();
}

// At that place. Tells to whom it has lent: it does not any more.
struct thread *wait_end(struct thread *t, const struct place *place,
                        enum cmrx_status status)
{
    KERNEL_ASSERT(FILE_WAIT, t->state == CMRX_THREAD_WAITING);
    struct thread *owner = place->at != NULL ? words_remove(place, t) : NULL;

    go_on(t, 0, status);
    return owner;
}

// What it waits for is no word, but the end of a thread: nobody lends to it for that.
void wait_over(struct thread *t, uint32_t low)
{
    go_on(t, low, CMRX_OK);
}

// The most urgent of those that began to wait before that ticket. Who is first
// of its priority has waited for longest.
static struct thread **first_before(struct queue *q, uint64_t ticket)
{
    struct thread **at = &q->first;

    while (*at != NULL && wait_ticket(*at) >= ticket)
        at = &(*at)->lower;
    return at;
}

// Not WAKE_ANY: who has a ticket, or says so, asks once more.
static bool gives_way(uint64_t before)
{
    return (int64_t)before >= 0 && port_interrupt_pending();
}

// Who is first of those who wait on lends to whom is woken: he is the next to take the
// mutex.
static void hand_on(struct thread *last, struct thread *first, struct thread *t)
{
    mutex_hand(last, NULL);
    if (first == NULL)
        return;
    mutex_is_on_its_way(t);
    mutex_lend(first, t);
    inherit_inside(t, first->priority);
}

// `word` may be anything: it is only compared. The short ways have looked for it before
// they gave up.
enum wake wait_wake(struct process *p, uintptr_t word, uint64_t before)
{
    if (gives_way(before))
        return WAKE_LATER;
    uint8_t *place = words_find(p, word);
    struct queue q = words_queue(place);
    struct thread **at = &q.first, *first = q.first;
    if (before < WAKE_ANY_OR_LATER)
        at = first_before(&q, before);
    if (*at == NULL)
        return WAKE_NOBODY;
    if (gives_way(before))
        return WAKE_LATER;
    bool is_last = first->next == first;
    uint8_t *leaf = is_last ? words_leaf(place) : NULL;
    if (!PLAIN && is_last && gives_way(before))
        return WAKE_LATER;
    struct thread *owner = mutex_lends_to(first), *t = queue_take(at);
    uint8_t lent = first->priority;
    if (owner != NULL)
        hand_on(first, q.first, t);
    words_mend(place, leaf, q);
    go_on(t, 0, CMRX_OK);
    if (owner != NULL && (q.first != NULL || clock.owed.comes != 0))
        owe_loan(owner, lent);
    else
        inherit_anew(owner);
    return q.first == NULL ? WAKE_LAST : WAKE_MORE;
}

// Believed: the word, which the layout has put into memory of that process.
enum wake event_post(const struct event *event, uint32_t bits, uint64_t before)
{
    if (!process_is_alive(event->process))
        return WAKE_CLOSED;
    *event->word |= bits;
    return wait_wake(event->process, (uintptr_t)event->word, before);
}
