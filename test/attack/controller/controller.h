// controller.h - a row is a case, and what is required of it.

#ifndef CONTROLLER_H
#define CONTROLLER_H

#include "attack.h"
#include "report.h"

// On which thread the attacker commits its deed, and through whom it came.
enum way { AT_HOME, VISITING, DEPTH_2, DEPTH_3, DEPTH_4, WAYS };

#define HOME     (1u << AT_HOME)
#define VISIT    (1u << VISITING)
#define BOTH     (HOME | VISIT)
#define DEEP     (1u << DEPTH_2 | 1u << DEPTH_3 | 1u << DEPTH_4)
#define EVERYWAY (BOTH | DEEP)

enum required {
    RETURNS,  // `value`; nothing has happened
    FAULTS,   // the process that did it, nobody else
    ENDS,     // the attacker's own thread is no more
    HANGS,    // until somebody restarts the attacker
    REFUSED,  // a status below zero
    SURVIVED, // any of these; the others do not notice
};

// Where a fault has happened: this much after `a`.
#define AT(offset) (offset)
#define ANYWHERE   INT16_MAX

struct row {
    const char *id, *name;
    uint32_t deed; // enum deed, or TRAP(word)
    uint16_t a;    // enum place
    uint8_t ways;  // HOME, VISIT, ...
    uint8_t required;
    int32_t offset; // of `a`
    uint32_t b, c;
    uint16_t times; // with `a`, a + step, ...; 0 is 1
    int16_t step;
    uint8_t kind;    // of the fault
    uint8_t culprit; // if it is not the attacker
    int16_t at;
    uint32_t value; // what is returned
};

struct scenario {
    const char *id, *name; // the name is a fact
    bool (*proves)(void);
};

struct rows {
    const struct row *rows;
    uint32_t count;
};

#define ROWS(name)                                                             \
    const struct rows name = { table, sizeof table / sizeof *table }

extern const struct rows rows_reach, rows_ppb, rows_privilege, rows_stack,
    rows_trap, rows_syscall, rows_call, rows_time, rows_deadline,
    rows_processor;

struct scenarios {
    const struct scenario *scenarios;
    uint32_t count;
};

#define SCENARIOS(name)                                                        \
    const struct scenarios name = { table, sizeof table / sizeof *table }

extern const struct scenarios scenarios_call, scenarios_death, scenarios_time,
    scenarios_deadline, scenarios_boot;

// Of a processor that has some: in its rows_processor.c.
extern const struct scenarios scenarios_processor __attribute__((weak));

// What has become of a deed.
struct outcome {
    enum required happened;
    uint32_t value;
    uint32_t faulted; // a bit for each process
    bool recorded;    // and then:
    struct cmrx_fault fault;
};

CMRX_USE(struct attack, attack);
CMRX_USE(struct attack, relay_1);
CMRX_USE(struct attack, relay_2);
CMRX_USE(struct attack, relay_3);
CMRX_USE(struct attacker, attacker);
CMRX_USE(struct victim, victim);
CMRX_USE(struct bystander, bystander);
CMRX_USE(struct deputy, deputy);
CMRX_USE(struct slow, slow);

// A call that does not mind that the other was restarted.
#define CALL(...)                                                              \
    __extension__({                                                            \
        enum cmrx_status call_status = cmrx_call(__VA_ARGS__);                 \
        if (call_status == CMRX_STALE)                                         \
            call_status = cmrx_call(__VA_ARGS__);                              \
        call_status;                                                           \
    })

// run.c
void run(enum way way, uint32_t deed, uint32_t a, uint32_t b, uint32_t c);
void start(enum way way, uint32_t deed, uint32_t a, uint32_t b, uint32_t c);
void finish(enum way way, uint32_t us);
void run_own(void (*function)(void)); // on the runner's stack
void start_own(void (*function)(void));
uint32_t dirt_on_own_stack(void); // words that a callee has left
bool is_over(enum way way, uint64_t deadline);
bool has_ended(enum thread thread);
extern struct outcome outcome;         // of the last run
extern enum cmrx_status visit_status;  // of the runner's call
extern volatile uint32_t runner_stack; // its stack pointer at the call
uint32_t place(enum place place);

// judge.c: what must be as it was, but for what is known to have happened.
void judge_init(void);
void judge_anew(void);
void note_restart(enum process process);
void renew(enum process process);   // restart it, and know that
void renew_all(uint32_t processes); // that have faulted, likewise
const char *what_is_wrong(void);    // NULL: nothing. Tries privilege, too
const char *what_is_wrong_with(const struct row *row, enum way way,
                               uint32_t target);
bool fault_is_recorded(enum process process, enum cmrx_fault_kind kind);
extern uint16_t generations[PROCESSES];

static inline uint64_t in(uint32_t us)
{
    return cmrx_time_now() + us;
}

#endif
