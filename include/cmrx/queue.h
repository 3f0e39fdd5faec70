// queue.h - messages between the threads of a process: bounded, by copy.
//
// Items of one size, first in, first out, any number of writers and readers.
// Two semaphores count room and items, a mutex is held while one is copied.
// While nobody has to wait, the kernel is not asked: putting and getting an item
// of 4 bytes are 246 instructions together (measured on mps2_an385).
//
// A wait that is cancelled or times out has put (taken) nothing: a token that
// it already had is given back, so another thread goes on. When the process
// restarts the queue is empty. Between processes: the server `queue`.

#ifndef CMRX_QUEUE_H
#define CMRX_QUEUE_H

#include <cmrx/mutex.h>
#include <cmrx/semaphore.h>

#ifdef __cplusplus
extern "C" {
#endif

// Invariant: items in the array = used.count + readers that have taken a token
// and not yet copied + writers that have copied and not yet given; the same for
// room and free places. `put` and `taken` are places, changed under the lock.
struct cmrx_queue {
    struct cmrx_semaphore room, used;
    struct cmrx_mutex lock;
    uint32_t put, taken;
    void *items;
    uint32_t size;     // of an item, in bytes
    uint32_t capacity; // items
};

// CMRX_QUEUE(array) initializes an empty queue on a static array of items: as
// many as it has elements, each as large as one.
#define CMRX_QUEUE(array)                                                      \
    {                                                                          \
        CMRX_SEMAPHORE(sizeof(array) / sizeof((array)[0]),                     \
                       sizeof(array) / sizeof((array)[0])),                    \
            CMRX_SEMAPHORE(0, sizeof(array) / sizeof((array)[0])), { 0 }, 0,   \
            0, array, sizeof((array)[0]), sizeof(array) / sizeof((array)[0])   \
    }

// Copy an item into the queue, waiting for room until `deadline` (microseconds,
// 0 not to wait, CMRX_FOREVER).
//
// item: as many bytes as an element of the array has.
// Returns CMRX_OK, CMRX_TIMEOUT (also when somebody else was just copying, and
// could not be waited for), CMRX_CANCELLED (see cmrx_wait), CMRX_OWNER_DEAD: not put
// then. The last is said once, when a thread was taken out by force in the middle of
// this (see CMRX_RECOVER): an item may be lost or half copied, and a place with it,
// until the queue is initialized again.
// Any thread. Cost: the bytes of an item.
enum cmrx_status cmrx_queue_put(struct cmrx_queue *queue, const void *item,
                                uint64_t deadline);

// Copy the oldest item out of the queue, waiting for one until `deadline`.
//
// item: as many bytes as an element of the array has.
// Returns what cmrx_queue_put() returns; *item is written with CMRX_OK only.
// Any thread. Cost: the bytes of an item.
enum cmrx_status cmrx_queue_get(struct cmrx_queue *queue, void *item,
                                uint64_t deadline);

#ifdef __cplusplus
}
#endif

#endif
