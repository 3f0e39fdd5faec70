// onward.c - of a server that has another one behind it.

#include "taskset.h"

CMRX_USE(struct section, next);

void visit_next(struct tasks *tasks, uint32_t me)
{
    cmrx_call(NULL, next, visit, tasks, me);
}
