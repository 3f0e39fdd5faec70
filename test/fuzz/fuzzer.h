// fuzzer.h - the parts of a hostile process.

#ifndef FUZZER_H
#define FUZZER_H

#include "deal.h"

#define WORDS 16

extern volatile uint32_t
    words[WORDS]; // of the process, to wait on and the like

extern uint32_t *volatile shown; // what a caller has passed once

// A value that is likely to be at the edge of something.
uint32_t edge(uint32_t *state);

// Do one thing of a kind that `kinds` allows; place is anything.
void step(uint32_t *state, uint32_t kinds, uint32_t *place);

// raw.c - with words that no library would pass
void raw_random(uint32_t *state);
void raw_edge(uint32_t *state);
void raw_stack(uint32_t *state);
void raw_look(uint32_t *state);
void raw_fault(uint32_t *state, uint32_t *place);

// timer.c or no_timer.c
void timer_step(uint32_t *state);

#endif
