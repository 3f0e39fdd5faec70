// test_queue.c - lists of threads, by priority and by age.

#include "group.h"
#include "internal.h"

static struct thread a = { .priority = 1 }, b = { .priority = 2 },
                     c = { .priority = 2 }, d = { .priority = 3 };
static struct queue q;

static void assert_order(struct thread *const *order, unsigned count)
{
    struct thread *t = q.first;

    for (unsigned i = 0; i < count; i++) {
        assert_ptr_equal(t, order[i]);
        assert_ptr_equal(t->next->previous, t);
        t = t->next;
    }
    assert_ptr_equal(t, q.first);
}

#define ASSERT_ORDER(...)                                                      \
    do {                                                                       \
        struct thread *const order[] = { __VA_ARGS__ };                        \
        assert_order(order, sizeof order / sizeof order[0]);                   \
    } while (0)

static void pushed_goes_behind_all(void **state)
{
    (void)state;
    queue_push(&q, &a);
    queue_push(&q, &d);
    queue_push(&q, &b);
    ASSERT_ORDER(&a, &d, &b);
}

static void inserted_goes_behind_its_equals(void **state)
{
    (void)state;
    queue_insert(&q, &b);
    queue_insert(&q, &c);
    queue_insert(&q, &a);
    queue_insert(&q, &d);
    ASSERT_ORDER(&d, &b, &c, &a);
}

static void inserted_between_finds_its_place(void **state)
{
    (void)state;
    queue_insert(&q, &a);
    queue_insert(&q, &d);
    queue_insert(&q, &b);
    queue_insert(&q, &c);
    ASSERT_ORDER(&d, &b, &c, &a);
}

static void any_can_be_removed(void **state)
{
    (void)state;
    queue_push(&q, &a);
    queue_push(&q, &b);
    queue_push(&q, &c);
    queue_push(&q, &d);
    queue_remove(&q, &b);
    ASSERT_ORDER(&a, &c, &d);
    queue_remove(&q, &a);
    ASSERT_ORDER(&c, &d);
    queue_remove(&q, &d);
    ASSERT_ORDER(&c);
    queue_remove(&q, &c);
    assert_null(q.first);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(pushed_goes_behind_all),
    cmocka_unit_test(inserted_goes_behind_its_equals),
    cmocka_unit_test(inserted_between_finds_its_place),
    cmocka_unit_test(any_can_be_removed),
};

GROUP_MAIN(tests)
