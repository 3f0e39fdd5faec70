// rewind.c (armv6m) - an atomic sequence that was interrupted is begun anew: see
// user/atomic.S.

#include "kernel.h"
#include "region.h"

#include <processor.h>

#define SEQUENCE 8u      // bytes
#define ENTER    0x469cu // MOV r12, r3: what stands before each

// Of a thread that was interrupted. r12 may have that value by chance, or because
// somebody wants it (wake.S looks no further): so the instruction before has to be the right one, too, and
// only the thread's own pc changes, to what is its own word.
void rewind(const struct thread *t)
{
    struct port_frame *f = port_frame(&t->context);

    if (!port_frame_valid(f, t->low, t->slice) ||
        ~f->r12 - f->pc - 1 >= SEQUENCE)
        return;
    uintptr_t first = ~f->r12 - SEQUENCE;
    if (region_covers(&t->inside->image->code, first - 2, 2) &&
        *(const uint16_t *)(first - 2) == ENTER)
        f->pc = first;
}
