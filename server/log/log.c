// log.c - records of what happened, from any process.
//
// All methods are in the monitor, each for the copy of a record: that is how
// long a writer can be kept by another. A reader waits outside of it.

#include "log.h"
#include "records.h"

#include <cmrx/cmrx.h>

#include <string.h>

static struct log_records records;
static volatile uint32_t written; // ever, kept or dropped, modulo 2^32
static uint32_t muted; // so many of the least urgent levels are not kept

static int32_t log_write(CMRX_SELF, const char *text, uint32_t what, uint32_t a,
                         uint32_t b)
{
    uint32_t level = what & 0xffu, length = what >> 8;

    if (level >= LOG_LEVELS || length == 0 || length > LOG_TEXT)
        return LOG_INVALID;
    if (!cmrx_caller_may_read(text, length))
        return LOG_DENIED;
    if (level + muted >= LOG_LEVELS)
        return 0;
    struct log_record *record =
        log_records_append(&records, (uint32_t)cmrx_caller());
    if (record != NULL) {
        record->time = cmrx_time_now();
        record->word[0] = a;
        record->word[1] = b;
        record->level = (uint8_t)level;
        record->length = (uint8_t)length;
        memcpy(record->text, text, length);
    }
    written++;
    cmrx_wake(&written, 1);
    return record != NULL ? 0 : LOG_DROPPED;
}

CMRX_PROVIDE(struct log_writer, log_writer, .write = log_write);

static int32_t log_read(CMRX_SELF, struct log_record *to, uint32_t wait_us)
{
    uint64_t deadline =
        wait_us == LOG_FOREVER ? CMRX_FOREVER : cmrx_time_now() + wait_us;

    if (!cmrx_caller_may_write(to, sizeof(*to)))
        return LOG_DENIED;
    while (!log_records_take(&records, to, cmrx_time_now())) {
        enum cmrx_status status = cmrx_wait(&written, written, deadline);

        if (status == CMRX_TIMEOUT)
            return LOG_NOTHING;
        if (status != CMRX_OK && status != CMRX_CHANGED)
            return LOG_CANCELLED;
    }
    return records.count;
}

static int32_t log_limit(CMRX_SELF, uint32_t level)
{
    uint32_t before = LOG_LEVELS - 1 - muted;

    if (level >= LOG_LEVELS)
        return LOG_INVALID;
    muted = LOG_LEVELS - 1 - level;
    return (int32_t)before;
}

CMRX_PROVIDE(struct log_reader, log_reader, .read = log_read,
             .limit = log_limit);
