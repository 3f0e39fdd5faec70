// words.c - who waits for which word of a process.
//
// A word that somebody waits for is a queue. The queues of a process are a tree,
// in which a bit of the address says where to go on: the lowest that differs
// between words at the top, the next one below. So a word is found in as many
// steps as its process has address bits, at most; there is nothing to balance,
// and no choice of words makes it worse. The first thread of a queue is its node.
//
// A link of the tree is a byte: 0, or the number of the node from 1 on.

#include "internal.h"

#define WORD_BITS 2u // that are the same in all addresses of words

static struct thread *node_at(const uint8_t *at)
{
    return thread_numbered(*at);
}

// The queue of that word, or where it would be: then it is empty.
uint8_t *words_find(struct process *p, uintptr_t word)
{
    uint8_t *at = &p->waiting;

    for (uintptr_t bits = word >> WORD_BITS;
         *at != 0 && node_at(at)->key != word; bits >>= 1)
        at = &node_at(at)->words[bits & 1];
    return at;
}

struct queue words_queue(const uint8_t *at)
{
    return (struct queue){ *at != 0 ? node_at(at) : NULL };
}

static void node_become(struct thread *t, const struct thread *node)
{
    t->words[0] = node->words[0];
    t->words[1] = node->words[1];
}

struct thread *words_insert(uint8_t *at, struct thread *t)
{
    struct queue q = words_queue(at);
    struct thread *node = q.first;

    if (node == NULL) {
        t->words[0] = t->words[1] = 0;
        t->next = t->previous = t;
        t->lower = NULL;
        *at = t->number;
        return NULL;
    }
    queue_insert(&q, t);
    if (q.first == t) {
        node_become(t, node);
        mutex_hand(node, t);
        *at = t->number;
    }
    return mutex_lends_to(q.first);
}

// Any leaf below may take the place of a node: it differs in none of the bits that
// lead there. If there is none that is the node itself.
COLD uint8_t *words_leaf(uint8_t *at)
{
    const struct thread *node = at != NULL ? node_at(at) : NULL;

    if (node == NULL || node->next != node || node->lower != NULL)
        return NULL;
    for (;;) {
        uint8_t *below = node_at(at)->words;
        if (*below == 0)
            below++;
        if (*below == 0)
            return at;
        at = below;
    }
}

// Threads have left the queue of the word, of which that is what there is now. What
// its first lends to somebody goes on with mutex_hand().
void words_mend(uint8_t *at, uint8_t *leaf, struct queue now)
{
    struct thread *node = node_at(at);

    if (now.first == node)
        return;
    if (now.first == NULL) {
        unsigned number = *leaf;
        *leaf = 0; // it may be there
        if (leaf == at)
            return;
        now.first = thread_numbered(number);
    }
    node_become(now.first, node);
    *at = now.first->number;
}

// It stays there, by another priority.
COLD struct thread *words_move(uint8_t *at, struct thread *t, uint8_t priority)
{
    struct queue q = words_queue(at);
    struct thread *first = q.first;

    queue_remove(&q, t);
    t->priority = priority;
    queue_insert(&q, t);
    if (q.first != first) {
        node_become(q.first, first);
        mutex_hand(first, q.first);
        *at = q.first->number;
    }
    return mutex_lends_to(q.first);
}

// It is there.
struct thread *words_remove(const struct place *place, struct thread *t)
{
    struct queue q = words_queue(place->at);
    struct thread *first = q.first, *owner = mutex_lends_to(first);

    queue_remove(&q, t);
    if (owner != NULL && q.first != first)
        mutex_hand(first, q.first);
    words_mend(place->at, place->leaf, q);
    return owner;
}
