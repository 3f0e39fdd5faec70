// crowd.c - a process of the crowd.

#include "crowd.h"

ONE_OF_THE_CROWD(one)
