// device.h - a timer that ticks once.

#ifndef DEVICE_H
#define DEVICE_H

#include <stdbool.h>
#include <stdint.h>

void device_tick_in(uint32_t ticks); // of 40 ns
bool device_has_ticked(void);
void device_clear(void);

#endif
