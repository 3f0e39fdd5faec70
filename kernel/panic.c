// panic.c - the kernel is wrong. Nothing that user code does leads here.
//
// What is known is kept where a warm reset does not reach it; then the system
// starts anew. A test build stops instead, so that the test sees it.

#include "internal.h"

_Noreturn void panic(uint32_t code)
{
    // A watchdog that was not kicked comes here, too: that is a reset in any build.
    bool is_watchdog = code == PORT_PANIC_WATCHDOG;

    fault_keep_panic(is_watchdog ? CMRX_PANIC_WATCHDOG : code);
    if (KERNEL_CHECKED && !is_watchdog)
        port_halt(99, "the kernel has found itself wrong");
    port_reset();
}
