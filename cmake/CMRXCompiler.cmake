# CMRXCompiler.cmake - what the toolchain files have in common.

# Whoever has no such compiler is told what installs it, by the name that tool/setup
# has for the processor.
function(_cmrx_need_compiler compiler processor)
    find_program(CMRX_FOUND_COMPILER_${processor} ${compiler})
    if(NOT CMRX_FOUND_COMPILER_${processor})
        get_filename_component(root "${CMAKE_CURRENT_FUNCTION_LIST_DIR}" DIRECTORY)
        message(FATAL_ERROR "The compiler ${compiler} is not in PATH. On Debian this "
            "installs it: ${root}/tool/setup demo ${processor}")
    endif()
endfunction()
