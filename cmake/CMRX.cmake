# CMRX.cmake - cmrx_process() and cmrx_system(): doc/building.md, and why they are so:
# doc/design/0002-build.md.
#
# cmrx_process() only records what a program is made of. cmrx_system() makes the
# targets, because processor flags are the board's: programs, the library and
# the kernel are compiled and sealed once per processor (the kernel: per board) and
# shared by all systems for it.
#
# Names that begin with _cmrx_ are for this file only.

include_guard(GLOBAL)

get_filename_component(_cmrx_root "${CMAKE_CURRENT_LIST_DIR}" DIRECTORY)
set_property(GLOBAL PROPERTY CMRX_ROOT "${_cmrx_root}")

find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)
# A build starts it for each step: without what only site-packages need.
set_property(GLOBAL PROPERTY CMRX_TOOL
    "${Python3_EXECUTABLE}" -S "${_cmrx_root}/tool/cmrx")

option(CMRX_CHECKED "The kernel checks itself (KERNEL_CHECKED)" ON)
# For size the kernel has no short ways either: doc/design/0022-kernel-for-size.md.
set(CMRX_OPTIMIZE 2 CACHE STRING "The kernel is compiled for speed (2) or size (s)")

include("${CMAKE_CURRENT_LIST_DIR}/CMRXStatement.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/CMRXTargets.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/CMRXProcessTest.cmake")

# cmrx_process(NAME SOURCES a.c ... [INCLUDES dir ...] [DEFINITIONS D=1 ...]
#     [EXTENDS program]                 all that this one is made of, too
#     [FLOATING_POINT])                 uses the unit for it of the processor
#
# A folder PORT in the path of a source or of an include folder stands for one named
# like the port of the board: what must be written once per processor.
#
# EXTENDS: a header of the other program is found in its folder; a definition of this
# one comes in the place of one of the same name.
macro(_cmrx_extend base)
    if(NOT "${base}" IN_LIST known)
        list(JOIN known ", " known)
        message(FATAL_ERROR "cmrx_process(${name}) EXTENDS ${base}: there is no "
            "cmrx_process(${base}) before it. There are: ${known}")
    endif()
    foreach(_part SOURCES INCLUDES DEFINITIONS FLOAT WHERE)
        get_property(_base_${_part} GLOBAL PROPERTY CMRX_${_part}_${base})
    endforeach()
    foreach(_definition IN LISTS arg_DEFINITIONS)
        string(REGEX REPLACE "=.*" "" _defined "${_definition}")
        list(FILTER _base_DEFINITIONS EXCLUDE REGEX "^${_defined}(=|$)")
    endforeach()
    get_filename_component(_base_WHERE "${_base_WHERE}" DIRECTORY)
    list(PREPEND sources ${_base_SOURCES})
    list(APPEND includes ${_base_INCLUDES} "${_base_WHERE}")
    list(PREPEND arg_DEFINITIONS ${_base_DEFINITIONS})
    if(_base_FLOAT)
        set(arg_FLOATING_POINT TRUE)
    endif()
endmacro()

