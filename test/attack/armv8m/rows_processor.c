// rows_processor.c (armv8m) - as on v7-M; and what the stack limit stops.

#include "rows_secure.h"
#define MORE_ROWS SECURE_ROWS

#include "../armv7m/rows_processor.c"
