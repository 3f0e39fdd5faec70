// crowd_stack.h (armv6m) - what a thread of the crowd needs, with the server it calls.

#ifndef CROWD_STACK_H
#define CROWD_STACK_H

#define CROWD_STACK 512

#endif
