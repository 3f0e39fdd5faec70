// serial_server.c - the service `serial` on any UART.
//
// One thread, `serve`, moves bytes between the device and two rings, and is the
// only one to touch the device. The methods run in the threads of callers and
// touch only the rings; they wait inside, which leaves the monitor, so that a
// reader who waits keeps no writer out.
//
// Invariant: when `serve` waits, then either the receive ring has room and the
// device will interrupt, or `stalled` is set and the next reader kicks. Bytes
// that find no room stay in the device, which tells the other side to stop if
// it can, and counts what it loses if it cannot.

#include "serial.h"
#include "uart.h"

#include <cmrx/cmrx.h>
#include <cmrx/ring.h>

#define RECEIVE_BYTES 64u
#define SEND_BYTES    128u
#define CHUNK         16u // received bytes that are put into the ring at once

static uint8_t receive_bytes[RECEIVE_BYTES];
static uint8_t send_bytes[SEND_BYTES];
static struct cmrx_ring receive_ring = CMRX_RING(receive_bytes);
static struct cmrx_ring send_ring = CMRX_RING(send_bytes);
static volatile bool stalled;
static uint32_t lost;

// ---- The thread

static void receive(void)
{
    uint8_t chunk[CHUNK];
    uint32_t room, count;

    do {
        room = cmrx_ring_free(&receive_ring);
        if (room > CHUNK)
            room = CHUNK;
        for (count = 0; count < room; count++) {
            if (!uart_get(&chunk[count], &lost))
                break;
        }
        if (cmrx_ring_write(&receive_ring, chunk, count) > 0)
            cmrx_wake(&receive_ring.put, CMRX_WAKE_ALL);
        stalled = count == room && room < CHUNK;
        // A reader of higher priority may have made room before it could know.
    } while (count == CHUNK || (stalled && cmrx_ring_free(&receive_ring) > 0));
}

// Returns true when the device has taken all there was.
static bool transmit(void)
{
    bool sent = false, accepted = true;

    while (accepted && cmrx_ring_used(&send_ring) > 0) {
        uint8_t byte = send_bytes[send_ring.taken & (SEND_BYTES - 1)];

        accepted = uart_put(byte);
        if (accepted)
            sent = cmrx_ring_read(&send_ring, &byte, 1) > 0;
    }
    if (sent)
        cmrx_wake(&send_ring.taken, CMRX_WAKE_ALL);
    return accepted;
}

CMRX_THREAD(serve, .stack = 256, .priority = 24)
{
    uart_start();
    for (;;) {
        uart_acknowledge();
        receive();
        bool all_sent = transmit();
        uart_listen(!stalled, !all_sent);
        cmrx_event_take(uart_attention, UINT32_MAX, CMRX_FOREVER);
    }
}

// ---- The methods

static void kick(void)
{
    __atomic_fetch_or(uart_attention, UART_KICK, __ATOMIC_RELEASE);
    cmrx_wake(uart_attention, 1);
}

static uint64_t deadline_in(uint32_t timeout_us)
{
    if (timeout_us == SERIAL_FOREVER)
        return CMRX_FOREVER;
    return timeout_us == 0 ? 0 : cmrx_time_now() + timeout_us;
}

// After a wait: is there a reason to look again?
static bool goes_on(enum cmrx_status status)
{
    return status == CMRX_OK || status == CMRX_CHANGED;
}

static int32_t serial_read(CMRX_SELF, void *to, uint32_t size,
                           uint32_t timeout_us)
{
    uint64_t deadline = deadline_in(timeout_us);

    if (!cmrx_caller_may_write(to, size))
        return SERIAL_DENIED;
    for (;;) {
        // Before the look: a byte that comes after it has changed the word.
        uint32_t put = receive_ring.put;
        uint32_t count = cmrx_ring_read(&receive_ring, to, size);

        // After the look: the thread may have filled the ring meanwhile.
        if (count > 0 && stalled)
            kick();
        if (count > 0)
            return (int32_t)count;
        if (!goes_on(cmrx_wait(&receive_ring.put, put, deadline)))
            return 0;
    }
}

static int32_t serial_write(CMRX_SELF, const void *from, uint32_t size)
{
    const uint8_t *bytes = from;
    uint32_t count = 0;

    if (size > INT32_MAX || !cmrx_caller_may_read(from, size))
        return SERIAL_DENIED;
    while (count < size) {
        uint32_t taken = send_ring.taken;

        count += cmrx_ring_write(&send_ring, bytes + count, size - count);
        kick();
        if (count < size &&
            !goes_on(cmrx_wait(&send_ring.taken, taken, CMRX_FOREVER)))
            break;
    }
    return (int32_t)count;
}

static int32_t serial_drain(CMRX_SELF, uint32_t timeout_us)
{
    uint64_t deadline = deadline_in(timeout_us);

    for (;;) {
        uint32_t taken = send_ring.taken;

        if (cmrx_ring_used(&send_ring) == 0)
            return 0;
        if (!goes_on(cmrx_wait(&send_ring.taken, taken, deadline)))
            return SERIAL_TIMEOUT;
    }
}

static int32_t serial_report(CMRX_SELF, struct serial_report *to)
{
    if (!cmrx_caller_may_write(to, sizeof(*to)))
        return SERIAL_DENIED;
    to->received = receive_ring.put;
    to->sent = send_ring.taken;
    to->lost = lost;
    return 0;
}

CMRX_PROVIDE(struct serial, serial, .read = serial_read, .write = serial_write,
             .drain = serial_drain, .report = serial_report);
