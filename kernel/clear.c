// clear.c - what a thread leaves on its stack when it goes back, cleared in steps.
//
// A step is a system call that is made again (or an alarm), so others come in
// between. It changes nothing but bytes that nobody needs, and who counts them: a
// thread goes back in one step, when all is cleared but the last of the method's own
// room. See doc/design/0032-way-back-in-steps.md.

#include "internal.h"

#define PART_BYTES 256u // of a caller that has ended: more is looked at before

// A large method returns: what it has left is cleared in steps, each a system call;
// in the word is how many there were. A program that makes that up leaves something
// of its own on a stack that is not its own any more. False: all but the last is.
COLD bool clear_step(const struct call *c, struct port_frame *f)
{
    uint32_t steps = port_word(f) >> 8, done = steps * STEP_BYTES;
    uint32_t room = c->service->room, size = room - LAST_BYTES;

    if (done >= size)
        return false;
    if (size - done > STEP_BYTES)
        size = done + STEP_BYTES;
    port_zero(c->top - room + done, size - done);
    port_again(f, CMRX_SYS_RETURN | (steps + 1) << 8, 0);
    return true;
}

// What is cleared when it leaves where it is: its frame is there. A method that has
// not begun leaves nothing else.
static struct region place_of(const struct thread *t)
{
    const struct call *c = innermost(t);
    bool is_entering = t->state == CMRX_THREAD_QUEUED && !t->begun;
    uint32_t size = is_entering ? last_bytes(c) : c->service->room;

    return (struct region){ c->top - size, size };
}

static void clear_outside(const struct region *place, uintptr_t at,
                          uintptr_t end)
{
    uintptr_t low = place->base, top = low + place->size;

    if (at < low)
        memory_zero(at, (end < low ? end : low) - at);
    if (at < top)
        at = top;
    if (at < end)
        memory_zero(at, end - at);
}

// Who made the call `out` has ended. Its own room, that of the call before, is
// cleared from below, so many bytes a step: `slice` counts them, which nobody goes
// back to. False: all is.
static bool part_step(const struct region *place, struct call *out)
{
    const struct call *in = out - 1;
    uint32_t room = in->service->room, done = clear_done(out);
    uint32_t size = room - done < PART_BYTES ? room - done : PART_BYTES;
    uintptr_t low = in->top - room;

    if (size == 0)
        return false;
    clear_outside(place, low + done, low + done + size);
    if (done == 0 && low < place->base)
        *(uint32_t *)low = STACK_USED;
    out->slice = (done + size) | PART_CLEARED;
    return true;
}

// All callers that the thread does not go back to, from the last one on; what the
// first at home has is cleared with the whole stack. False: there is nothing left.
COLD bool clear_ended(const struct thread *t)
{
    const struct region place = place_of(t);
    struct call *first = t->image->calls, *c = first + t->depth - 1;

    for (; c > first && (c->sp & CALLER_ENDED) != 0; c--)
        if (part_step(&place, c))
            return true;
    return false;
}
