// board.c (mps2_an505_wide) - the same machine as mps2_an505, of which board.json says
// more.

#include "../mps2_an505/board.c"
