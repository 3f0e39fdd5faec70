// order.h - in which order the members of struct thread lie, and what else a kernel
// for size has otherwise.
//
// The registers first: assembly that has a thread has their address then. A kernel
// for size has them last and the bytes first, which C reaches by short instructions
// there; so it is in another folder (port/armv7m/plain). For assembly, too: PLAIN
// says which it is.

#ifndef ORDER_H
#define ORDER_H

#define PLAIN 0

// Of a function that is not to be put in line where it is called, for size.
#define ALONE
#define THREAD_ORDER(context, words, bytes) context words bytes

// Where each begins.
#define AT_CONTEXT                          0
#define AT_WORDS                            PORT_CONTEXT_BYTES
#define AT_BYTES                            (PORT_CONTEXT_BYTES + 36)

#endif
