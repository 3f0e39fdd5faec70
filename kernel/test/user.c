// user.c - what user code does, done by a test for the thread that runs.

#include "user.h"

#include "group.h"
#include "internal.h"
#include "invariants.h"

#define TRAP_BYTES 2u // of a trap, as port/fake has it

// Where a thread is that is to make its system call once more, or 0.
static uint32_t again_at[SYSTEM_THREADS];

static void entered(enum fake_end end)
{
    REQUIRE(end == FAKE_RESUMED);
    invariants_check();
}

static void trap(void)
{
    const struct port_frame *frame = port_frame(&running->context);
    unsigned thread = thread_index(running);

    fake.again = false;
    entered(fake_syscall());
    again_at[thread] = fake.again ? frame->pc : 0;
}

void user_trap(uint32_t word, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    struct port_frame *frame = port_frame(&running->context);

    frame->r[0] = a;
    frame->r[1] = b;
    frame->r[2] = c;
    frame->r[3] = d;
    frame->word = word;
    trap();
    user_goes_on();
}

void user_goes_on(void)
{
    for (;;) {
        struct port_frame *frame = port_frame(&running->context);
        if (frame->pc == 0 || frame->pc != again_at[thread_index(running)])
            return;
        frame->pc += TRAP_BYTES;
        trap();
    }
}

void user_call(unsigned import, unsigned method)
{
    running->context.kept[0] = 0;
    user_trap(CMRX_SYS_CALL | import << 8 | method << 16, 11, 12, 13, 14);
}

void user_call_until(unsigned import, unsigned method, uint64_t deadline)
{
    running->context.kept[0] = 0;
    running->context.kept[1] = (uint32_t)deadline;
    running->context.kept[2] = (uint32_t)(deadline >> 32);
    user_trap(CMRX_SYS_CALL_UNTIL | import << 8 | method << 16, 11, 12, 13, 14);
}

void user_return(uint32_t low, uint32_t high)
{
    user_trap(CMRX_SYS_RETURN, low, high, 0, 0);
}

void user_wait(uint32_t word, uint32_t value, uint64_t deadline)
{
    user_trap(CMRX_SYS_WAIT, word, value, (uint32_t)deadline,
              (uint32_t)(deadline >> 32));
}

void user_wake(uint32_t word, uint32_t count)
{
    user_trap(CMRX_SYS_WAKE, word, count, 0, 0);
}

void user_post(uint32_t number, uint32_t bits)
{
    user_trap(CMRX_SYS_POST, number, bits, 0, 0);
}

void user_start(uint32_t number, uint32_t argument)
{
    user_trap(CMRX_SYS_THREAD_START, number, argument, 0, 0);
}

void user_exit(uint32_t result)
{
    user_trap(CMRX_SYS_THREAD_EXIT, result, 0, 0, 0);
}

void user_join(uint32_t number, uint64_t deadline)
{
    user_trap(CMRX_SYS_THREAD_JOIN, number, 0, (uint32_t)deadline,
              (uint32_t)(deadline >> 32));
}

void user_priority(uint32_t priority)
{
    user_trap(CMRX_SYS_THREAD_PRIORITY, priority, 0, 0, 0);
}

void user_yield(void)
{
    user_trap(CMRX_SYS_YIELD, 0, 0, 0, 0);
}

void user_control(uint32_t process, bool start)
{
    user_trap(CMRX_SYS_PROCESS_CONTROL, process, start, 0, 0);
}

void user_fault(void)
{
    entered(fake_fault(CMRX_FAULT_ACCESS,
                       CMRX_FAULT_HAS_FRAME | CMRX_FAULT_HAS_ADDRESS, 0x10));
}

struct port_frame *user_frame(unsigned thread)
{
    return port_frame(&threads[thread].context);
}

struct cmrx_reply user_reply(unsigned thread)
{
    const struct port_frame *frame = user_frame(thread);

    return (struct cmrx_reply){ frame->r[0], frame->r[1],
                                (int32_t)frame->r[2] };
}

uint64_t user_now(void)
{
    return fake.ticks * plan.clock_us / plan.clock_ticks;
}

void user_pass(uint64_t us)
{
    uint64_t end = fake.ticks + us * plan.clock_ticks / plan.clock_us;

    for (;;) {
        uint64_t left = end - fake.ticks;
        if (left < fake_alarm_in())
            break;
        fake_pass(fake_alarm_in());
        entered(fake_alarm());
        user_goes_on();
    }
    fake_pass((uint32_t)(end - fake.ticks));
}

unsigned user_running(void)
{
    return thread_index(running);
}
