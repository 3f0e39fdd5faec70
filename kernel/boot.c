// boot.c - from reset to the first thread.
//
// Nothing of any process runs before everything is whole: the record of the
// last life checked, protection proved, all processes restored.

#include "internal.h"

static void objects_init(void)
{
    for (unsigned i = 0; i < process_count; i++) {
        processes[i].image = &process_images[i];
        processes[i].number = (uint8_t)i;
    }
    for (unsigned i = 0; i < thread_count; i++) {
        threads[i].image = &thread_images[i];
        threads[i].number = (uint8_t)(i + 1);
        threads[i].serial = thread_images[i].monitor;
        threads[i].low = thread_images[i].stack.base;
    }
}

void kernel_boot(void)
{
    fault_store_init();
    port_init();
    objects_init();
    const char *why = port_refusal();
    if (why != NULL)
        port_halt(98, why);
    time_start();
    for (unsigned i = 0; i < process_count; i++)
        process_start(&processes[i]);
    sched_next();
    port_start();
}
