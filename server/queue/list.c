// list.c - places of a queue: which are free, and which comes next.

#include "list.h"

static uint32_t free_place(struct queue_list *list,
                           const struct queue_slot *slots, uint32_t capacity)
{
    uint32_t place = list->free;

    if (place != 0)
        list->free = slots[place - 1].next;
    else if (list->fresh < capacity)
        place = ++list->fresh;
    return place;
}

uint32_t queue_list_append(struct queue_list *list, struct queue_slot *slots,
                           uint32_t capacity, uint32_t priority)
{
    uint32_t place = free_place(list, slots, capacity);

    if (place == 0)
        return 0;
    slots[place - 1].next = 0;
    if (list->first[priority] == 0)
        list->first[priority] = (uint8_t)place;
    else
        slots[list->last[priority] - 1].next = (uint8_t)place;
    list->last[priority] = (uint8_t)place;
    list->count++;
    return place;
}

uint32_t queue_list_take(struct queue_list *list, struct queue_slot *slots,
                         uint32_t *priority)
{
    for (uint32_t p = QUEUE_PRIORITIES; p-- > 0;) {
        uint32_t place = list->first[p];

        if (place == 0)
            continue;
        list->first[p] = slots[place - 1].next;
        slots[place - 1].next = list->free;
        list->free = (uint8_t)place;
        list->count--;
        *priority = p;
        return place;
    }
    return 0;
}
