// records.h - the records that nobody has read yet.
//
// Pure. Who finds no room is dropped, not the oldest: what a mishap begins with
// is worth more than its echo. No process has more than LOG_SHARE of them, so one
// that floods the log does not keep others out.

#ifndef SERVER_LOG_RECORDS_H
#define SERVER_LOG_RECORDS_H

#include "log.h"

#include <stdbool.h>

// Zero is empty. Invariant: count <= LOG_RECORDS; `dropped` since the last one
// that was kept, or told.
struct log_records {
    uint32_t sequence; // of the next one
    uint16_t dropped;
    uint8_t first, count;
    struct log_record record[LOG_RECORDS];
};

// A place for a record of `process`, which has its sequence, process and lost;
// NULL: it is dropped, and counted.
struct log_record *log_records_append(struct log_records *records,
                                      uint32_t process);

// Take the oldest; false: there is none. After the last one, one that says how
// many were dropped behind it.
bool log_records_take(struct log_records *records, struct log_record *to,
                      uint64_t now);

#endif
