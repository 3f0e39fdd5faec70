// model.h - what the kernel should do, as plainly as it can be said.
//
// Numbers instead of pointers, loops instead of lists: who runs is found by
// looking at all threads, who is woken likewise. It knows `plan`, and nothing
// of the kernel but the public headers. Speed does not matter here.

#ifndef MODEL_H
#define MODEL_H

#include "system.h"

#define MODEL_SOUND 1000000u // microseconds without a fault: forgotten
#define MODEL_NEVER UINT64_MAX

// What a thread has in its registers, as far as calls are concerned.
struct model_registers {
    uint32_t r[4], word, lr, pc, psr, kept[FAKE_KEPT], sp;
};

// A call that has not returned.
struct model_level {
    unsigned caller, import;
    uint32_t generation; // of the caller then
    uint32_t lent, top;  // top: of the caller's part of the stack
    uint64_t deadline;   // or MODEL_NEVER
    bool hurried;        // it has passed
    bool clearing;    // what the caller has left is being cleared: it has ended
    uint32_t cleared; // and so many bytes of it are, from below
    struct model_registers at;
};

// What is done next with a thread that has to get out, an alarm each.
enum model_forced {
    MODEL_STAYS,
    MODEL_CALL_OFF, // it is at a gate
    MODEL_RECORD,
    MODEL_NOTE,
    MODEL_COUNT,
    MODEL_MENDER,
    MODEL_DIRTY,
    MODEL_TELL,
    MODEL_CHANGE, // of the owner of the monitor
    MODEL_OUT
};

struct model_thread {
    enum cmrx_thread_state state;
    unsigned inside, depth;
    unsigned base, priority; // its own, and the one that counts
    int64_t order; // smaller: has been ready (or at the gate) for longer
    bool again;
    uint32_t generation, result, top;
    uint32_t word;     // waits for, or 0
    int joins;         // waits for the end of, or -1
    uint64_t ticket;   // of the wait: how many there were with it
    bool repeats;      // makes its system call once more, which wakes others
    uint64_t deadline; // of the wait
    bool entering;     // at a gate: its method has not begun
    int lends;         // the owner of the mutex that is `word`, or -1
    int leaving;       // likewise, and it is just ceasing to
    bool stale;        // `priority` may be wrong, until an alarm
    unsigned arrival;  // 0, or it goes on where the monitor is taken: growing
    enum model_forced forced;
    unsigned behind; // it is to be: first others that were due (1), then who is
                     // more urgent (2)
    struct model_registers now;
    struct model_level levels[SYSTEM_DEPTH];
};

struct model_process {
    enum cmrx_process_state state;
    uint32_t generation, faults, failures;
    int owner;        // a thread, or -1
    uint64_t restart; // when it will be, or MODEL_NEVER
    uint64_t sound;   // when its failures are forgotten, or MODEL_NEVER
    uint32_t seen[SYSTEM_IMPORTS];
    uint32_t memory[SYSTEM_WORDS], device[2];
};

// What a callee has left on a stack, and the kernel has removed.
struct model_scrub {
    uint32_t low, high;
};

struct model_record {
    bool unread;
    unsigned kind, process, thread, generation, depth;
    uint32_t sequence, record_sequence, lost; // sequence: of all
};

