// records.c - the records that nobody has read yet.

#include "records.h"

#include <string.h>

static struct log_record *at(struct log_records *records, uint32_t n)
{
    return &records->record[(records->first + n) % LOG_RECORDS];
}

static uint32_t share(struct log_records *records, uint32_t process)
{
    uint32_t share = 0;

    for (uint32_t n = 0; n < records->count; n++)
        share += at(records, n)->process == process;
    return share;
}

struct log_record *log_records_append(struct log_records *records,
                                      uint32_t process)
{
    if (records->count == LOG_RECORDS || share(records, process) == LOG_SHARE) {
        records->dropped += records->dropped < UINT16_MAX;
        return NULL;
    }
    struct log_record *record = at(records, records->count++);

    record->sequence = records->sequence++;
    record->process = (uint8_t)process;
    record->lost = records->dropped;
    records->dropped = 0;
    return record;
}

static void tell_dropped(struct log_records *records, struct log_record *to,
                         uint64_t now)
{
    static const char text[] = "%u records lost";

    *to = (struct log_record){ .time = now,
                               .sequence = records->sequence,
                               .word = { records->dropped, 0 },
                               .lost = records->dropped,
                               .level = LOG_ERROR,
                               .process = LOG_NOBODY,
                               .length = sizeof(text) - 1 };
    memcpy(to->text, text, sizeof(text) - 1);
    records->dropped = 0;
}

bool log_records_take(struct log_records *records, struct log_record *to,
                      uint64_t now)
{
    if (records->count == 0) {
        if (records->dropped == 0)
            return false;
        tell_dropped(records, to, now);
        return true;
    }
    *to = *at(records, 0);
    records->first = (uint8_t)((records->first + 1u) % LOG_RECORDS);
    records->count--;
    return true;
}
