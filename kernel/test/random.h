// random.h - numbers that look random, and systems made of them.

#ifndef RANDOM_H
#define RANDOM_H

#include <stdbool.h>
#include <stdint.h>

void random_seed(uint64_t seed);
uint32_t random_word(void);
uint32_t random_below(uint32_t n);               // 0..n-1
uint32_t random_between(uint32_t a, uint32_t b); // both included
bool random_in(uint32_t n);                      // true once in n times

// A plan: who is there, who may call whom, with which stacks.
void random_plan(void);
void random_crowd(void);
void random_mortal(void);

#endif
