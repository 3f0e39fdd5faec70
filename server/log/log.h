// log.h - records of what happened, from any process.
//
// Two services of the process `log`: one to write, one to read what was written,
// wired apart. Who wrote is told by the kernel. Nobody waits for a reader: what
// there is no room for is lost, counted, and the reader is told where.

#ifndef SERVER_LOG_LOG_H
#define SERVER_LOG_LOG_H

#include "../again.h"

#include <cmrx/process.h>

#define LOG_TEXT    23u // characters of a text
#define LOG_WORDS   2u
#define LOG_RECORDS 16u                // that wait to be read
#define LOG_SHARE   (LOG_RECORDS / 2u) // of one process, at most
#define LOG_NOBODY  0xffu              // process of a record of the log's own
#define LOG_FOREVER UINT32_MAX

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG, LOG_LEVELS };

// What a method answers when it did not do what was asked.
enum {
    LOG_DENIED = -1,    // the caller may not touch what it points to
    LOG_INVALID = -2,   // no such level; a text that is empty or too long
    LOG_DROPPED = -3,   // write: no room, or too much of this process is unread
    LOG_NOTHING = -4,   // read: no record within that time
    LOG_CANCELLED = -5, // read: the caller has ended, or its call's deadline
};

struct log_record {
    uint64_t time;            // when it was written, microseconds
    uint32_t sequence;        // of those that were kept, from 0
    uint32_t word[LOG_WORDS]; // for %d, %u and %x of the text, in that order
    uint16_t lost;            // records between this one and the one before
    uint8_t level;            // enum log_level
    uint8_t process;          // who wrote it, as numbered in system.json
    uint8_t length;           // characters of
    char text[LOG_TEXT];      // anything; line.h makes it printable
};

struct log_writer {
    // Keep a record: `what` is LOG_WHAT(level, text). Takes as long as the copy
    // of one, and waits at most for one other that is being copied. Returns 0
    // (also when it is of a level that nobody wants), LOG_DENIED, LOG_INVALID,
    // LOG_DROPPED. Cost: constant.
    int32_t (*write)(CMRX_SELF, const char *text, uint32_t what, uint32_t a,
                     uint32_t b);
};

struct log_reader {
    // Take the oldest record, waiting for one for `wait_us` microseconds (0: not
    // at all). When the last ones were lost there comes one of LOG_NOBODY that
    // says so. Returns how many are left, LOG_DENIED, LOG_NOTHING,
    // LOG_CANCELLED. Cost: constant.
    int32_t (*read)(CMRX_SELF, struct log_record *to, uint32_t wait_us);

    // From now on keep records of `level` and more urgent ones only; all are at
    // the start. Returns the level before, LOG_INVALID. Cost: constant.
    int32_t (*limit)(CMRX_SELF, uint32_t level);
};

#define LOG_WHAT(level, text)                                                  \
    ((uint32_t)(level) | ((uint32_t)sizeof(text) - 1u) << 8)

// LOG(LOG_WARNING, "speed %d of %d", speed, limit); `text` is a string literal of
// up to 23 characters, with up to two of %d, %u, %x. Where there are fewer, say
// 0. The program says CMRX_USE(struct log_writer, log_writer). Returns the status
// of the call: CMRX_OK also when the record was dropped, which the log counts.
#define LOG(level, text, a, b)                                                 \
    __extension__({                                                            \
        _Static_assert(sizeof(text "") >= 2 &&                                 \
                           sizeof(text "") <= LOG_TEXT + 1,                    \
                       "a text of the log has 1 to 23 characters");            \
        CALL_AGAIN(cmrx_call(NULL, log_writer, write, text,                    \
                             LOG_WHAT(level, text), (uint32_t)(a),             \
                             (uint32_t)(b)));                                  \
    })

#endif
