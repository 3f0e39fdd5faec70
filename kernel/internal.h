// internal.h - what the kernel's files offer each other.
//
// A thread that is passed is live (not dormant) unless a line says otherwise.
// After `commit` in a comment nothing can fail.

#ifndef KERNEL_INTERNAL_H
#define KERNEL_INTERNAL_H

#include "kernel.h"

// Out of the way of what is frequent.
#define COLD __attribute__((cold, noinline))

// The kernel's own invariants: checked in test builds (KERNEL_CHECKED is 1
// there), never reachable from user code. The code says where.
#define KERNEL_ASSERT(file, e)                                                 \
    ((KERNEL_CHECKED) == 0 || (e)                                              \
         ? (void)0                                                             \
         : panic((uint32_t)(file) << 16 | (uint32_t)__LINE__))
enum file {
    FILE_QUEUE = 1,
    FILE_SCHED,
    FILE_TIME,
    FILE_CALL,
    FILE_PROCESS,
    FILE_THREAD,
    FILE_WAIT,
    FILE_BOOT,
    FILE_CHECK,
    FILE_OWED
};

// queue.c - lists of threads
void queue_push(struct queue *q, struct thread *t);   // of one priority, last
void queue_pull(struct queue *q, struct thread *t);   // out of such a one
void queue_insert(struct queue *q, struct thread *t); // behind its equals
void queue_remove(struct queue *q, struct thread *t);
struct thread *queue_take(struct thread **at); // what is linked there

// words.c - who waits for which word
struct place {
    uint8_t *at;   // where that is linked, or NULL
    uint8_t *leaf; // words_leaf() of it, which takes as long
};
uint8_t *words_find(struct process *p, uintptr_t word);
struct queue words_queue(const uint8_t *at);
uint8_t *words_leaf(uint8_t *at); // of NULL, too
void words_mend(uint8_t *at, uint8_t *leaf,
                struct queue now); // what has become of its queue

// Under t->key. Tell whom those who wait there lend to, t not among them any more,
// or NULL.
struct thread *words_insert(uint8_t *at, struct thread *t);
struct thread *words_remove(const struct place *place, struct thread *t);
struct thread *words_move(uint8_t *at, struct thread *t, uint8_t priority);

// mutex.c - who has the word that others wait for
#define MUTEX_AWAITED 1u // of the word; alone: of one that has left it behind
struct thread *mutex_owner(const struct process *p, uint32_t word); // or NULL
bool mutex_works_in(const struct thread *t, const struct process *p);
void mutex_is_on_its_way(const struct thread *t);            // where it is
struct thread *mutex_lends_to(const struct thread *first);   // or NULL
void mutex_lend(struct thread *first, struct thread *owner); // it has to nobody
void mutex_hand(struct thread *first, struct thread *to);   // that is first now
int32_t mutex_wait(struct thread *t, struct port_frame *f); // as WAIT asks
bool mutex_let_go(struct thread *t, uint64_t any); // where it is: one mutex
bool mutex_abandon(struct thread *t,
                   struct port_frame *f); // true: it asks again

// memory.c - bytes
void memory_zero(uintptr_t base, uintptr_t size); // whole words
void memory_copy(const struct contents *c);
extern const uintptr_t zeros[]; // ZEROS of them
#define ZEROS (3 + sizeof(struct service) / sizeof(uintptr_t))

// sched.c - who runs. Together, so that one address leads to all of it.
struct sched {
    uint32_t levels;
    struct thread *loaded; // whose registers and map the processor has, or NULL
    struct thread *turn_of; // whose turn is being counted, if anybody's; only
                            // where equals are ready
    bool turn_is_half;      // the alarm has come in it
    uint8_t shared;         // enum shared: is there such an alarm,
    uint32_t turn_alarm;    // and when
    struct queue ready[];   // priority_count of them
};
extern struct sched sched;          // as large as the system needs it: tables.c
void sched_ready(struct thread *t); // it is in no queue
void sched_unready(struct thread *t);                // it is ready
void sched_move(struct thread *t, uint8_t priority); // likewise
port_resume sched_pass(struct thread *t);            // it runs
void sched_changed(void);              // registers or map of the running thread
port_resume sched_next(void);          // the most urgent one runs
COLD port_resume sched_leave(void);    // on the way out of the kernel
bool sched_is_above(uint8_t priority); // somebody more urgent is ready
void sched_map(const struct thread *t); // let it touch what it may

