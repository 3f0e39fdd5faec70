// spaces.c - names of the tester, and of the hostile client: together all there is
// room for.

#include "../../../server/store/provide.h"

STORE_PROVIDE(store, 0, 3);
STORE_PROVIDE(loot, 1, 12);
