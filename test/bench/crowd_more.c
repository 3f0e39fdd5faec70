// crowd_more.c - a process with 14 threads of the crowd, so that there are as
// many threads as processes.

#include "crowd.h"

ONE_OF_THE_CROWD(a)
ONE_OF_THE_CROWD(b)
ONE_OF_THE_CROWD(c)
ONE_OF_THE_CROWD(d)
ONE_OF_THE_CROWD(e)
ONE_OF_THE_CROWD(f)
ONE_OF_THE_CROWD(g)
ONE_OF_THE_CROWD(h)
ONE_OF_THE_CROWD(i)
ONE_OF_THE_CROWD(j)
ONE_OF_THE_CROWD(k)
ONE_OF_THE_CROWD(l)
ONE_OF_THE_CROWD(m)
ONE_OF_THE_CROWD(n)
