// step.h - one entry into the kernel, and the same of the model.

#ifndef STEP_H
#define STEP_H

#include "fake.h"
#include "model.h"

extern unsigned step;  // of the run, counted from 0
extern bool is_traced; // what is done is said

void check(void);   // kernel and model are alike, and sound
void now_set(void); // the model's clock, by the fake's

// A line may wait: true if the kernel has asked, and so has done nothing.
bool gives_way(enum fake_end (*enter)(void));

// A line that comes meanwhile, maybe; and what has become of it.
void line_arm(void);
void line_come(void);

// By the thread that runs.
void trap_with(const struct model_registers *at);
void trap(uint32_t word, uint32_t a, uint32_t b, uint32_t c, uint32_t d);
void trap_again(void); // where its pc points to the trap
void late_fault(void);

#endif
