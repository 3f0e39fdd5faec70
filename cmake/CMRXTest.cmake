# CMRXTest.cmake - tests of systems, for this project's own use.

set(CMRX_PLUGINS "${CMAKE_BINARY_DIR}/../host/plugin" CACHE PATH
    "Where the emulator plugins are")

# cmrx_boards(OUT board ...): those of them that the compiler of this build is for.
function(cmrx_boards out)
    set(here "")
    foreach(board IN LISTS ARGN)
        file(READ "${PROJECT_SOURCE_DIR}/board/${board}/board.json" text)
        string(JSON port GET "${text}" port)
        set(processor arm)
        if(port MATCHES "^riscv")
            set(processor riscv)
        endif()
        if(processor STREQUAL CMAKE_SYSTEM_PROCESSOR)
            list(APPEND here "${board}")
        endif()
    endforeach()
    set(${out} "${here}" PARENT_SCOPE)
endfunction()

# In a function that is about a board: return when this build is not for it.
macro(cmrx_only_here board)
    cmrx_boards(_cmrx_here "${board}")
    if(NOT _cmrx_here)
        return()
    endif()
endmacro()

# cmrx_test(SYSTEM [NAME name] [ARGS ...])
#
# The system runs with time counted in instructions, every store of unprivileged
# code checked against the map, and the emulator's own complaints taken for
# failures. It passes when it halts with 0.
function(cmrx_test system)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "NAME" "ARGS")
    if(NOT TARGET ${system} AND CMAKE_SYSTEM_PROCESSOR STREQUAL "riscv")
        return() # of another build
    endif()
    if(NOT arg_NAME)
        set(arg_NAME ${system})
    endif()
    set_target_properties(${system} PROPERTIES EXCLUDE_FROM_ALL OFF)
    add_test(NAME ${arg_NAME}
        COMMAND sh -c "exec \"$@\" </dev/null" sh
            "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/tool/cmrx" run
            "${CMAKE_BINARY_DIR}/${system}" --batch --deterministic --oracle
            --last "" --plugins "${CMRX_PLUGINS}" ${arg_ARGS})
    set_tests_properties(${arg_NAME} PROPERTIES TIMEOUT 120)
endfunction()
