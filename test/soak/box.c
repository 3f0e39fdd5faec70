// box.c - a mailbox: bounded, in order, one client at a time. A message is in it
// until its receiver has said that he has dealt with it.

#include "hurt.h"

#define SLOTS 12u

CMRX_USE(struct ledger, ledger);

static struct slot {
    uint32_t number, id;
    uint32_t taker; // receiver + 1, or 0
} slots[SLOTS];
static uint32_t count, free_ones; // without a taker
static uint32_t life;
static volatile uint32_t never;

// Asked by its own thread, and not by who calls: he may have a deadline, and when its
// grace is over he is taken out of where he is, which would be the ledger.
CMRX_THREAD(birth, .stack = CMRX_AUTO, .priority = 27)
{
    cmrx_call(&life, ledger, box_born);
    cmrx_wait(&never, 0, CMRX_FOREVER);
}

static uint32_t oldest_of(uint32_t id)
{
    for (uint32_t i = 0; i < count; i++)
        if (slots[i].id == id)
            return slots[i].number | life << 16;
    return life << 16;
}

// For a while, or until who called wants back.
static bool has_room(void)
{
    uint64_t end = in(400);

    while (count == SLOTS)
        if (cmrx_wait(&count, SLOTS, end) == CMRX_TIMEOUT ||
            cmrx_time_now() >= end)
            return false;
    return true;
}

static uint32_t put(CMRX_SELF, uint32_t id, uint32_t number, uint32_t check)
{
    hurt_step();
    if (life == 0 || !has_room())
        return 0;
    if (check != check_of(number))
        cmrx_call(NULL, ledger, complain, CORRUPT);
    slots[count++] = (struct slot){ number, id, 0 };
    free_ones++;
    cmrx_wake(&free_ones, 1);
    hurt_step();
    return oldest_of(id);
}

static uint32_t oldest(CMRX_SELF, uint32_t id)
{
    hurt_step();
    return life != 0 ? oldest_of(id) : 0;
}

static struct slot *taken_by(uint32_t taker)
{
    for (uint32_t i = 0; i < count; i++)
        if (slots[i].taker == taker)
            return &slots[i];
    return NULL;
}

static uint64_t deliver(const struct slot *slot, uint32_t mark)
{
    return (uint64_t)check_of(slot->number) << 32 | slot->number | mark;
}

static uint64_t take(CMRX_SELF, uint32_t receiver)
{
    hurt_step(); // may wait: others come in, and slots move
    struct slot *slot = taken_by(receiver + 1);
    if (slot != NULL)
        return deliver(slot, AGAIN_BIT);
    if (free_ones == 0)
        cmrx_wait(&free_ones, 0, in(3000));
    slot = taken_by(0);
    if (slot == NULL)
        return 0;
    slot->taker = receiver + 1;
    free_ones--;
    uint64_t message = deliver(slot, 0);
    hurt_step();
    return message;
}

static void done(CMRX_SELF, uint32_t receiver, uint32_t number)
{
    hurt_step();
    struct slot *slot = taken_by(receiver + 1);
    if (slot == NULL || slot->number != number)
        return;
    for (count--; slot < &slots[count]; slot++)
        *slot = slot[1];
    cmrx_wake(&count, 1);
    hurt_step();
}

CMRX_PROVIDE(struct box, box, .put = put, .oldest = oldest, .take = take,
             .done = done);
CMRX_GRACE(box, BOX_GRACE_US);
CMRX_PROVIDE(struct victim, box_victim, .hurt = hurt_set);
