// no_timer.c - a fuzzer that was granted no interrupt.

#include "fuzzer.h"

void timer_step(uint32_t *state)
{
    cmrx_interrupt_done(edge(state));
}
