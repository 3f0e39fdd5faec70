// any.h - arguments of system calls, mostly such as make sense.

#ifndef ANY_H
#define ANY_H

#include <stdbool.h>
#include <stdint.h>

extern bool is_crowd; // many wait for the same, for short times

unsigned inside(void); // the process of the thread that runs
uint32_t own_word(void);
uint32_t any_word(void);
uint64_t any_deadline(void);
uint32_t any_number(uint32_t bound);
uint32_t any_import(void); // the number of a service
uint32_t any_woken(void);
uint32_t any_ticket(void);

#endif
