// order.h - in which order the members of struct thread lie.
//
// The registers first: assembly that has a thread has their address then. A kernel
// for size has them last and the bytes first, which C reaches by short instructions
// there; so it is in another folder (port/armv7m/plain). For assembly, too.

#ifndef ORDER_H
#define ORDER_H

#define THREAD_ORDER(context, words, bytes) context words bytes

// Where each begins.
#define AT_CONTEXT                          0
#define AT_WORDS                            PORT_CONTEXT_BYTES
#define AT_BYTES                            (PORT_CONTEXT_BYTES + 36)

#endif
