// board.h (virt_rv32_eighths) - as virt_rv32_napot: no top of range.

#include "../virt_rv32_napot/board.h"