// The same at the end of a system call. A kernel for size does it in one place for
// all, behind those that change nothing, too: kernel_syscall().
static inline port_resume syscall_leave(void)
{
    return PLAIN ? PORT_AS_IT_CAME : sched_leave();
}

void sched_turn_check(uint32_t now);     // the turn of the next, if it is over
uint32_t sched_turn_alarm(uint32_t due); // or that, if it comes before
unsigned sched_check(void);              // how many are ready

// What the next alarm does for others, before any thread runs: by numbers from 1 on;
// 0 is nothing. See owed.c.
struct owed {
    uint8_t told;  // a thread whose caller knows that its callee has ended, or
                   // one that has, which its supervisor is to know
    uint8_t left;  // a process whose monitor is still that of one that is out
    uint8_t comes; // a thread that is to come to a gate; `also`: the next one
    uint8_t at;    // a thread: from here on one that is stale is looked for,
    uint8_t stale; // so many are,
    uint8_t most;  // and none of them was or becomes more urgent than that
};

// time.c - the clock and deadlines. Together, so that one address leads to all of it.
extern struct clock {
    uint64_t epoch; // microseconds up to the last restart of the clock
    uint32_t rest;  // and what is missing, in 1/clock_rate.ticks microseconds
    uint32_t alarm; // what kernel_alarm() is to come for, or when
    uint8_t armed;  // so many timers are, none of idle: timer_heap[0..armed)
    bool is_pended; // the alarm comes at once, for what that was
    struct owed owed;
} clock;
uint64_t time_now(void);
void time_start(void);
void time_set(unsigned timer, uint64_t left, uint32_t now); // look then
void time_behind(unsigned timer);
bool time_covers(unsigned timer, uint64_t deadline); // will look by then
void time_alarm_soon(void); // there is something to look at
COLD void time_alarm_pend(void);
uint64_t time_alarm(void); // what the next one is for
bool time_gives_way(void); // the alarm, to a line that waits
unsigned time_check(void); // how many are armed

// Of 32 bits of microseconds.
static inline bool time_earlier(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) < 0;
}

// wait.c - waiting, waking, events
// In place of a ticket: whenever they began to wait; and unless a line waits.
#define WAKE_ANY          UINT64_MAX
#define WAKE_ANY_OR_LATER (UINT64_C(1) << 62)

enum wake {
    WAKE_CLOSED, // the process is stopped
    WAKE_NOBODY,
    WAKE_LATER, // likewise, so far: a line comes first
    WAKE_LAST,  // one was woken, nobody else waits
    WAKE_MORE   // one was woken, others wait
};

static inline bool is_to_go_on(enum wake wake)
{
    return wake == WAKE_MORE || wake == WAKE_LATER;
}

// Of WAIT and JOIN; it stays there while the thread waits.
static inline uint64_t deadline_argument(const struct port_frame *f)
{
    return (uint64_t)port_argument(f, 3) << 32 | port_argument(f, 2);
}

bool wait_may(const struct thread *t, uintptr_t word); // a word of where it is
#define WAIT_AGAIN 1 // no status: it is to make its system call once more
int32_t wait_for_word(struct thread *t, uintptr_t word, uint8_t *at,
                      uint64_t deadline); // at: its place, or NULL and 0
int32_t wait_for_end(struct thread *t, struct thread *other, uint64_t deadline);
int32_t deadline_cover(const struct thread *t, uint64_t deadline);
struct thread *wait_joiner(const struct thread *t); // who waits for its end
uint64_t wait_deadline(const struct thread *t);     // or UINT64_MAX
uint8_t *wait_at(const struct thread *t);           // its word, or NULL
struct place wait_place(const struct thread *t);

// The same by an alarm; false: it gives way.
bool wait_look(const struct thread *t, struct place *place);
struct thread *wait_end(struct thread *t, const struct place *place,
                        enum cmrx_status status); // inherit_anew() of that one
void wait_over(struct thread *t, uint32_t low); // of one that waits for an end
uint64_t wait_now(void); // a ticket; whoever waits from now on has a later one
uint64_t wait_ticket(const struct thread *t); // of one that waits
enum wake wait_wake(struct process *p, uintptr_t word, uint64_t before);
enum wake event_post(const struct event *event, uint32_t bits, uint64_t before);

