// provide.h - which queues there are: for the integrator's source file.
//
//     #include "readings.h"        // QUEUE_OF(readings, struct reading);
//     #include ".../server/queue/provide.h"
//     QUEUE_PROVIDE(readings, struct reading, 8, 2);
//
// is a queue of up to 8 messages of up to 2 sending processes.

#ifndef SERVER_QUEUE_PROVIDE_H
#define SERVER_QUEUE_PROVIDE_H

#include "list.h"

#include <stdbool.h>

// A process that puts. Messages are counted in its present life only.
struct queue_sender {
    uint8_t process;     // its number + 1; 0: nobody
    uint8_t waiting;     // its messages in the queue and in hand
    uint16_t generation; // when it called last
    uint16_t heard;      // of its last message that was received; 0: none
    uint16_t ends;       // of the receiver that it knows of
    uint16_t lost;       // of its messages
    bool untold;         // of one of them
};

// What changes of a queue. Zero is an empty one.
struct queue_state {
    volatile uint32_t puts, gets; // ever, modulo 2^32: to wait on
    struct queue_list list;
    uint16_t ends;       // of receivers so far, modulo 2^16
    uint16_t generation; // of the receiver; 0: it does not run
    uint16_t hand_generation;
    uint8_t hand;     // sender of the message in hand, from 1; 0: none
    uint8_t receiver; // number of its process + 1; 0: nobody has come yet
};

// A queue.
struct queue {
    struct queue_state *state;
    struct queue_slot *slots;     // `capacity`
    struct queue_sender *senders; // `sender_count`
    uint8_t *items;               // `capacity` times `size` bytes
    uint16_t size;
    uint8_t capacity, sender_count;
};

// The methods; see queue.h.
int32_t queue_put(const struct queue *queue, const void *message, uint32_t size,
                  uint32_t priority, uint32_t wait_us);
int32_t queue_account(const struct queue *queue, struct queue_account *to);
int32_t queue_get(const struct queue *queue, void *to, uint32_t size,
                  uint32_t wait_us);
int32_t queue_done(const struct queue *queue);

// QUEUE_PROVIDE(name, type, capacity, senders): see above. 1 to 254 messages of
// up to 65535 bytes, 1 to 254 senders.
#define QUEUE_PROVIDE(name, type, capacity, senders)                           \
    _Static_assert((capacity) >= 1 && (capacity) <= LIST_PLACES,               \
                   "a queue has 1 to 254 places");                             \
    _Static_assert((senders) >= 1 && (senders) <= 254,                         \
                   "a queue has 1 to 254 senders");                            \
    _Static_assert(sizeof(type) <= UINT16_MAX, "a message is 65535 bytes");    \
    static struct queue_state name##_state;                                    \
    static struct queue_slot name##_slots[capacity];                           \
    static struct queue_sender name##_senders[senders];                        \
    static uint8_t name##_items[(capacity) * sizeof(type)];                    \
    static const struct queue name##_queue = { &name##_state,  name##_slots,   \
                                               name##_senders, name##_items,   \
                                               sizeof(type),   capacity,       \
                                               senders };                      \
    static int32_t name##_put(CMRX_SELF, const type *message, uint32_t size,   \
                              uint32_t priority, uint32_t wait_us)             \
    {                                                                          \
        return queue_put(&name##_queue, message, size, priority, wait_us);     \
    }                                                                          \
    static int32_t name##_account(CMRX_SELF, struct queue_account *to)         \
    {                                                                          \
        return queue_account(&name##_queue, to);                               \
    }                                                                          \
    static int32_t name##_get(CMRX_SELF, type *to, uint32_t size,              \
                              uint32_t wait_us)                                \
    {                                                                          \
        return queue_get(&name##_queue, to, size, wait_us);                    \
    }                                                                          \
    static int32_t name##_done(CMRX_SELF)                                      \
    {                                                                          \
        return queue_done(&name##_queue);                                      \
    }                                                                          \
    CMRX_PROVIDE(struct name##_in, name##_in, .put = name##_put,               \
                 .account = name##_account);                                   \
    CMRX_PROVIDE(struct name##_out, name##_out, .get = name##_get,             \
                 .done = name##_done)

#endif
