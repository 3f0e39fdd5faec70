// tester.h - the cases, by what they are about.

#ifndef TESTER_H
#define TESTER_H

#include "report.h"
#include "victim.h"

// A row of a table: the name of the function is the fact.
#define CASE(name)                                                             \
    {                                                                          \
#name, name                                                            \
    }

#define CASES(name)                                                            \
    extern const struct test_case name[];                                      \
    extern const uint32_t name##_count

CASES(call_cases);
CASES(memory_cases);
CASES(fault_cases);
CASES(time_cases);
CASES(deadline_cases);
CASES(words_cases);
CASES(more_cases); // for which a small part has no RAM

CMRX_USE(struct victim, victim);
CMRX_USE(struct middle, middle);
CMRX_USE(struct object, object);

// Numbers as in cmrx_system(PROCESSES ...).
enum { TESTER, VICTIM, MIDDLE };

// The event of the interrupt that report_interrupt_raise() makes come; and from now on
// it may come, but has not.
volatile uint32_t *sent_event(void);
void sent_begin(void);

// The low end of the stack of who runs the cases.
extern uint8_t *stack_end;

// Let the victim be as after the start, and the tester know it.
void victim_renew(void);

// The last fault, taken. False if there was none, or more than one.
bool one_fault(struct cmrx_fault *fault);
extern struct cmrx_fault last_fault;

// What a call sees of a caller that has something in all registers: nothing.
bool sees_none(enum cmrx_status (*call)(uint32_t *seen));

#endif
