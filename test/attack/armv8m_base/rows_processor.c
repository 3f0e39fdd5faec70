// rows_processor.c (armv8m_base) - as on v6-M, and what v8-M has more.

#include "../armv8m/rows_secure.h"

#define LIMIT(what, deed)                                                      \
    {                                                                          \
        "A10", "the stack pointer below its limit, by " what, deed,            \
            AT_OWN_STACK, HOME, TO_FAULT(STACK, ANYWHERE)                      \
    }
#define ALONE(what, deed, place, offset_, at_)                                 \
    {                                                                          \
        "csv-A22", what, deed, place, BOTH, TO_FAULT(ACCESS, at_),             \
            .offset = offset_                                                  \
    }

#define EXCLUSIVE_ROWS                                                         \
    SECURE_ROWS                                                                \
    ALONE("LDREX of memory of another", DEED_READ_EXCLUSIVE, AT_VICTIM_MEMORY, \
          0, AT(0)),                                                           \
        ALONE("LDREX at an offset", DEED_READ_EXCLUSIVE_AT, AT_WINDOW_END,     \
              -1016, AT(1020)),                                                \
        ALONE("LDA of kernel data", DEED_READ_ACQUIRE, AT_KERNEL_DATA, 0,      \
              AT(0)),                                                          \
        ALONE("LDAEXH at an end", DEED_READ_ACQUIRE_HALF, AT_WINDOW_END, 0,    \
              AT(0)),                                                          \
        ALONE("STL to kernel data", DEED_WRITE_RELEASE, AT_KERNEL_DATA, 0,     \
              AT(0)),                                                          \
        ALONE("STLB at a begin", DEED_WRITE_RELEASE_BYTE, AT_WINDOW, -1,       \
              AT(0)),                                                          \
        { "csv-A22",                                                           \
          "LDREX and STREX in memory of another",                              \
          DEED_WRITE_EXCLUSIVE,                                                \
          AT_VICTIM_MEMORY,                                                    \
          BOTH,                                                                \
          TO_FAULT(ACCESS, AT(0)),                                             \
          .c = 1 },                                                            \
        { "csv-A22",                                                           \
          "STREX to memory of another",                                        \
          DEED_WRITE_EXCLUSIVE,                                                \
          AT_VICTIM_MEMORY,                                                    \
          BOTH,                                                                \
          .required = SURVIVED },                                              \
        { "A9",                                                                \
          "unaligned LDREX",                                                   \
          DEED_READ_EXCLUSIVE,                                                 \
          AT_OWN_MEMORY,                                                       \
          BOTH,                                                                \
          TO_FAULT(ALIGNMENT, ANYWHERE),                                       \
          .offset = 2 },                                                       \
        { "B2",                                                                \
          "a trap below the limit, and a frame that is there",                 \
          DEED_PLANTED_FRAME,                                                  \
          AT_OWN_STACK,                                                        \
          HOME,                                                                \
          TO_FAULT(STACK, ANYWHERE) },                                         \
        LIMIT("PUSH", DEED_LEAP_BY_PUSH), LIMIT("SUB", DEED_LEAP_BY_SUB),      \
        LIMIT("MOV", DEED_LEAP_BY_MOV),

#include "../armv6m/rows_processor.c"
