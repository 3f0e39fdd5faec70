// queue.h - messages between processes: typed, bounded, by copy.
//
// A queue is two services of the process `queue`: one to put, one to get. Who
// may do which is wired by the build. Messages are of one type; of several that
// wait the most urgent comes first, of these the oldest.
//
// What is told of deaths (with the right `inspect` for the server; README.md):
// each message that was put is received, or is in the queue, or was in the
// receiver's hand when that ended: then its sender is told, by the next put.

#ifndef SERVER_QUEUE_QUEUE_H
#define SERVER_QUEUE_QUEUE_H

#include <cmrx/process.h>

#define QUEUE_PRIORITIES 4u // 0, the least urgent, to 3
#define QUEUE_FOREVER    UINT32_MAX

// What a method answers when it did not do what was asked. A message was then
// neither put nor taken.
enum {
    QUEUE_DENIED = -1,    // the caller may not touch what it points to
    QUEUE_SIZE = -2,      // not the size of this queue's messages
    QUEUE_INVALID = -3,   // no such priority
    QUEUE_FULL = -4,      // put: no room within that time
    QUEUE_EMPTY = -5,     // get: no message within that time
    QUEUE_CANCELLED = -6, // the caller has ended, or its call's deadline passed
    QUEUE_ENDED = -7,     // put: the receiver does not run. What was put before
                          // stays, for its next life
    QUEUE_RESTARTED = -8, // put: the receiver has ended since this process put
                          // last, and runs again. Told once; nothing was lost
    QUEUE_LOST = -9,      // put: the same, and messages of this process were in
                          // its hand. Told once; account() has the number
    QUEUE_TAKEN = -10,    // get: another process receives here
    QUEUE_SENDERS = -11,  // put: more processes than the queue is made for
};

// What get() returns of a message: who put it, how urgent, and
#define QUEUE_FROM(got)     ((uint32_t)(got)&0xffu) // number of its process
#define QUEUE_PRIORITY(got) ((uint32_t)(got) >> 8 & 3u)
#define QUEUE_OLD           0x1000 // its sender has ended since it put this
#define QUEUE_NEW           0x2000 // its sender was restarted since the last one from it

// Messages of the caller's process, in its present life. Those it put, less
// both, were received.
struct queue_account {
    uint32_t waiting; // in the queue, or in the receiver's hand
    uint32_t lost;    // were in the hand of a receiver that ended
};

// QUEUE_OF(readings, struct reading); in a header that both ends include, makes
// the interfaces of the services `readings_in` and `readings_out`:
//
//     CMRX_USE(struct readings_in, readings_in);
//     cmrx_call(&result, readings_in, put, &mine, sizeof(mine), 0, 0);
//
// put: copy a message into the queue, waiting for room for `wait_us`
// microseconds (0: not at all). `message` is what a callee may read: SHARED,
// lent, or a public constant. Returns 0, or any of the above but QUEUE_EMPTY and
// QUEUE_TAKEN. Cost: the bytes of a message.
//
// account: see above. Returns 0, QUEUE_DENIED, QUEUE_SENDERS, QUEUE_CANCELLED.
// Cost: constant.
//
// get: copy the next message to `to`, waiting for one. It is in the hand of the
// receiver from then on until that gets again, or calls done. Returns what it is
// (QUEUE_FROM and so on), or QUEUE_DENIED, QUEUE_SIZE, QUEUE_EMPTY,
// QUEUE_CANCELLED, QUEUE_TAKEN. Cost: the bytes of a message.
//
// done: what was got is dealt with. Returns 0, QUEUE_TAKEN, QUEUE_CANCELLED.
// Cost: constant.
#define QUEUE_OF(name, type)                                                   \
    struct name##_in {                                                         \
        int32_t (*put)(CMRX_SELF, const type *message, uint32_t size,          \
                       uint32_t priority, uint32_t wait_us);                   \
        int32_t (*account)(CMRX_SELF, struct queue_account *to);               \
    };                                                                         \
    struct name##_out {                                                        \
        int32_t (*get)(CMRX_SELF, type *to, uint32_t size, uint32_t wait_us);  \
        int32_t (*done)(CMRX_SELF);                                            \
    }

#endif
