// test_queue.c - lists of threads, by priority and by age.

#include "group.h"
#include "internal.h"

static struct thread a = { .priority = 1 }, b = { .priority = 2 },
                     c = { .priority = 2 }, d = { .priority = 3 };
static struct queue q;

static void assert_ring(struct thread *first, struct thread *const *order,
                        unsigned count)
{
    struct thread *t = first;

    for (unsigned i = 0; i < count; i++) {
        assert_ptr_equal(t, order[i]);
        assert_ptr_equal(t->next->previous, t);
        t = t->next;
    }
    assert_ptr_equal(t, first);
}

#define ASSERT_RING(first, ...)                                                \
    do {                                                                       \
        struct thread *const order[] = { __VA_ARGS__ };                        \
        assert_ring(first, order, sizeof order / sizeof order[0]);             \
    } while (0)

// d, then b and c, then a.
static void assert_all(void)
{
    ASSERT_RING(q.first, &d);
    ASSERT_RING(d.lower, &b, &c);
    ASSERT_RING(b.lower, &a);
    assert_null(a.lower);
}

static void pushed_goes_behind_all(void **state)
{
    (void)state;
    queue_push(&q, &a);
    queue_push(&q, &d);
    queue_push(&q, &b);
    ASSERT_RING(q.first, &a, &d, &b);
}

static void inserted_goes_behind_its_equals(void **state)
{
    (void)state;
    queue_insert(&q, &b);
    queue_insert(&q, &c);
    queue_insert(&q, &a);
    queue_insert(&q, &d);
    assert_all();
}

static void inserted_between_finds_its_place(void **state)
{
    (void)state;
    queue_insert(&q, &a);
    queue_insert(&q, &d);
    queue_insert(&q, &b);
    queue_insert(&q, &c);
    assert_all();
}

static void any_can_be_pulled(void **state)
{
    (void)state;
    queue_push(&q, &a);
    queue_push(&q, &b);
    queue_push(&q, &c);
    queue_push(&q, &d);
    queue_pull(&q, &b);
    ASSERT_RING(q.first, &a, &c, &d);
    queue_pull(&q, &a);
    ASSERT_RING(q.first, &c, &d);
    queue_pull(&q, &d);
    ASSERT_RING(q.first, &c);
    queue_pull(&q, &c);
    assert_null(q.first);
}

static void all_inserted(void)
{
    queue_insert(&q, &b);
    queue_insert(&q, &d);
    queue_insert(&q, &c);
    queue_insert(&q, &a);
    assert_all();
}

static void first_of_its_priority_can_be_removed(void **state)
{
    (void)state;
    all_inserted();
    queue_remove(&q, &b);
    ASSERT_RING(d.lower, &c);
    queue_remove(&q, &c);
    ASSERT_RING(d.lower, &a);
    queue_remove(&q, &d);
    ASSERT_RING(q.first, &a);
    queue_remove(&q, &a);
    assert_null(q.first);
}

static void last_of_its_priority_can_be_removed(void **state)
{
    (void)state;
    all_inserted();
    queue_remove(&q, &c);
    ASSERT_RING(d.lower, &b);
    ASSERT_RING(b.lower, &a);
    queue_remove(&q, &a);
    assert_null(b.lower);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(pushed_goes_behind_all),
    cmocka_unit_test(inserted_goes_behind_its_equals),
    cmocka_unit_test(inserted_between_finds_its_place),
    cmocka_unit_test(any_can_be_pulled),
    cmocka_unit_test(first_of_its_priority_can_be_removed),
    cmocka_unit_test(last_of_its_priority_can_be_removed),
};

GROUP_MAIN(tests)
