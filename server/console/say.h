// say.h - a line of text for the console, in one call.
//
// For a program that has say.c among its SOURCES.

#ifndef SERVER_CONSOLE_SAY_H
#define SERVER_CONSOLE_SAY_H

#include <cmrx/status.h>

// Print on the console, formatted as cmrx_format() does; up to 159 characters, the
// rest is cut off. If the console is on its way back from a fault, it is waited for,
// up to 0.2 s. Returns what has become of the call: CMRX_CLOSED after that time.
// One thread of a program at a time: the text lies in a static buffer.
enum cmrx_status console_say(const char *format, ...);

#endif