// What a method leaves is cleared by so many bytes a step, and so many with the return:
// there is the frame of its trap.
#define STEP_BYTES     640u
#define LAST_BYTES     128u

// call.c - calls between processes
#define DOOR_SHUT(why) (*(const struct service *)&zeros[why])
#define door_new       DOOR_SHUT(1) // not called yet by this caller
#define door_dirty     DOOR_SHUT(2) // it was, since the last call
#define door_stale     DOOR_SHUT(0) // the callee has ended since
#define door_large     DOOR_SHUT(3) // open, but by no short way: call_is_large()
port_resume call_enter(struct thread *t, const struct service *service,
                       unsigned method, uint32_t slice,
                       uintptr_t mark); // of the record, or 0
port_resume call_return(struct thread *t, struct port_frame *f);
void call_doors_close(const struct process_image *image,
                      const struct service *why);
void call_unwind(struct thread *t); // out of a process that has ended
void call_leave(struct thread *t, uint32_t rest, enum cmrx_status status);
void call_forget(const struct thread *t);       // ... came back from there
bool call_is_cancelled(const struct thread *t); // a caller of it has ended
uint32_t call_slice(const struct thread *t, uintptr_t sp);

static inline struct call *innermost(const struct thread *t)
{
    return &t->image->calls[t->depth - 1];
}

// The caller's stack pointer, without the marks.
static inline uintptr_t call_sp(const struct call *c)
{
    return c->sp & ~(uintptr_t)MARKS;
}

// Its deadline has passed.
static inline bool call_is_hurried(const struct call *c)
{
    return (~c->sp & (HAS_DEADLINE | HURRIED)) == 0;
}

// What the method leaves is more than one stretch clears: it returns in steps, so by no
// short way, and is called by none. (Where there are none, all do.)
static inline bool call_is_large(const struct service *service)
{
    return !PLAIN && service->room > STEP_BYTES + LAST_BYTES;
}

bool call_may(const struct thread *t, uintptr_t address, uint32_t size,
              bool write);

// clear.c - what is left on a stack on the way back
COLD bool clear_step(const struct call *c, struct port_frame *f);
COLD bool clear_ended(const struct thread *t);
static inline uint32_t last_bytes(const struct call *c)
{
    return c->service->room < LAST_BYTES ? c->service->room : LAST_BYTES;
}

// So much of what the caller had, from below.
static inline uint32_t clear_done(const struct call *c)
{
    return (c->slice & PART_CLEARED) != 0 ? c->slice - PART_CLEARED : 0;
}

// late.c - calls whose deadline has passed
uint64_t call_due(
    const struct thread *t); // look at its calls then, or UINT64_MAX
void call_overdue(struct thread *t, uint64_t due); // that has come
void call_forced(struct thread *t);                // it is forced

// monitor.c - at most one thread in there
bool monitor_wanted(const struct thread *t);      // where it is now
bool monitor_take(struct thread *t, bool wanted); // false: it is taken
bool monitor_enter(struct thread *t); // and ready; false: it is taken
void monitor_queue(struct thread *t, bool begun);
bool monitor_free(struct thread *t); // if it is in. True: somebody waits for it
void monitor_leave(struct thread *t);      // likewise; another follows
void monitor_give(struct thread *t);       // it is in; at the gate, from now on
void monitor_hand_over(struct process *p); // to the first at the gate
void monitor_pass(struct process *p);      // the same, or to the mender

// inherit.c
void inherit(struct thread *t, uint8_t lent); // of somebody new; or NULL
void inherit_or_owe(struct thread *t, uint8_t lent);
void inherit_inside(struct thread *t, uint8_t lent);
void inherit_anew(
    struct thread *t); // something else of it has changed; or NULL
uint8_t inherit_deserved(const struct thread *t);

static inline uint8_t more_urgent(uint8_t priority, uint8_t other)
{
    return other > priority ? other : priority;
}

// owed.c - what the next alarm does, before any thread runs
// In a kernel for size there are no such alarms.
#define LATER (PORT_ALARM_AT_ONCE && !PLAIN)

