// spaces.c - one space of names, for all values.

#include "provide.h"

STORE_PROVIDE(store, 0, STORE_VALUES);
