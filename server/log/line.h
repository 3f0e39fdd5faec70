// line.h - a record of the log as a line of text.

#ifndef SERVER_LOG_LINE_H
#define SERVER_LOG_LINE_H

#include "log.h"

#define LOG_LINE 100u // for the console; what is longer is cut

// "12.345 warning sensor: speed 12 of 10\n", and "(3 lost)" before the
// colon when there were any. `name` is the writer's; NULL: its number. The text
// is anybody's: of a format only %d, %u, %x with a width are done, with the two
// words of the record; all else, and what cannot be printed, is shown and does
// nothing. Returns the length, at most size - 1; a zero is behind it. Size is 2
// or more.
uint32_t log_line(const struct log_record *record, const char *name, char *to,
                  uint32_t size);

#endif
