// case_ring.c - bytes come out in order, once, and neither end sleeps on.

#include <cmrx/ring.h>

#include "explore.h"

#define ALL 5u

static uint8_t bytes[2];
static struct cmrx_ring ring;
static uint8_t next;
static uint32_t sent;

EXPLORE_QUIET static void reset(void)
{
    ring = (struct cmrx_ring)CMRX_RING(bytes);
    ring.put = ring.taken = UINT32_MAX - 1; // wraps meanwhile
    next = 0;
    sent = 0;
}

EXPLORE_QUIET static void note(uint8_t byte)
{
    EXPLORE_CHECK(byte == next);
    next++;
}

EXPLORE_QUIET static void note_sent(uint32_t count)
{
    sent += count;
}

static uint32_t receive(uint32_t size, uint64_t deadline)
{
    uint8_t piece[ALL];
    uint32_t count = cmrx_ring_receive(&ring, piece, size, deadline);

    for (uint32_t n = 0; n < count; n++)
        note(piece[n]);
    return count;
}

static void receive_all_by(uint32_t size, uint64_t deadline)
{
    uint32_t count = 0, more;

    do {
        more = receive(size, deadline);
        count += more;
    } while (more > 0 && count < ALL);
}

static void receive_one_by_one(void)
{
    receive_all_by(1, CMRX_FOREVER);
}

static void receive_by_three(void)
{
    receive_all_by(3, CMRX_FOREVER);
}

static void receive_in_time(void)
{
    receive_all_by(1, EXPLORE_SOME_TIME);
}

static void send_by(uint32_t size, uint64_t deadline)
{
    static const uint8_t all[ALL] = { 0, 1, 2, 3, 4 };

    for (uint32_t n = 0; n < ALL; n += size) {
        uint32_t left = ALL - n, piece = size < left ? size : left;
        uint32_t count = cmrx_ring_send(&ring, all + n, piece, deadline);

        note_sent(count);
        if (count < piece)
            return;
    }
}

static void send_at_once(void)
{
    send_by(ALL, CMRX_FOREVER);
}

static void send_one_by_one(void)
{
    send_by(1, CMRX_FOREVER);
}

static void send_in_time(void)
{
    send_by(1, EXPLORE_SOME_TIME);
}

// As the thread of an interrupt does, that must not wait.
static void write_what_fits(void)
{
    send_by(1, 0);
}

static void read_polling(void)
{
    uint8_t byte;

    for (uint32_t n = 0; n < 3; n++)
        if (cmrx_ring_read(&ring, &byte, 1) > 0)
            note(byte);
}

static void write_polling(void)
{
    static const uint8_t all[ALL] = { 0, 1, 2, 3, 4 };

    for (uint32_t n = 0; n < 3; n++)
        note_sent(cmrx_ring_write(&ring, all + sent, 1));
}

EXPLORE_QUIET static void check_all(void)
{
    EXPLORE_CHECK(sent == ALL && next == ALL && ring.put == ring.taken);
}

// What was sent and not received is still there. Who sleeps has a reason.
EXPLORE_QUIET static void check_rest(void)
{
    uint32_t left = ring.put - ring.taken;

    EXPLORE_CHECK(sent - next == left && left <= 2);
    EXPLORE_CHECK(explore_ended(0) || left == 0);
    EXPLORE_CHECK(explore_ended(1) || left == 2);
}

static const struct explore_scenario scenarios[] = {
    { "all_in_one_piece",
      reset,
      { receive_by_three, send_at_once },
      check_all,
      3,
      0,
      0 },
    { "byte_by_byte",
      reset,
      { receive_one_by_one, send_one_by_one },
      check_all,
      3,
      0,
      0 },
    { "byte_by_byte_of_one_piece",
      reset,
      { receive_one_by_one, send_at_once },
      check_all,
      3,
      0,
      0 },
    { "a_reader_gives_up",
      reset,
      { receive_in_time, send_one_by_one },
      check_rest,
      3,
      0,
      3 },
    { "a_writer_gives_up",
      reset,
      { receive_by_three, send_in_time },
      check_rest,
      3,
      0,
      3 },
    { "one_of_them_is_cancelled",
      reset,
      { receive_by_three, send_one_by_one },
      check_rest,
      2,
      3,
      3 },
    { "a_writer_that_never_waits",
      reset,
      { receive_by_three, write_what_fits },
      check_rest,
      3,
      0,
      1 },
    { "neither_waits",
      reset,
      { read_polling, write_polling },
      check_rest,
      4,
      0,
      0 },
};

int main(void)
{
    return explore_all(scenarios, sizeof(scenarios) / sizeof(scenarios[0]));
}
