// other_log.c - another program in the place of `log`: nothing of server/log but
// the interface.
//
// Records lie in no order; the one with the least number is read next. A record of
// what was lost is made when it is lost, in a place of its own.

#include "../../../server/log/log.h"

#include <cmrx/cmrx.h>

#include <string.h>

static struct {
    struct log_record record;
    bool is_unread;
} place[LOG_RECORDS];

static const char lost_text[] = "%u records lost";
static uint32_t numbered; // records that were kept
static uint32_t lost;     // since the last that was kept, or told
static uint64_t lost_at;
static uint32_t least_urgent = LOG_LEVELS - 1;
static uint32_t doorbell;

static struct log_record *find_place(uint32_t process)
{
    struct log_record *found = NULL;
    uint32_t of_process = 0;

    for (uint32_t n = 0; n < LOG_RECORDS; n++) {
        if (!place[n].is_unread)
            found = &place[n].record;
        else if (place[n].record.process == process)
            of_process++;
    }
    return of_process < LOG_SHARE ? found : NULL;
}

static void keep(struct log_record *record, const char *text)
{
    memcpy(record->text, text, record->length);
    record->time = cmrx_time_now();
    record->sequence = numbered++;
    record->lost = (uint16_t)lost;
    lost = 0;
    for (uint32_t n = 0; n < LOG_RECORDS; n++) {
        if (record == &place[n].record)
            place[n].is_unread = true;
    }
}

static int32_t log_write(CMRX_SELF, const char *text, uint32_t what, uint32_t a,
                         uint32_t b)
{
    uint32_t level = what % 256, length = what / 256;
    uint8_t writer = (uint8_t)cmrx_caller();
    struct log_record *record = find_place(writer);

    if (level >= LOG_LEVELS || length == 0 || length > LOG_TEXT)
        return LOG_INVALID;
    if (!cmrx_caller_may_read(text, length))
        return LOG_DENIED;
    if (level > least_urgent)
        return 0;
    doorbell++;
    cmrx_wake(&doorbell, 1);
    if (record == NULL) {
        lost += lost < UINT16_MAX;
        lost_at = cmrx_time_now();
        return LOG_DROPPED;
    }
    *record = (struct log_record){ .word = { a, b },
                                   .level = (uint8_t)level,
                                   .process = writer,
                                   .length = (uint8_t)length };
    keep(record, text);
    return 0;
}

CMRX_PROVIDE(struct log_writer, log_writer, .write = log_write);

static uint32_t unread(void)
{
    uint32_t count = 0;

    for (uint32_t n = 0; n < LOG_RECORDS; n++)
        count += place[n].is_unread;
    return count;
}

static void take_oldest(struct log_record *to)
{
    uint32_t oldest = LOG_RECORDS;

    for (uint32_t n = 0; n < LOG_RECORDS; n++) {
        if (place[n].is_unread &&
            (oldest == LOG_RECORDS ||
             place[n].record.sequence < place[oldest].record.sequence))
            oldest = n;
    }
    *to = place[oldest].record;
    place[oldest].is_unread = false;
}

static bool take(struct log_record *to)
{
    if (unread() != 0) {
        take_oldest(to);
        return true;
    }
    if (lost == 0)
        return false;
    *to = (struct log_record){ .time = lost_at,
                               .sequence = numbered,
                               .word = { lost, 0 },
                               .lost = (uint16_t)lost,
                               .process = LOG_NOBODY,
                               .length = sizeof(lost_text) - 1 };
    memcpy(to->text, lost_text, sizeof(lost_text) - 1);
    lost = 0;
    return true;
}

static int32_t log_read(CMRX_SELF, struct log_record *to, uint32_t wait_us)
{
    uint64_t end =
        wait_us == LOG_FOREVER ? CMRX_FOREVER : cmrx_time_now() + wait_us;

    if (!cmrx_caller_may_write(to, sizeof(*to)))
        return LOG_DENIED;
    while (!take(to)) {
        switch (cmrx_wait(&doorbell, doorbell, end)) {
        case CMRX_OK:
        case CMRX_CHANGED:
            break;
        case CMRX_TIMEOUT:
            return LOG_NOTHING;
        default:
            return LOG_CANCELLED;
        }
    }
    return (int32_t)unread();
}

static int32_t log_limit(CMRX_SELF, uint32_t level)
{
    uint32_t before = least_urgent;

    if (level >= LOG_LEVELS)
        return LOG_INVALID;
    least_urgent = level;
    return (int32_t)before;
}

CMRX_PROVIDE(struct log_reader, log_reader, .read = log_read,
             .limit = log_limit);
