// words.c - who waits for which word of a process.
//
// A word that somebody waits for is a queue. The queues of a process are a tree,
// in which a bit of the address says where to go on: the lowest that differs
// between words at the top, the next one below. So a word is found in as many
// steps as its process has address bits, at most; there is nothing to balance,
// and no choice of words makes it worse. The first thread of a queue is its node.

#include "internal.h"

#define WORD_BITS 2u // that are the same in all addresses of words

// The queue of that word, or where it would be: then it is empty.
struct queue *words_find(struct process *p, uintptr_t word)
{
    struct queue *at = &p->waiting;

    for (uintptr_t bits = word >> WORD_BITS;
         at->first != NULL && at->first->key != word; bits >>= 1)
        at = &at->first->words[bits & 1];
    return at;
}

static void node_become(struct thread *t, const struct thread *node)
{
    t->words[0] = node->words[0];
    t->words[1] = node->words[1];
}

void words_insert(struct process *p, struct thread *t)
{
    struct queue *q = words_find(p, t->key);
    const struct thread *node = q->first;

    t->words[0].first = t->words[1].first = NULL;
    queue_insert(q, t);
    if (node != NULL && q->first == t)
        node_become(t, node);
}

// The place of the node below which nothing is: from here down, any of them.
static struct queue *leaf_below(struct queue *at)
{
    for (;;) {
        struct queue *words = at->first->words;
        bool second = words[0].first == NULL;
        if (words[second].first == NULL)
            return at;
        at = &words[second];
    }
}

// Any leaf below may take the place of a node: it differs in none of the bits
// that lead there.
COLD static void leaf_raise(struct queue *q, struct thread *node)
{
    q->first = node;
    struct queue *at = leaf_below(q);
    struct thread *leaf = at->first;
    at->first = NULL;
    node_become(leaf, node);
    q->first = leaf;
}

// `node` was the first of q, and another is now, or nobody.
static void mend(struct queue *q, struct thread *node)
{
    if (q->first != NULL)
        node_become(q->first, node);
    else if (node->words[0].first != NULL || node->words[1].first != NULL)
        leaf_raise(q, node);
}

// The first of a ring of q. Returns whether that leaves q empty.
bool words_take(struct queue *q, struct thread **at)
{
    struct thread *node = q->first;

    queue_take(at);
    bool is_last = q->first == NULL;
    if (q->first != node)
        mend(q, node);
    return is_last;
}

// t stands in q, which words_find() has found, or waits for no word: then that
// is empty.
void words_remove(struct queue *q, struct thread *t)
{
    struct thread *node = q->first;

    if (node == NULL)
        return;
    queue_remove(q, t);
    if (q->first != node)
        mend(q, node);
}
