// report.h - how a test on the target says what it found.
//
// One process owns the console and halts the system; a case is a row.

#ifndef REPORT_H
#define REPORT_H

#include <cmrx/cmrx.h>

struct test_case {
    const char *name; // the fact it proves
    bool (*proves)(void);
};

// Run these, print "ok NAME" or "not ok NAME" for each.
void test_some(const struct test_case *cases, uint32_t count);

// Print "N passed, N failed" of all that have run, and halt the system: with 0 if
// none has failed.
_Noreturn void test_end(void);

// The two, where these are all.
_Noreturn void test_run(const struct test_case *cases, uint32_t count);

void report(const char *text);
void report_number(uint32_t number);

// Make the console's transmit interrupt come; see report_*.c.
void report_interrupt_raise(void);
void report_interrupt_serve(void);

// Given by the file for the device.
void report_byte(char c);

#endif
