# arm-none-eabi.cmake - toolchain file: GNU tools for Arm Cortex-M.
#
#     cmake -DCMAKE_TOOLCHAIN_FILE=cmake/arm-none-eabi.cmake ...

include("${CMAKE_CURRENT_LIST_DIR}/CMRXCompiler.cmake")
_cmrx_need_compiler(arm-none-eabi-gcc arm)

set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)

set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_CXX_COMPILER arm-none-eabi-g++)
set(CMAKE_ASM_COMPILER arm-none-eabi-gcc)

# A program alone cannot be linked, so tests of the compiler stop before.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
