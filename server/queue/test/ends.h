// ends.h - the processes at both ends of a queue, for its tests.

#ifndef SERVER_QUEUE_TEST_ENDS_H
#define SERVER_QUEUE_TEST_ENDS_H

#include "../messages.h"

#include <cmrx/test.h>

// Numbers of processes; 0 is the queue itself.
enum { RECEIVER = 1, SENDER, OTHER, PROCESSES = 8 };

extern bool has_right; // of the queue, to look at processes
extern struct message sent, got;

// All run, in their seventh life.
void start(void);
void ends(uint32_t process);
void restarts(uint32_t process);

// Each is what the method of that name returns; `who` calls.
int32_t put_for(uint32_t who, uint32_t word, uint32_t priority,
                uint32_t wait_us);
int32_t put(uint32_t who, uint32_t word);
int32_t get_for(uint32_t who, uint32_t wait_us);
int32_t get(void);
int32_t done(uint32_t who);
void check_account(uint32_t who, uint32_t waiting, uint32_t lost);

// For cmrx_test_thread(): call for ever, and keep what it was told.
extern int32_t waited;
void visit_put(uintptr_t who);
void visit_get(uintptr_t who);

// All places, by OTHER.
void fill(void);

#endif
