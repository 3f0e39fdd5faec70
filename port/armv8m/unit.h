// unit.h (armv8m) - what the unit for floating point has more than on v7-M
// (DDI 0553: CPPWR, MVFR1, FPSCR, VPR).

#ifndef UNIT_H
#define UNIT_H

#include "registers8.h"

#include <stddef.h>

// s0-s31, which are q0-q7, FPSCR; and where there are vectors VPR.
#define FLOAT_WORDS (33u + KERNEL_MVE)
// With vectors LTPSIZE is 4: nobody is in a loop whose tail is predicated. By any other
// even a usual loop's end (LE) is a fault.
#define FPSCR_FIRST (KERNEL_MVE ? 4u << 16 : 0u)

// The unit may not forget what is in it while it is off: here it is off most of the time
// (CPPWR.SU10, SU11). And where there are vectors, VPR is to be kept.
static inline const char *unit_refusal(void)
{
    CPPWR &= ~CPPWR_FLOAT;
    if ((CPPWR & CPPWR_FLOAT) != 0)
        return "floating point registers may be lost";
    bool has_vectors = (MVFR1 & MVFR1_MVE) != 0;
    if (has_vectors != KERNEL_MVE)
        return "another processor than board.json says: vectors";
    return NULL;
}

#endif
