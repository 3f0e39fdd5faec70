// supervisor.h - what may be asked of who restarts the others.

#ifndef SERVER_SUPERVISOR_H
#define SERVER_SUPERVISOR_H

#include <cmrx/fault.h>
#include <cmrx/process.h>

#define SUPERVISOR_RECORDS 4u // faults that are remembered

// What a method answers when it did not do what was asked.
enum {
    SUPERVISOR_DENIED = -1,  // the caller may not touch what it points to
    SUPERVISOR_NOTHING = -2, // there is no such process or fault
    SUPERVISOR_SILENT = -3,  // the console did not take the text
};

// Kinds of records that are not the kernel's (enum cmrx_fault_kind): of a process that
// did not keep its promise of a heartbeat; of one whose last thread has ended, and
// that must run.
#define SUPERVISOR_MISSED                 0x80u
#define SUPERVISOR_ENDED                  0x81u

// Flag of such a record: the system was reset for it; it is of the life before.
#define SUPERVISOR_RESET                  0x80u

// Of a record SUPERVISOR_MISSED: what the threads of the process were at, before it
// was ended for that. `thread` is the first, r[n] is of the n'th from there, for
// n < `levels`.
#define SUPERVISOR_THREADS                8u
#define SUPERVISOR_THREAD(state, process) ((state) | (process) << 8)
#define SUPERVISOR_THREAD_STATE(r)        ((r)&0xffu) // enum cmrx_thread_state
#define SUPERVISOR_THREAD_IS_IN(r)        ((r) >> 8 & 0xffu) // process it has called

// Answer of outlook(); of a group for each that is in it.
#define SUPERVISOR_FAILURES               0xff // mask: failures that count
#define SUPERVISOR_GIVEN_UP               0x100 // it will not be restarted any more
#define SUPERVISOR_PENDING                0x200 // it will be, later
// No row is about it: POLICY of the system says what becomes of it, and when that is
// `supervise`, SUPERVISE_OTHERS from its first failure on.
#define SUPERVISOR_NO_ROW                 0x400

struct supervisor {
    // Restart `process`, with all of its group, whatever became of it before,
    // and forget its failures. Returns 0, SUPERVISOR_NOTHING.
    int32_t (*restart)(CMRX_SELF, uint32_t process);

    // What it thinks of `process`, see above; SUPERVISOR_NOTHING.
    int32_t (*outlook)(CMRX_SELF, uint32_t process);

    // Copy the fault before `back` others to *to. Returns 0,
    // SUPERVISOR_NOTHING, SUPERVISOR_DENIED.
    int32_t (*fault)(CMRX_SELF, uint32_t back, struct cmrx_fault *to);

    // Say it in words on the console. Returns 0, SUPERVISOR_NOTHING,
    // SUPERVISOR_SILENT.
    int32_t (*tell)(CMRX_SELF, uint32_t back);
};

#endif
