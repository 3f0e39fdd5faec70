// tables.h - a system for the tests of the template.

#ifndef TABLES_H
#define TABLES_H

#include <stdint.h>

#define STACK_BYTES 1024u
// Where programs would be, if there were any.
enum { MAIN = 0x2010, METHOD = 0x3010, IDLE = 0x3020, GATE = 0x2080, SELF = 7 };

uint32_t *event_word(void); // of app; its interrupt posts bit 0 there

#endif
