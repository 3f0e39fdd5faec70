// queue.c - messages between the threads of a process: bounded, by copy.
//
// No wake is lost because none is in semaphore or mutex. A token of `used` is
// given after its item was copied, and there are never more tokens than items,
// so who has one finds an item; for `room` the same.

#include <string.h>

#include <cmrx/queue.h>

// A token and the lock, or neither.
static enum cmrx_status enter(struct cmrx_queue *queue,
                              struct cmrx_semaphore *tokens, uint64_t deadline)
{
    enum cmrx_status status = cmrx_semaphore_take(tokens, deadline);

    if (status != CMRX_OK)
        return status;
    status = cmrx_mutex_lock(&queue->lock, deadline);
    if (status == CMRX_OWNER_DEAD)
        cmrx_mutex_unlock(&queue->lock);
    if (status != CMRX_OK)
        cmrx_semaphore_give(tokens);
    return status;
}

static void leave(struct cmrx_queue *queue, struct cmrx_semaphore *tokens)
{
    cmrx_mutex_unlock(&queue->lock);
    cmrx_semaphore_give(tokens);
}

// The place `at`, which moves on.
static void *place(const struct cmrx_queue *queue, uint32_t *at)
{
    char *here = (char *)queue->items + *at * queue->size;

    *at = *at + 1 < queue->capacity ? *at + 1 : 0;
    return here;
}

enum cmrx_status cmrx_queue_put(struct cmrx_queue *queue, const void *item,
                                uint64_t deadline)
{
    enum cmrx_status status = enter(queue, &queue->room, deadline);

    if (status != CMRX_OK)
        return status;
    memcpy(place(queue, &queue->put), item, queue->size);
    leave(queue, &queue->used);
    return CMRX_OK;
}

enum cmrx_status cmrx_queue_get(struct cmrx_queue *queue, void *item,
                                uint64_t deadline)
{
    enum cmrx_status status = enter(queue, &queue->used, deadline);

    if (status != CMRX_OK)
        return status;
    memcpy(item, place(queue, &queue->taken), queue->size);
    leave(queue, &queue->room);
    return CMRX_OK;
}
