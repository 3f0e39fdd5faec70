// board.c (virt_rv32_eighths) - the same machine as virt_rv32. Only its board.json
// says less: what of its protection is used.

#include "../virt_rv32/board.c"
