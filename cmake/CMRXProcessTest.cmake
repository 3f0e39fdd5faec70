# CMRXProcessTest.cmake - cmrx_process_test(): a process alone, on the host. See
# doc/tutorial/testing.md and port/host.

include_guard(GLOBAL)

# A function: the caller's folder does not see what this file sets.
function(_cmrx_sanitize out)
    set(flags -fsanitize=address,undefined -fno-sanitize-recover=all)
    if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
        # What is lent is in sections of its own; look at that, too.
        list(APPEND flags -fsanitize-sections=cmrx_process,cmrx_test)
    endif()
    set(${out} ${flags} PARENT_SCOPE)
endfunction()

# Addresses have to fit into the words of system calls: nothing is moved.
function(_cmrx_host_settings target side)
    get_property(root GLOBAL PROPERTY CMRX_ROOT)
    _cmrx_sanitize(sanitize)
    target_include_directories(${target} BEFORE PRIVATE
        "${root}/port/host/include" "${root}/include")
    target_compile_definitions(${target} PRIVATE
        CMRX_HOST_SHARED="cmrx_${side}")
    target_compile_options(${target} PRIVATE -std=gnu11 -g -O1 -fno-pie
        -fno-omit-frame-pointer -Wall -Wextra -Werror=int-conversion
        -Werror=incompatible-pointer-types ${sanitize})
endfunction()

# The harness, and our library for programs, but for what the harness answers.
function(_cmrx_host_library out)
    set(${out} cmrx.host PARENT_SCOPE)
    if(TARGET cmrx.host)
        return()
    endif()
    get_property(root GLOBAL PROPERTY CMRX_ROOT)
    file(GLOB sources CONFIGURE_DEPENDS "${root}/lib/*.c" "${root}/port/host/*.c")
    list(REMOVE_ITEM sources "${root}/lib/control.c")
    add_library(cmrx.host STATIC EXCLUDE_FROM_ALL ${sources})
    _cmrx_host_settings(cmrx.host process)
endfunction()

# cmrx_process_test(NAME PROCESS p SOURCES test.c ... [INCLUDES dir ...]
#     [DEFINITIONS D=1 ...])
#
# Program NAME, and a test of that name for ctest: the sources that
# cmrx_process(p) was given, as they are, and a test that stands for all other
# processes. For a build with the compiler of the host. PORT in a path is `host`.
function(cmrx_process_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "PROCESS"
        "SOURCES;INCLUDES;DEFINITIONS")
    if(arg_UNPARSED_ARGUMENTS)
        list(JOIN arg_UNPARSED_ARGUMENTS " " unknown)
        message(FATAL_ERROR "cmrx_process_test(${name}): what is \"${unknown}\"? Known: PROCESS SOURCES INCLUDES DEFINITIONS")
    endif()
    if(CMAKE_CROSSCOMPILING)
        message(FATAL_ERROR "cmrx_process_test(${name}): this build is for a board. Tests of a process are a project of their own, without CMAKE_TOOLCHAIN_FILE")
    endif()
    get_property(known GLOBAL PROPERTY CMRX_PROCESSES)
    if(NOT arg_PROCESS)
        message(FATAL_ERROR "cmrx_process_test(${name}): PROCESS is missing: whom it tests")
    endif()
    if(NOT arg_PROCESS IN_LIST known)
        list(JOIN known ", " known)
        message(FATAL_ERROR "cmrx_process_test(${name}): no cmrx_process(${arg_PROCESS}) before it. There are: ${known}")
    endif()
    if(NOT arg_SOURCES)
        message(FATAL_ERROR "cmrx_process_test(${name}): SOURCES is missing")
    endif()
    foreach(part SOURCES INCLUDES DEFINITIONS)
        get_property(${part} GLOBAL PROPERTY CMRX_${part}_${arg_PROCESS})
    endforeach()
    foreach(part SOURCES INCLUDES)
        _cmrx_of_port(${part} host "${${part}}")
    endforeach()

    # Apart from the test: only so is it known what is whose.
    add_library(${name}.process OBJECT ${SOURCES})
    _cmrx_host_settings(${name}.process process)
    target_include_directories(${name}.process PRIVATE ${INCLUDES})
    target_compile_definitions(${name}.process PRIVATE ${DEFINITIONS})

    _cmrx_host_library(library)
    add_executable(${name} ${arg_SOURCES} $<TARGET_OBJECTS:${name}.process>)
    _cmrx_host_settings(${name} test)
    target_include_directories(${name} PRIVATE ${arg_INCLUDES} ${INCLUDES})
    target_compile_definitions(${name} PRIVATE ${arg_DEFINITIONS})
    _cmrx_sanitize(sanitize)
    target_link_options(${name} PRIVATE -no-pie ${sanitize})
    target_link_libraries(${name} PRIVATE ${library} -pthread)
    get_property(cmrx GLOBAL PROPERTY CMRX_TOOL)
    add_custom_command(TARGET ${name} PRE_LINK
        COMMAND ${cmrx} partners --name ${name} --process ${arg_PROCESS}
            --nm "${CMAKE_NM}" --of-process $<TARGET_OBJECTS:${name}.process>
            --of-test $<TARGET_OBJECTS:${name}>
        COMMAND_EXPAND_LISTS VERBATIM)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT 300 ENVIRONMENT
        "UBSAN_OPTIONS=print_stacktrace=1")
endfunction()