// A look at a priority, which is at most that, or becomes it.
void owe_look(struct thread *t, uint8_t most);      // if LATER
COLD void owe_loan(struct thread *t, uint8_t lent); // inherit_anew(t); or NULL
COLD void owe_monitor(struct process *p);
void owe_entry(struct thread *t);
COLD void owe_told(const struct thread *t); // or dormant: whose end is told
bool owed_by_process(void);                 // which are not just priorities
COLD void owed_settle(void);

// Looks are owed now: nobody is ready who is more urgent than all of them.
bool owed_looks(void);
// So many threads are asked for the next one that is to be looked at. More than one chain
// there is only if lines, or what is due, have come between.
#define LOOKS 6u
COLD void owed_look(void); // one, or part of it
COLD void owed_turn(void); // some are, and a list of ready threads is empty now

// Whom nobody waits for any longer is taken out in steps, each an alarm: only
// interrupts come between two of them. See doc/design/0030-force-in-steps.md.
enum forced {
    FORCED_NOT,
    FORCED_BEHIND,  // others that are due are first: it has begun no step
    FORCED_LATER,   // and who is more urgent, for a while
    FORCED_GATE,    // out of a gate, or in these steps out of where it is:
    FORCED_RECORD,  // a record of the fault is begun,
    FORCED_NOTE,    // filled,
    FORCED_COUNT,   // sealed and counted; or the process ends
    FORCED_MENDER,  // who mends the process is started,
    FORCED_DIRTY,   // it is dirty, and its doors are shut,
    FORCED_TELL,    // the supervisor is told,
    FORCED_MONITOR, // who mends gets the monitor,
    FORCED_OUT,     // mutexes are left behind, and then it is out
};

// thread.c - the life of a thread
static inline unsigned thread_index(const struct thread *t)
{
    return t->number - 1u;
}

// Its number from 1 on. As compilers make it of &threads[number - 1] it takes longer.
static inline struct thread *thread_numbered(unsigned number)
{
    uintptr_t before = (uintptr_t)threads - sizeof(struct thread);

    return (struct thread *)(before + number * sizeof(struct thread));
}

void thread_start(struct thread *t, uintptr_t argument); // it is dormant
void thread_end(struct thread *t, uint32_t result);      // it is in no queue
struct thread *thread_move(struct thread *t, uint8_t *place,
                           uint8_t priority); // which is wait_at()

uint32_t thread_untouched(const struct thread *t, uint32_t offset,
                          uint32_t look); // bytes of its stack

// From its queue, of any state. Tells whom it lent to at a word.
struct thread *thread_detach(struct thread *t);

// process.c - the life of a process
static inline bool process_is_alive(const struct process *p)
{
    return p->state >= CMRX_PROCESS_RUNNING;
}

unsigned process_index(const struct process *p);
unsigned process_timer(const struct process *p);
void process_start(struct process *p); // it has ended
void process_end(struct process *p, enum cmrx_process_state state);
void process_faulted(struct process *p); // by its policy
void process_forced(struct thread *t);   // out of where it is: a step

// It puts its process in order: nobody else gets into the monitor before it ends.
static inline bool process_mends(const struct thread *t)
{
    return t->inside->state == CMRX_PROCESS_DIRTY &&
           t->image->dormant == CMRX_RECOVERS && t->inside == t->image->home;
}

void process_rests(struct thread *t); // it waits, and has the monitor
void process_lost_thread(const struct thread *t); // it has ended by itself
void process_tell(const struct process *p);       // to the supervisor
void process_adopt(struct thread *t); // it is home, dormant, and wanted again
void process_due(struct process *p);  // its timer

// irq.c
void irq_silence(const struct process *p);

// fault.c - faults that the kernel itself finds, and the record
extern struct fault_store fault_store; // tables.c: as long as it has to be
COLD void fault_raise(struct thread *t, enum cmrx_fault_kind kind);
COLD void fault_begin(const struct thread *t, enum cmrx_fault_kind kind);
COLD void fault_note(const struct thread *t); // what is begun
void fault_seal(void); // behind a note, or a reset finds no record
void fault_store_init(void);
bool fault_take(struct cmrx_fault *to); // false: none is unread
void fault_keep_panic(uint32_t code);

// check.c - the kernel looks at itself, in test builds
void kernel_check(void);
void check_after(uint32_t number); // of a system call, if the test wants it
unsigned check_ring(const struct thread *first, unsigned state,
                    const struct process *inside); // how many there are

// panic.c - the kernel is wrong
_Noreturn void panic(uint32_t code);

#endif
