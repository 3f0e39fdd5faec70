# riscv32.cmake - toolchain file: GNU tools for RISC-V, as Debian has them.
#
#     cmake -DCMAKE_TOOLCHAIN_FILE=cmake/riscv32.cmake ...
#
# They are called riscv64 and know 32 bits, too.

include("${CMAKE_CURRENT_LIST_DIR}/CMRXCompiler.cmake")
_cmrx_need_compiler(riscv64-unknown-elf-gcc riscv32)

set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR riscv)

set(CMAKE_C_COMPILER riscv64-unknown-elf-gcc)
set(CMAKE_CXX_COMPILER riscv64-unknown-elf-g++)
set(CMAKE_ASM_COMPILER riscv64-unknown-elf-gcc)

# A program alone cannot be linked, so tests of the compiler stop before.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
