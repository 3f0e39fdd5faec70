// interrupt.h - interrupts, which are events that the hardware posts.

#ifndef CMRX_INTERRUPT_H
#define CMRX_INTERRUPT_H

#include <cmrx/process.h>
#include <cmrx/status.h>

#ifdef __cplusplus
extern "C" {
#endif

// Let interrupt CMRX_INTERRUPT_ID(name) come: at the start, and after each
// occurrence when the device has been served. Until then it stays masked.
//
// None is lost; but one may come that was served already: the interrupt
// controller remembers a line that was held until the driver had served the
// device. So look at the device, and do nothing when it wants nothing.
//
// Returns CMRX_OK, also when it was not masked; CMRX_INVALID for a number past
// the last of the process. Any thread. Cost: constant.
enum cmrx_status cmrx_interrupt_done(uint32_t id);

#ifdef __cplusplus
}
#endif

#endif