function(cmrx_process name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "FLOATING_POINT" "EXTENDS"
        "SOURCES;INCLUDES;DEFINITIONS")
    _cmrx_check_name("cmrx_process" "${name}")
    if(arg_UNPARSED_ARGUMENTS)
        list(JOIN arg_UNPARSED_ARGUMENTS " " unknown)
        message(FATAL_ERROR "cmrx_process(${name}): what is \"${unknown}\"? Known: SOURCES INCLUDES DEFINITIONS EXTENDS FLOATING_POINT")
    endif()
    if(NOT arg_SOURCES AND NOT arg_EXTENDS)
        message(FATAL_ERROR "cmrx_process(${name}): SOURCES is missing")
    endif()
    get_property(known GLOBAL PROPERTY CMRX_PROCESSES)
    if(name IN_LIST known)
        get_property(where GLOBAL PROPERTY CMRX_WHERE_${name})
        message(FATAL_ERROR "cmrx_process(${name}) is there twice, also in ${where}: "
            "rename one. In a system it can keep the name: PROCESSES ${name}=OTHER_NAME")
    endif()
    _cmrx_absolute(sources "${arg_SOURCES}")
    _cmrx_absolute(includes "${arg_INCLUDES}")
    foreach(source IN LISTS sources)
        get_source_file_property(generated "${source}" GENERATED)
        if(NOT EXISTS "${source}" AND NOT generated AND NOT source MATCHES "/PORT/")
            message(FATAL_ERROR "cmrx_process(${name}): no source ${source}. A path is "
                "taken from the folder of the CMakeLists.txt that is read; in a file that "
                "is included write \${CMAKE_CURRENT_LIST_DIR}/... for one beside it")
        endif()
        if(source MATCHES "\\.(C|cc|cpp|cxx|c\\+\\+|CPP)$" AND NOT CMAKE_CXX_COMPILE_OBJECT)
            message(FATAL_ERROR "cmrx_process(${name}): for ${source} write "
                "project(${PROJECT_NAME} LANGUAGES C CXX ASM)")
        endif()
    endforeach()
    foreach(folder IN LISTS includes)
        string(FIND "${folder}/" "${CMAKE_BINARY_DIR}/" made) # perhaps later
        if(NOT IS_DIRECTORY "${folder}" AND NOT folder MATCHES "/PORT(/|$)|[$]<"
                AND NOT made EQUAL 0)
            message(FATAL_ERROR "cmrx_process(${name}): INCLUDES: there is no folder "
                "${folder}")
        endif()
    endforeach()
    if(arg_EXTENDS)
        _cmrx_extend("${arg_EXTENDS}")
    endif()
    set_property(GLOBAL APPEND PROPERTY CMRX_PROCESSES "${name}")
    set_property(GLOBAL PROPERTY CMRX_WHERE_${name} "${CMAKE_CURRENT_LIST_FILE}")
    set_property(GLOBAL PROPERTY CMRX_SOURCES_${name} "${sources}")
    set_property(GLOBAL PROPERTY CMRX_INCLUDES_${name} "${includes}")
    set_property(GLOBAL PROPERTY CMRX_DEFINITIONS_${name} "${arg_DEFINITIONS}")
    set_property(GLOBAL PROPERTY CMRX_FLOAT_${name} "${arg_FLOATING_POINT}")
endfunction()

# cmrx_system(NAME BOARD board
#     [RAM bytes]                       no more than that, of what the board has
#     PROCESSES p ... | instance=program ...
#     [SUPERVISOR p]
#     [GRANT p MMIO device [AS name] | IRQ irq [AS name] | INFO
#              | RIGHT inspect|control|power ...]...
#     [WIRE p.used TO q.provided]...
#     [POLICY p restart|stop|reset|supervise]...
#     [LINKER_SCRIPT vendor.ld [AFTER .section] [LIBRARIES target|library ...]])
#
# Target NAME builds <build>/NAME/NAME.elf and, beside it, system.json.
function(cmrx_system name)
    _cmrx_check_name("cmrx_system" "${name}")
    _cmrx_parse_system("${name}" "${ARGN}")
    _cmrx_check_board_code()
    _cmrx_find_floats(floats)
    _cmrx_find_wide()
    _cmrx_check_compiler("${name}" "${port}")

    _cmrx_library(library "${cpu}" "${port}")
    _cmrx_kernel_objects(kernel "${board}" "${cpu}" "${port}")
    _cmrx_seal_kernel(sealed_kernel "${kernel}" "${cpu}")
    _cmrx_seal_processes(objects "${library}" "${cpu}" "${port}")

    set(folder "${CMAKE_BINARY_DIR}/${name}")
    _cmrx_layout_arguments(arguments)
    _cmrx_layout("${folder}" "${objects}" "${arguments}")
    _cmrx_link("${name}" "${folder}" "${objects}" "${board}" "${cpu}" "${port}")
    if(linker_script)
        _cmrx_link_beside("${name}" "${folder}" "${linker_script}"
            "${libraries}" "${cpu}")
    endif()
    _cmrx_check_image("${name}" "${folder}")
endfunction()
