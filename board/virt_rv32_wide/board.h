// board.h (virt_rv32_wide) - as virt_rv32.

#include "../virt_rv32/board.h"
