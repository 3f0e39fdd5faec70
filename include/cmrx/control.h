// control.h - what a supervisor, or a shell, may ask of the kernel.
//
// Each needs a right that the integrator grants (cmrx_system(GRANT p RIGHT r)):
//     inspect   look at processes, threads and the fault record
//     control   restart, stop and start processes
//     power     reset the system, or end it
// Without it every one of these returns CMRX_DENIED and does nothing.
// Processes and threads are numbered as in system.json.

#ifndef CMRX_CONTROL_H
#define CMRX_CONTROL_H

#include <cmrx/fault.h>
#include <cmrx/status.h>

#ifdef __cplusplus
extern "C" {
#endif

enum cmrx_process_state {
    CMRX_PROCESS_STOPPED, // ended by cmrx_process_stop(), or never started
    CMRX_PROCESS_FAULTED, // ended by a fault, waits for the supervisor
    CMRX_PROCESS_BACKOFF, // ended by a fault, the kernel restarts it later
    CMRX_PROCESS_RUNNING,
    CMRX_PROCESS_DIRTY, // runs, and puts itself in order: CMRX_RECOVER
};

struct cmrx_process_status {
    uint32_t state;      // enum cmrx_process_state
    uint32_t generation; // 1 at the first start, then one more each
    uint32_t faults;     // since the system started
};

enum cmrx_thread_state {
    CMRX_THREAD_DORMANT, // not started, or ended
    CMRX_THREAD_READY,   // runs, or would
    CMRX_THREAD_WAITING, // on a word, or for a deadline
    CMRX_THREAD_QUEUED,  // for the monitor of a process it has called
};

struct cmrx_thread_status {
    uint32_t state;    // enum cmrx_thread_state
    uint32_t priority; // that counts: its own, or that of who waits for it
    uint32_t process;  // the one it is in
    uint32_t depth;    // calls it is inside of
    uint32_t stack_used,
        stack_size; // bytes; the most ever used, by callees too
};

// Start process `id`, or end and start it again: right `control`.
// Returns CMRX_OK, CMRX_INVALID for an id past the last, CMRX_DENIED.
// Cost: the size of its memory. A process may restart itself; that call does
// not return.
enum cmrx_status cmrx_process_restart(uint32_t id);

// End process `id` and leave it so: right `control`. Returns as above.
enum cmrx_status cmrx_process_stop(uint32_t id);

// Look at process `id`: right `inspect`. Returns as above. Cost: constant.
enum cmrx_status cmrx_process_status(uint32_t id,
                                     struct cmrx_process_status *status);

// Look at thread `id`: right `inspect`. Returns as above. Cost: a system call
// per 64 bytes of unused stack.
enum cmrx_status cmrx_thread_status(uint32_t id,
                                    struct cmrx_thread_status *status);

// Take the oldest fault record that nobody has read, also from before a warm
// reset: right `inspect`. Returns CMRX_OK, CMRX_BUSY when there is none,
// CMRX_INVALID when *fault is not writable memory of the process (a static
// object, not a local one), CMRX_DENIED. Cost: constant.
enum cmrx_status cmrx_fault_read(struct cmrx_fault *fault);

// Reset the processor: right `power`. Returns only CMRX_DENIED.
// Cost: constant.
enum cmrx_status cmrx_system_reset(void);

// Stop for good; under an emulator end it with exit code `result` (0..255):
// right `power`. Returns only CMRX_DENIED, or CMRX_INVALID for another result.
// Cost: constant.
enum cmrx_status cmrx_system_halt(uint32_t result);

#ifdef __cplusplus
}
#endif

#endif
