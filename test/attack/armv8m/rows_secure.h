// rows_secure.h (armv8m) - what the stack limit stops, and what the security state.

#ifndef ROWS_SECURE_H
#define ROWS_SECURE_H

#define LEAP(what, bytes)                                                      \
    {                                                                          \
        "csv-A17", "a frame of " what ", at the limit", DEED_LEAP,             \
            ADDRESS(bytes), .ways = EVERYWAY, TO_FAULT(STACK, ANYWHERE)        \
    }
#define NONSECURE(where, place)                                                \
    { "B3",  "BXNS to " where, DEED_TO_NONSECURE,                              \
      place, EVERYWAY,         TO_FAULT(STATE, ANYWHERE) },                    \
    {                                                                          \
        "B3", "BLXNS to " where, DEED_CALL_NONSECURE, place, EVERYWAY,         \
            TO_FAULT(STATE, ANYWHERE)                                          \
    }
#define SECURE_ROWS                                                              \
    NONSECURE("own code", AT_OWN_CODE),                                          \
        NONSECURE("code of another", AT_VICTIM_CODE),                            \
        NONSECURE("the kernel", AT_KERNEL_TEXT),                                 \
        NONSECURE("own memory", AT_OWN_MEMORY),                                  \
        NONSECURE("a device", AT_OWN_UART),                                      \
        { "B3",       "BXNS to nothing", DEED_TO_NONSECURE,                      \
          ADDRESS(0), .ways = EVERYWAY,  TO_FAULT(STATE, ANYWHERE) },            \
        { "B3",                                                                  \
          "BXNS to vendor space",                                                \
          DEED_TO_NONSECURE,                                                     \
          ADDRESS(0xe0200000),                                                   \
          .ways = EVERYWAY,                                                      \
          TO_FAULT(STATE, ANYWHERE) },                                           \
        { "B3", "SG", DEED_SECURE_GATEWAY, AT_ADDRESS, EVERYWAY, TO_RETURN(0) }, \
        LEAP("64 KiB", 0x10000), LEAP("512 MiB", 0x20000000),                    \
        LEAP("128 MiB", 0x8000000),

#endif
