// registers.c - what user code may have in its registers.

#include "registers.h"

#include "internal.h"
#include "random.h"

#include <string.h>

uint32_t wild_address(void)
{
    static const uint32_t edges[] = { 0,           4,           8,
                                      0x1fffffe0u, 0x40000000u, 0xfffffff8u,
                                      0xfffffffcu };

    switch (random_below(4)) {
    case 0:
        return edges[random_below(7)];
    case 1:
        return system_word(random_below(plan.process_count),
                           random_below(SYSTEM_WORDS + 8));
    case 2:
        return system_stack(random_below(plan.thread_count)) + random_below(64);
    default:
        return random_word();
    }
}

static uint32_t wild_sp(uint32_t low, uint32_t top)
{
    switch (random_below(6)) {
    case 0:
        return top - 24;
    case 1:
        return top;
    case 2:
        return low - 8;
    case 3:
        return top - 28 - 8 * random_below(4);
    default:
        return wild_address() & ~7u;
    }
}

static uint32_t any_sp(void)
{
    uint32_t low = system_stack(model.running), top = model_self()->top;

    if (random_in(100))
        return wild_sp(low, top);
    if (random_in(10) && top - low >= 128)
        return low + 8 * random_below(16) + 8;
    uint32_t room = (top - low - PORT_FRAME_BYTES) / 8;
    uint32_t down = random_in(8) ? random_below(room + 1) : random_below(6);
    return top - PORT_FRAME_BYTES - 8 * (down > room ? room : down);
}

static uint32_t any_lent(void)
{
    if (random_in(20))
        return random_in(2) ? random_word() : random_below(70000);
    return random_in(3) ? 8 * random_below(10) : 0;
}

void registers_fill(struct model_registers *at)
{
    for (unsigned i = 0; i < FAKE_KEPT; i++)
        at->kept[i] = random_word();
    at->kept[0] = any_lent();
    at->sp = any_sp();
    at->pc = random_word() & ~1u;
    at->lr = random_word();
    at->psr = random_word();
}

// A method whose stack is cleared in steps returns from its end, as the gate does: the
// frame of the last step is in what that clears (kernel/clear.c), and not in what the
// caller has lent, who may have ended by then.
void registers_return(struct model_registers *at)
{
    const struct model_thread *t = model_self();

    for (unsigned i = 0; i < 3; i++)
        at->r[i] = random_word();
    if (t->depth == 0 && plan.threads[model.running].recovers) {
        at->word = CMRX_SYS_THREAD_EXIT; // what its body does
        at->r[0] = random_in(2);
    }
    if (t->depth == 0 || at->sp < system_stack(model.running) ||
        at->sp > t->top - PORT_FRAME_BYTES)
        return;
    const struct model_level *l = &t->levels[t->depth - 1];
    uint32_t top = t->top - l->lent, room = model_room(l);
    uint32_t end = top - (room < 128 ? room : 128);
    if (at->sp < end)
        at->sp = end;
    if (at->sp > top - PORT_FRAME_BYTES)
        at->sp = top - PORT_FRAME_BYTES;
}

// What a method has in its room: below its stack pointer it may be anything.
void registers_scribble(const struct model_registers *at)
{
    const struct model_thread *t = model_self();
    uint32_t low = system_stack(model.running);

    if (t->depth == 0 || at->sp <= low || at->sp > t->top)
        return;
    const struct model_level *l = &t->levels[t->depth - 1];
    uint32_t room = model_room(l), bottom = t->top - l->lent - room;
    for (unsigned i = 0; i < 6; i++) {
        uint32_t to = bottom + 4 * random_below(room / 4);
        if (to < at->sp)
            *system_at(to) = random_word();
    }
}

// Put them where the processor would. A frame is not written where there is no
// room for it: the trap fails on the way in, or the kernel finds out.
void registers_load(const struct model_registers *at)
{
    struct port_context *c = &running->context;
    uintptr_t low = system_stack(model.running);

    memcpy(c->kept, at->kept, sizeof c->kept);
    c->sp = at->sp;
    if (!port_frame_valid(port_frame(c), low, model_self()->top - low))
        return;
    struct port_frame *frame = port_frame(c);
    memcpy(frame->r, at->r, sizeof frame->r);
    frame->word = at->word;
    frame->lr = at->lr;
    frame->pc = at->pc;
    frame->psr = at->psr;
}
