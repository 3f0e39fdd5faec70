// board.c (virt_rv32_wide) - the same machine as virt_rv32, of which board.json says
// more.

#include "../virt_rv32/board.c"
