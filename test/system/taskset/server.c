// server.c - a critical section of tasks: the steps that they do in here.

#include "taskset.h"

static void visit(CMRX_SELF, struct tasks *tasks, uint32_t me)
{
    struct task *t = &tasks->task[me];

    for (;;) {
        const struct step *s = &t->steps[t->at++];
        if (s->deed == WORK)
            work(tasks, me, s->n);
        else if (s->deed == ENTER)
            visit_next(tasks, me);
        else
            return;
    }
}

CMRX_PROVIDE(struct section, section, .visit = visit);