// How often it came to what is rare, unless a test sees to it.
enum model_count {
    RAISED,        // a thread that is ready
    LOWERED,       // likewise
    MOVED_AT_GATE, // its priority changed while it stood there
    MOVED_AT_WORD,
    MOVED_AMONG,   // there, to before one that has waited for less
    MOVED_IN_TURN, // whose turn is being counted
    GATE_OF_TWO,   // at least, when somebody comes there
    CHAIN_OF_TWO,  // owners that wait for each other
    CHAIN_OF_THREE,
    CLOSED_LENT,    // a process ended, and somebody was lowered for that
    SET_LENT,       // set its own priority while it has another one
    BOUND,          // a call with a deadline was entered
    BOUND_BACK,     // and returned in time
    LATE_BACK,      // after it
    LATE_AT_GATE,   // its deadline came while it stood there,
    LATE_BELOW,     // while one that it had made stood there,
    LATE_WAITING,   // while it waited in there, somewhere,
    LATE_COMES_IN,  // while it was to come in again,
    LATE_READY,     // otherwise
    LATE_TWICE,     // of a second call of the same thread
    LEFT,           // left by force, a level
    LEFT_ON,        // likewise, and another level follows
    LEFT_COMES_IN,  // likewise, from a gate
    LEFT_AT_GATE,   // likewise, from one that it had not entered
    REFUSED_WAIT,   // of one whose deadline has passed
    TOLD_TIMEOUT,   // the callee ended, and the deadline had passed
    MUTEX_WAITS,    // for a thread that is raised for it
    MUTEX_OF_TWO,   // at least, when somebody begins to wait there
    MUTEX_CHAIN,    // its owner waits for another mutex,
    MUTEX_TO_GATE,  // or for a monitor
    GATE_TO_MUTEX,  // somebody comes to a gate whose owner waits for a mutex
    MUTEX_HANDED,   // others lend to whom was woken
    MUTEX_NAMED,    // others lend to somebody else
    MUTEX_TOO_LATE, // a deadline: somebody was lowered
    MUTEX_LEFT,     // its owner goes away, others wait
    MUTEX_FOUND,    // its owner has gone away
    MUTEX_OWN,      // who waits has it
    DIRTY,          // left by force, and has a thread for that
    DIRTY_REFUSED,  // a call, meanwhile
    MENDED,
    NOT_MENDED,
    BETWEEN_STEPS,   // an interrupt, while somebody is being left
    LOST_ON_THE_WAY, // a wait of one whose home has not ended, but a caller
    GAVE_WAY,        // a system call, to a line: it is made again
    GAVE_WAY_WAKE,   // likewise, that wakes by a ticket
    LEFT_BEHIND,     // it is to be forced: first whoever else is due,
    LEFT_LATER,      // and who is more urgent
    LINE_TAKEN,      // a line, on the way out of something else
    ALARM_GAVE_WAY,
    RETURN_STEP,        // one, of a large method or to a caller that has ended
    ENDED_CLEARED,      // of such ones: what one had is all cleared
    ENDED_OF_TWO,       // likewise, of a second caller in a row
    LATE_RETURNING,     // a deadline between such steps
    ENDED_RETURNING,    // one more of its callers has ended between them
    LOST_RETURNING,     // where it returns from has ended between them
    FORCED_CLEARS,      // a step of a way out by force
    OWED,               // what was lent is taken back by the next alarm,
    OWED_CHAIN,         // and more, by another one behind it,
    OWED_CHAINS,        // while there is one more chain,
    OWED_MONITOR,       // behind the monitor that is passed on,
    OWED_TOLD,          // and a door is new again
    OWED_ENTRY,         // somebody comes to the gate,
    OWED_ENTRIES,       // and others after that,
    OWED_END,           // the supervisor is told of a thread that has ended
    FAULT_BEFORE_ALARM, // told late, before such an alarm
    ALARM_GOES_ON,      // with what else is due
    NAMED_FIRST, // a WAIT that gives way has told others of another owner
    PUT_OFF,     // somebody's code runs before priorities are looked at
    MODEL_COUNTS
};

struct model {
    unsigned counts[MODEL_COUNTS];
    uint32_t left[SYSTEM_THREADS]; // words that who runs, or is forced, leaves
                                   // behind, in the kernel's order; 0 follows
    uint64_t now, tickets;
    unsigned arrivals;    // likewise
    int64_t order, first; // the last ones given out: growing, and falling
    unsigned running;
    int turn_of; // a thread, or -1
    // What the next alarm does, before any thread runs. A thread, or -1: it is as
    // urgent as it was, and has the monitor of a process (or -1) still.
    int owing_in;   // its monitor is still that of a thread that is out
    int owing;      // of those whose priority may be stale this is next, or -1
    bool owes_told; // its caller has been told of an end: an alarm more
    int owes_end;  // a process: the supervisor is told of a thread of it, or -1
    bool was_told; // somebody was, since this was cleared
    bool turn_is_half;   // one alarm for turns has come in it
    uint64_t turn_alarm; // when the next one comes, or MODEL_NEVER
    bool pends;          // an alarm comes at once: each step out is one,
    bool puts_off; // and what is for others, unless the kernel is one for size
    bool begins_late; // a wait whose deadline has just come begins: the kernel
                      // may say so at once, or by the alarm that is due
    bool sees;        // a line that waits, on the way out of the kernel
    bool stays; // one does: this time it is not left, to where nobody runs
    bool open[FAKE_LINES];
    struct model_record record;
    unsigned scrub_count; // in the last entry
    struct model_scrub scrubs[SYSTEM_THREADS];
    struct model_thread threads[SYSTEM_THREADS];
    struct model_process processes[SYSTEM_PROCESSES];
};

extern struct model model;

// Each is one entry into the kernel, at model.now.
void model_boot(void);
void model_syscall(const struct model_registers *at);   // of who runs
void model_gives_way(const struct model_registers *at); // or began only
void model_fault(const struct model_registers *at, enum cmrx_fault_kind kind);
void model_irq(unsigned line);
void model_alarm(int timer); // that is due: a thread, past them a process

#define MODEL_STALE (-1) // one that is looked at too early, or for nobody
#define MODEL_LOOK  (-2) // none is due, but priorities are to be looked at,
#define MODEL_TURN  (-3) // or none are

