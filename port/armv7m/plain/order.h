// order.h (armv7m) - the order of struct thread in a kernel for size: see
// kernel/order.h. The bytes are within 32 bytes of its beginning, the words 128.

#ifndef ORDER_H
#define ORDER_H

#define PLAIN                               1
#define ALONE                               __attribute__((noinline))
#define THREAD_ORDER(context, words, bytes) bytes words context

#define AT_BYTES                            0
#define AT_WORDS                            16
#define AT_CONTEXT                          52

#endif
