// many.h - many random runs, each in a process of its own.

#ifndef MANY_H
#define MANY_H

#include <stdint.h>

// A system made from the seed; returns after how many steps it ended.
typedef unsigned many_run(uint64_t seed, unsigned steps);

// Without arguments all runs, until there were steps enough; otherwise that of a seed
// and so many steps. Returns 0 when none has failed and each count of the model is
// large enough.
int many_main(int count, char **arguments, many_run *run);

#endif
