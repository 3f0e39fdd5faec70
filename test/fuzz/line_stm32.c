// line_stm32.c - a fuzzer that makes interrupts: its line is up, again and again.
// How it is raised: test/common/report_stm32.c.

#include "fuzzer.h"

struct usart {
    uint32_t status, data, rate, control;
};

CMRX_DEVICE(struct usart, timer);
CMRX_EVENT(ticked);
CMRX_INTERRUPT(tick, ticked, 1u << 3);

#define TRANSMIT_ON (1u << 13 | 1u << 3)
#define INTERRUPTS  (1u << 7 | 1u << 5)
#define RECEIVED    (1u << 5)

void timer_step(uint32_t *state)
{
    uint32_t random = random_next(state);

    switch (random % 4) {
    case 0:
        timer.status = RECEIVED;
        timer.control = TRANSMIT_ON | INTERRUPTS;
        break;
    case 1:
        timer.control = TRANSMIT_ON;
        (void)*(volatile uint32_t *)&timer.data;
        cmrx_interrupt_done(CMRX_INTERRUPT_ID(tick));
        break;
    case 2:
        cmrx_event_take(&ticked, random >> 8,
                        cmrx_time_now() + (random >> 4) % 512);
        break;
    default:
        cmrx_interrupt_done(edge(state));
        break;
    }
}
