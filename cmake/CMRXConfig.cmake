# CMRXConfig.cmake - for find_package(CMRX), from a clone (-DCMRX_DIR=CLONE/cmake)
# or from an installed copy, which has the same folders.
#
# It does what add_subdirectory(CLONE) does, wherever and how often it is asked. CMRX is
# the folder then: ${CMRX}/server/supervisor/main.c, for programs of your own made of
# sources that are there.

get_filename_component(_cmrx_package "${CMAKE_CURRENT_LIST_DIR}" DIRECTORY)
get_property(_cmrx_there GLOBAL PROPERTY CMRX_ROOT)
if(NOT _cmrx_there)
    add_subdirectory("${_cmrx_package}" "${CMAKE_BINARY_DIR}/_cmrx")
elseif(NOT _cmrx_there STREQUAL _cmrx_package)
    message(FATAL_ERROR "find_package(CMRX) found ${_cmrx_package}, but this "
        "project has CMRX already, from ${_cmrx_there}: use one of them")
endif()
set(CMRX "${_cmrx_package}")
