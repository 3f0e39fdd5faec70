// rows_processor.c (armv8m) - as on v7-M; and what the stack limit stops.

#define LEAP(what, bytes)                                                      \
    {                                                                          \
        "csv-A17", "a frame of " what ", at the limit", DEED_LEAP,             \
            ADDRESS(bytes), .ways = EVERYWAY, TO_FAULT(STACK, ANYWHERE)        \
    }
#define MORE_ROWS                                                              \
    LEAP("64 KiB", 0x10000), LEAP("512 MiB", 0x20000000),                      \
        LEAP("128 MiB", 0x8000000),

#include "../armv7m/rows_processor.c"