// The earliest deadline there is, or MODEL_NEVER; of one timer.
uint64_t model_deadline(void);
uint64_t model_timer(unsigned timer);
bool model_is_due(unsigned timer, uint64_t now);

// Threads wait for each other's monitors in a circle: not in a system that calls
// in no circle.
bool model_is_deadlocked(void);

// ---- Between the parts of the model

struct model_thread *model_self(void); // who runs
void model_reply(unsigned thread, uint32_t low, uint32_t high, int32_t status);
int model_best(void);          // of those that are ready
void model_leave_kernel(void); // who runs next?
void model_ready(unsigned thread);
void model_unready(unsigned thread);
void model_rotate(unsigned thread);
void model_lend_or_owe(int thread, unsigned lent);
void model_inherit(void); // after each change of who waits for whom
// But what that one has been lent, at most that, is taken back by an alarm.
void model_inherit_later(int thread, unsigned lent);
void model_owe(int thread, unsigned lent); // and it is inherited later
bool model_owes_process(void);             // which are not just priorities
void model_tell_later(unsigned process);   // of a thread
void model_settle(void);
void model_look(void); // at one of these
void model_put_off_check(void);
void model_enter_monitor(unsigned thread);
void model_come_back(unsigned thread);
bool model_is_arriving(void);          // somebody is to come to a gate
bool model_is_wanted(unsigned thread); // it is in there, and others want to be
void model_leave_monitor(unsigned thread);
bool model_mends(unsigned thread);                // where it is
int model_mender_or(int other, unsigned process); // if it is at the gate there
bool model_is_serial(unsigned thread); // has to be in the monitor where it is
void model_start(unsigned thread, uint32_t argument);
void model_end(unsigned thread, uint32_t result);
void model_unwind(unsigned thread);
void model_lose_place(unsigned thread); // where it is has ended, or it leaves
void model_told(unsigned thread);       // of an end, where it has come back to
void model_pop(unsigned thread);
bool model_clear(unsigned thread); // on its way out: false, all is
void model_return_step(const struct model_registers *at); // all but the last
uint32_t model_room(const struct model_level *l);         // of what was called
bool model_is_orphan(unsigned thread);                    // just after a pop
bool model_has_ended(const struct model_level *l);        // who made that call
bool model_is_cancelled(unsigned thread); // somebody on its way has ended
void model_wait_end(unsigned thread, uint32_t low, int32_t status);
void model_wait_late(unsigned thread, int32_t status);
int model_joiner(unsigned thread); // who waits for its end, or -1
int model_wake(unsigned process, uint32_t word, uint64_t before); // or -1
bool model_is_awaited(unsigned process, uint32_t word);
void model_post(unsigned event_process, unsigned word, uint32_t bits);
bool model_post_first(unsigned event_process, unsigned word,
                      uint32_t bits); // wakes one only; has it?
void model_process_start(unsigned process);
void model_process_end(unsigned process, enum cmrx_process_state state);
void model_raise(unsigned thread, enum cmrx_fault_kind kind);
void model_record(unsigned thread, enum cmrx_fault_kind kind);
void model_process_fault(unsigned process);
void model_between_count(void);    // for each line that comes
void model_force(unsigned thread); // what is next, or all of it
void model_wait(unsigned thread, uint32_t word, int joins); // its deadline, too
bool model_is_hurried(unsigned thread);
uint64_t model_call_deadline(unsigned thread); // the next of its calls
bool model_is_overdue(unsigned thread); // by that one, or still on its way out
void model_overdue(unsigned thread);
bool model_is_waiter(const struct model_thread *t, unsigned process,
                     uint32_t word);
uint32_t *model_word(unsigned thread,
                     uint32_t address); // of where it is, or NULL
int model_lent_at(unsigned process, uint32_t word);
int model_mutex_owner(unsigned process, uint32_t word);     // or -1
unsigned model_first_lent(unsigned process, uint32_t word); // others wait there
void model_mutex_pass(unsigned process, uint32_t word,
                      int owner); // model_inherit() follows
void model_name_owner(unsigned process, uint32_t word, int owner);
void model_wait_gives_way(unsigned thread);
void model_wait_for_owner(unsigned thread, uint32_t address, uint32_t *word);
bool model_is_alive(unsigned process);
void model_mended(unsigned thread);
bool model_let_go(unsigned thread);  // one of its mutexes where it is
bool model_abandon(unsigned thread); // true: before it goes it asks again
void model_do_wait(unsigned thread);
void model_do_wake(unsigned thread);
void model_do_post(unsigned thread);
void model_handle(unsigned thread);     // a system call, its stack is sound
void model_wake_begin(unsigned thread); // it takes its ticket, that is all
void model_door_open(unsigned thread);  // it has looked who is behind it

#endif
