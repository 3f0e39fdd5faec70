// any.h - arguments of system calls, mostly such as make sense.

#ifndef ANY_H
#define ANY_H

#include <stdbool.h>
#include <stdint.h>

extern bool is_crowd;  // many wait for the same, for short times
extern bool is_mortal; // the first process ends the others

unsigned inside(void); // the process of the thread that runs
bool is_idle(void);    // it is that of nobody else
uint32_t own_word(void);
uint32_t any_word(void);
uint64_t any_deadline(void);
uint32_t any_number(uint32_t bound);
uint32_t any_import(void); // the number of a service
uint32_t any_woken(void);
uint32_t any_ticket(void);
uint32_t any_place(void);

#define MUTEX_BEGIN 36u // words that threads take
#define MUTEX_END   39u
unsigned mine_from(
    unsigned n);           // the first that it has from there on, or the end
uint32_t some_stack(void); // somewhere in its stack; now and then another's

#endif
