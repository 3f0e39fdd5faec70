// apart_rows.c - a wake, a post and an interrupt where others wait for other words
// of that process.
//
// The thread that is woken has been the first to wait, or some have before it; the
// others came behind it. So its word is where it is to be in the tree of words, with
// others on both sides below it.

#include "apart.h"
#include "meter.h"

CMRX_USE(struct crowd, crowd);
CMRX_USE(struct apart, apart_server);

static volatile uint32_t word;

static void stay(CMRX_SELF, uint32_t which)
{
    apart_stay(&word, which);
}

CMRX_PROVIDE_REENTRANT(struct apart, apart_meter, .stay = stay,
                       .there = apart_there, .leave = apart_leave);

// ---- Who waits where. All of the crowd wait in the master's process otherwise.

static struct others {
    uint32_t where; // 0, or APART_SERVER
    uint32_t alike; // bits, of the words of all of them
    uint32_t before, behind;
} others;

static void send(uint32_t first, uint32_t count)
{
    uint32_t which = APART | others.where | others.alike << APART_ALIKE | first;

    if (count == 0)
        return;
    check(cmrx_call(NULL, crowd, set, CROWD_GOES, count, which) == CMRX_OK);
    rest(30000);
}

static uint32_t staying(void)
{
    uint32_t there = apart_staying;

    if (others.where == APART_SERVER)
        check(cmrx_call(&there, apart_server, there) == CMRX_OK);
    return there;
}

static void helper_waits(void)
{
    check(cmrx_wait(&word, 0, CMRX_FOREVER) == CMRX_OK);
    MARK_END();
}

static void gather(void)
{
    send(0, others.before);
    if (others.where == APART_SERVER)
        check(cmrx_post(fault, NOTICE) == CMRX_OK); // and waits again
    else
        helper_start(helper_waits);
    send(others.before, others.behind);
    check(staying() == others.before + others.behind);
    settle();
}

static void part(void)
{
    check(staying() == others.before + others.behind);
    if (others.where == APART_SERVER)
        check(cmrx_call(NULL, apart_server, leave) == CMRX_OK);
    else
        apart_leave(NULL);
    rest(30000);
    check(staying() == 0);
}

static void among(struct others who, void (*sample)(uint32_t n), uint32_t n)
{
    others = who;
    unmeasured(gather);
    sample(n);
    unmeasured(part);
}

// ---- What is measured

static void wake(uint32_t n)
{
    (void)n;
    MARK_BEGIN();
    int32_t woken = cmrx_wake(&word, 1);
    check(woken == 1);
    helper_join();
}

static void post(uint32_t n)
{
    (void)n;
    MARK_BEGIN();
    cmrx_post(fault, NOTICE);
}

static void wake_called(uint32_t n)
{
    (void)n;
    check(cmrx_call(NULL, any, wake) == CMRX_OK);
}

// ---- Rows

#define IN_METER     .where = 0
#define IN_SERVER    .where = APART_SERVER
#define FIRST_OF_2   .behind = 2
#define FIRST_OF_ALL .behind = crowd_size
#define DEEP         .alike = 4, .before = 4, .behind = 2
#define LAST         .alike = 4, .before = 4

#define ROW(name, sample, ...)                                                 \
    static void name(uint32_t n)                                               \
    {                                                                          \
        among((struct others){ __VA_ARGS__ }, sample, n);                      \
    }

ROW(wake_among_2, wake, IN_METER, FIRST_OF_2)
ROW(wake_among_all, wake, IN_METER, FIRST_OF_ALL)
ROW(wake_between, wake, IN_METER, DEEP)
ROW(wake_last, wake, IN_METER, LAST)
ROW(post_among_2, post, IN_SERVER, FIRST_OF_2)
ROW(post_among_all, post, IN_SERVER, FIRST_OF_ALL)
ROW(post_between, post, IN_SERVER, DEEP)
ROW(post_last, post, IN_SERVER, LAST)
ROW(called_among_2, wake_called, IN_SERVER, FIRST_OF_2)
ROW(interrupt_among_2, interrupt, IN_SERVER, FIRST_OF_2)
ROW(interrupt_between, interrupt, IN_SERVER, DEEP)

static const struct row apart_rows_table[] = {
    { "wake_in_call", wake_called, FROM_MARK, 1u << CROWD_WAITS },
    { "wake_in_call_among_2", called_among_2, FROM_MARK, 1u << CROWD_WAITS },
    { "wake_among_2", wake_among_2, FROM_MARK, 1u << CROWD_WAITS },
    { "wake_among_all", wake_among_all, FROM_MARK, 1u << CROWD_WAITS },
    { "wake_between", wake_between, FROM_MARK, 1u << CROWD_WAITS },
    { "wake_last", wake_last, FROM_MARK, 1u << CROWD_WAITS },
    { "post_among_2", post_among_2, FROM_MARK, 1u << CROWD_WAITS },
    { "post_among_all", post_among_all, FROM_MARK, 1u << CROWD_WAITS },
    { "post_between", post_between, FROM_MARK, 1u << CROWD_WAITS },
    { "post_last", post_last, FROM_MARK, 1u << CROWD_WAITS },
    { "interrupt_among_2", interrupt_among_2, FROM_INTERRUPT,
      1u << CROWD_WAITS },
    { "interrupt_between", interrupt_between, FROM_INTERRUPT,
      1u << CROWD_WAITS },
};
ROWS(apart_rows);
