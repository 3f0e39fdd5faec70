// any.c - arguments of system calls, mostly such as make sense.

#include "any.h"

#include "model.h"
#include "random.h"
#include "registers.h"

bool is_crowd, is_mortal;

unsigned inside(void)
{
    return model_self()->inside;
}

bool is_idle(void)
{
    return inside() == plan.process_count - 1;
}

uint32_t own_word(void)
{
    return system_word(inside(), 32 + random_below(is_crowd ? 1 : 4));
}

uint32_t any_word(void)
{
    return random_in(20) ? wild_address() : own_word();
}

uint64_t any_deadline(void)
{
    static const uint64_t edges[] = { 0, 1, UINT64_MAX, UINT64_MAX - 1,
                                      UINT64_MAX / 2 };

    if (is_crowd)
        return model.now + random_below(model_self()->depth > 0 ? 5000 : 300);
    switch (random_below(9)) {
    case 0:
        return edges[random_below(5)];
    case 1:
    case 3:
        return model.now + random_below(3);
    case 2:
        return (model.now + 2000) / 1000 * 1000; // many at one instant
    default:
        return model.now + random_below(random_in(8) ? 3000000 : 8000);
    }
}

uint32_t any_number(uint32_t bound)
{
    return random_in(20) ? random_word() : random_below(bound + 1);
}

// A crowd all goes the same way: through every monitor that there is.
uint32_t any_import(void)
{
    if ((is_crowd || is_mortal) && !random_in(4))
        return 0;
    return any_number(plan.processes[inside()].import_count) & 0xff;
}

// Now and then it claims to have woken others already, with some ticket.
uint32_t any_woken(void)
{
    return random_in(30) ? random_below(4) << 8 : 0;
}

uint32_t any_ticket(void)
{
    return (uint32_t)model.tickets - random_below(6);
}

static bool is_mine(unsigned n)
{
    uint32_t word = *system_at(system_word(inside(), n));

    return model_mutex_owner(inside(), word) == (int)model.running;
}

// The first that it has from there on, or MUTEX_END.
unsigned mine_from(unsigned n)
{
    while (n < MUTEX_END && !is_mine(n))
        n++;
    return n;
}

// Somewhere in its stack; or now and then in somebody's.
uint32_t some_stack(void)
{
    unsigned thread = model.running;

    if (random_in(12))
        thread = random_below(plan.thread_count);
    return system_stack(thread) + 4 + random_below(60) / 4 * 4;
}

// Where a caller may touch something, perhaps.
uint32_t any_place(void)
{
    const struct model_thread *t = model_self();
    uint32_t places[] = {
        system_word(random_below(plan.process_count), SYSTEM_SHARED),
        t->top - random_below(64),
        system_public() + random_below(16),
        wild_address(),
    };

    return places[random_below(4)];
}
