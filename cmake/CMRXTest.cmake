# CMRXTest.cmake - tests of systems, for this project's own use.

set(CMRX_PLUGINS "${CMAKE_BINARY_DIR}/../host/plugin" CACHE PATH
    "Where the emulator plugins are")

# cmrx_test(SYSTEM [NAME name] [ARGS ...])
#
# The system runs with time counted in instructions, every store of unprivileged
# code checked against the map, and the emulator's own complaints taken for
# failures. It passes when it halts with 0.
function(cmrx_test system)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "NAME" "ARGS")
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
