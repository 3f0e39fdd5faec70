# CMRXTargets.cmake - the targets behind cmrx_system().
#
# What functions use is in the cache: who adds this project as a folder calls them
# from a scope that does not see our variables.

set(_CMRX_STRICT -Wall -Wextra -Wpedantic -Wconversion -Wshadow
    -Wstrict-prototypes -Wmissing-declarations CACHE INTERNAL "")
if(CMAKE_SOURCE_DIR STREQUAL PROJECT_SOURCE_DIR) # others may have another compiler
    set_property(CACHE _CMRX_STRICT APPEND PROPERTY VALUE -Werror)
endif()

# What the compiler makes code for. It is asked once, not for each system.
function(_cmrx_machine out)
    get_property(machine GLOBAL PROPERTY CMRX_MACHINE)
    if(NOT machine)
        execute_process(COMMAND "${CMAKE_C_COMPILER}" -dumpmachine
            OUTPUT_VARIABLE machine OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
        set_property(GLOBAL PROPERTY CMRX_MACHINE "${machine}")
    endif()
    set(${out} "${machine}" PARENT_SCOPE)
endfunction()

# CMake looks at a toolchain file only when it first configures a folder.
function(_cmrx_refuse_compiler name port machine toolchain)
    get_property(root GLOBAL PROPERTY CMRX_ROOT)
    message(FATAL_ERROR "cmrx_system(${name}): port ${port} needs a compiler for it, "
        "this one is for ${machine}. Delete ${CMAKE_BINARY_DIR} and configure it "
        "anew, with -DCMAKE_TOOLCHAIN_FILE=${root}/cmake/${toolchain}.cmake")
endfunction()

# The compiler of the port has to be the one that CMake was configured with.
function(_cmrx_check_compiler name port)
    # In the caller's folder: CMRX, when it is one of others, has its own.
    if(NOT CMAKE_C_COMPILE_OBJECT OR NOT CMAKE_ASM_COMPILE_OBJECT)
        message(FATAL_ERROR "cmrx_system(${name}): C and assembly are compiled for it. "
            "Write project(${PROJECT_NAME} LANGUAGES C ASM), above all "
            "add_subdirectory()")
    endif()
    _cmrx_machine(machine)
    if(port MATCHES "^armv" AND NOT machine MATCHES "^arm-.*eabi$")
        _cmrx_refuse_compiler("${name}" "${port}" "${machine}" arm-none-eabi)
    endif()
    if(port MATCHES "^riscv" AND NOT machine MATCHES "^riscv.*-elf$")
        _cmrx_refuse_compiler("${name}" "${port}" "${machine}" riscv32)
    endif()
endfunction()

# The folders of a port: its own, and that of its family if it has one.
function(_cmrx_port_folders out port)
    get_property(root GLOBAL PROPERTY CMRX_ROOT)
    set(folders "${root}/port/${port}")
    if(port MATCHES "^armv")
        list(APPEND folders "${root}/port/armm")
    elseif(port STREQUAL "riscv32")
        list(APPEND folders "${root}/port/clint_plic")
    endif()
    set(${out} "${folders}" PARENT_SCOPE)
endfunction()

# Files of a port that match one of the patterns.
function(_cmrx_port_sources out port)
    _cmrx_port_folders(folders "${port}")
    set(patterns "")
    foreach(folder IN LISTS folders)
        foreach(pattern IN LISTS ARGN)
            list(APPEND patterns "${folder}/${pattern}")
        endforeach()
    endforeach()
    file(GLOB sources CONFIGURE_DEPENDS ${patterns})
    set(${out} "${sources}" PARENT_SCOPE)
endfunction()

function(_cmrx_cpu_flags out cpu)
    if(cpu MATCHES "^rv32")
        # By that specification the CSR instructions are in, and Debian's compiler
        # takes the libraries for 32 bits. The linker must not shorten what was
        # measured; nobody has a gp; a jump table hides where code goes.
        set(${out} -march=${cpu} -misa-spec=2.2 -mabi=ilp32 -mcmodel=medlow
            -mno-relax -msmall-data-limit=0 PARENT_SCOPE)
        return()
    endif()
    set(${out} -mcpu=${cpu} -mthumb -mfloat-abi=soft PARENT_SCOPE)
endfunction()

# Processors that tell late of a store that was refused: port/armv7m/late.S.
set(_CMRX_LATE_cortex-m7 1 CACHE INTERNAL "")

# Those with vectors in the registers of floating point: port/armv8m/unit.h.
set(_CMRX_MVE_cortex-m55 1 CACHE INTERNAL "")

# What a program that uses floating point has beside. Its functions pass it in
# the registers of all others (softfp): a method can be called by any process.
set(_CMRX_FPU_cortex-m4 fpv4-sp-d16 CACHE INTERNAL "")
set(_CMRX_FPU_cortex-m7 fpv5-d16 CACHE INTERNAL "")
set(_CMRX_FPU_cortex-m33 fpv5-sp-d16 CACHE INTERNAL "")
set(_CMRX_FPU_cortex-m55 auto CACHE INTERNAL "") # and vectors
function(_cmrx_fpu out cpu)
    string(REPLACE "+nodsp" "" cpu "${cpu}")
    set(${out} "${_CMRX_FPU_${cpu}}" PARENT_SCOPE)
endfunction()

function(_cmrx_program_flags out program cpu)
    _cmrx_cpu_flags(flags "${cpu}")
    get_property(float GLOBAL PROPERTY CMRX_FLOAT_${program})
    if(float)
        _cmrx_fpu(fpu "${cpu}")
        list(REMOVE_ITEM flags -mfloat-abi=soft)
        list(APPEND flags -mfloat-abi=softfp -mfpu=${fpu})
    endif()
    set(${out} "${flags}" PARENT_SCOPE)
endfunction()

# Those instances of a system whose programs do. Uses its variables.
macro(_cmrx_find_floats out)
    set(${out} "")
    foreach(_instance IN LISTS instances)
        get_property(_float GLOBAL PROPERTY CMRX_FLOAT_${program_of_${_instance}})
        if(_float)
            list(APPEND ${out} "${_instance}")
        endif()
    endforeach()
    list(LENGTH ${out} has_float)
    if(has_float)
        set(has_float 1)
    endif()
    _cmrx_fpu(_fpu "${cpu}")
    set(_without "")
    if(NOT _fpu)
        set(_without "for ${cpu}")
    elseif(board_float STREQUAL "OFF")
        set(_without "on ${board} (board.json)")
    endif()
    if(${out} AND _without)
        list(GET ${out} 0 _instance)
        _cmrx_refuse("process ${_instance} uses FLOATING_POINT, which is not there "
            "${_without}: leave it out, and the compiler's library does it")
    endif()
endmacro()

# What every compilation has. Names of folders do not get into the bytes: CMRX
# is `cmrx/` (or the top), the project is the top, the build folder is `.`.
function(_cmrx_common_flags out cpu)
    get_property(root GLOBAL PROPERTY CMRX_ROOT)
    _cmrx_cpu_flags(flags "${cpu}")
    set(prefix "cmrx/")
    if(root STREQUAL CMAKE_SOURCE_DIR)
        set(prefix "")
    endif()
    # The project's own options come before these, which hold. What is measured, sealed
    # and placed here has to be code, and nobody would run a canary's constructor.
    list(APPEND flags $<$<NOT:$<COMPILE_LANGUAGE:CXX>>:-std=c11> -g
        -ffunction-sections -fdata-sections -fno-common -fno-lto -fno-stack-protector)
    if(cpu MATCHES "^rv32")
        list(APPEND flags $<$<COMPILE_LANGUAGE:C>:-fno-jump-tables>)
    endif()
    foreach(map "${CMAKE_SOURCE_DIR}/=" "${root}/=${prefix}" "${CMAKE_BINARY_DIR}=.")
        list(APPEND flags "-ffile-prefix-map=${map}"
            "$<$<COMPILE_LANGUAGE:ASM>:-fdebug-prefix-map=${map}>") # for as
    endforeach()
    set(${out} "${flags}" PARENT_SCOPE)
endfunction()

function(_cmrx_program_settings target cpu port)
    get_property(root GLOBAL PROPERTY CMRX_ROOT)
    _cmrx_common_flags(flags "${cpu}")
    # A call with a wrong argument is a warning for this compiler.
    target_compile_options(${target} PRIVATE ${flags} -Os -Wall -Wextra
        $<$<COMPILE_LANGUAGE:C>:-Werror=int-conversion>
        $<$<COMPILE_LANGUAGE:C>:-Werror=incompatible-pointer-types>
        --specs=picolibc.specs)
    _cmrx_port_folders(folders "${port}")
    list(TRANSFORM folders APPEND "/include")
    target_include_directories(${target} PRIVATE "${root}/include" ${folders})
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF
        UNITY_BUILD OFF)
endfunction()

# Our library for programs, one per processor.
function(_cmrx_library out cpu port)
    set(target cmrx.lib.${cpu})
    set(${out} ${target} PARENT_SCOPE)
    if(TARGET ${target})
        return()
    endif()
    get_property(root GLOBAL PROPERTY CMRX_ROOT)
    file(GLOB sources CONFIGURE_DEPENDS "${root}/lib/*.c")
    _cmrx_port_sources(ours "${port}" user/*.c user/*.S)
    add_library(${target} STATIC EXCLUDE_FROM_ALL ${sources} ${ours})
    _cmrx_program_settings(${target} "${cpu}" "${port}")
    set_target_properties(${target} PROPERTIES PREFIX "" OUTPUT_NAME libcmrx
        ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/cmrx/${cpu}")
endfunction()

# Paths with the port's name for PORT. A file that a port does not have is that of
# one whose instructions it has; of folders all are looked into.
set(_CMRX_INSTRUCTIONS_armv7m armv6m CACHE INTERNAL "")
set(_CMRX_INSTRUCTIONS_armv8m armv7m armv6m CACHE INTERNAL "")
set(_CMRX_INSTRUCTIONS_armv8m_base armv6m CACHE INTERNAL "")
function(_cmrx_of_port out port paths)
    set(found "")
    foreach(path IN LISTS paths)
        set(own "")
        foreach(name ${port} ${_CMRX_INSTRUCTIONS_${port}})
            string(REGEX REPLACE "/PORT(/|$)" "/${name}\\1" other "${path}")
            if(EXISTS "${other}" AND (NOT own OR IS_DIRECTORY "${other}"))
                list(APPEND own "${other}")
            endif()
        endforeach()
        list(REMOVE_DUPLICATES own)
        list(APPEND found ${own})
        if(NOT own) # generated; or the compiler will say so
            list(APPEND found "${path}")
        endif()
    endforeach()
    set(${out} "${found}" PARENT_SCOPE)
endfunction()

# The objects of a program, one library per processor.
function(_cmrx_program out program cpu port)
    set(target cmrx.${program}.${cpu})
    set(${out} ${target} PARENT_SCOPE)
    if(TARGET ${target})
        return()
    endif()
    foreach(part SOURCES INCLUDES DEFINITIONS)
        get_property(${part} GLOBAL PROPERTY CMRX_${part}_${program})
    endforeach()
    foreach(part SOURCES INCLUDES)
        _cmrx_of_port(${part} "${port}" "${${part}}")
    endforeach()
    add_library(${target} OBJECT EXCLUDE_FROM_ALL ${SOURCES})
    _cmrx_program_settings(${target} "${cpu}" "${port}")
    _cmrx_program_flags(flags "${program}" "${cpu}")
    target_compile_options(${target} PRIVATE ${flags}) # the last ones hold
    target_include_directories(${target} PRIVATE ${INCLUDES})
    target_compile_definitions(${target} PRIVATE ${DEFINITIONS})
endfunction()

function(_cmrx_kernel_settings target cpu port)
    get_property(root GLOBAL PROPERTY CMRX_ROOT)
    _cmrx_common_flags(flags "${cpu}")
    # A loop stays a loop: libc's memset and memcpy go byte by byte.
    target_compile_options(${target} PRIVATE ${flags} -O${CMRX_OPTIMIZE} -ffreestanding
        -fno-tree-loop-distribute-patterns
        $<$<COMPILE_LANGUAGE:C>:${_CMRX_STRICT}>)
    # Registers that the kernel never has anything in need not be cleared when it
    # returns to a program (port/riscv32/short/call.S). It is linked without any library.
    if(port STREQUAL "riscv32")
        foreach(register t2 t3 t4 t5 t6 a6 a7)
            target_compile_options(${target} PRIVATE
                $<$<COMPILE_LANGUAGE:C>:-ffixed-${register}>)
        endforeach()
    endif()
    _cmrx_port_folders(folders "${port}")
    target_include_directories(${target} PRIVATE "${root}/kernel" ${folders}
        "${root}/include")
    list(TRANSFORM folders APPEND "/include")
    target_include_directories(${target} PRIVATE ${folders})
    target_compile_definitions(${target} PRIVATE
        KERNEL_CHECKED=$<BOOL:${CMRX_CHECKED}> BOARD_IRQ_LINES=${irq_lines}
        KERNEL_FLOAT=${has_float} KERNEL_LATE=$<BOOL:${_CMRX_LATE_${cpu}}>
        KERNEL_MVE=$<BOOL:${_CMRX_MVE_${cpu}}> KERNEL_WIDE=${has_wide})
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
endfunction()

# The objects of the kernel, one library per board, others where floating point
# or a wide map is used.
function(_cmrx_kernel_objects out board cpu port)
    set(target cmrx.kernel.${board})
    if(floats)
        string(APPEND target .float)
    endif()
    if(has_wide)
        string(APPEND target .wide)
    endif()
    set(${out} ${target} PARENT_SCOPE)
    if(TARGET ${target})
        return()
    endif()
    get_property(root GLOBAL PROPERTY CMRX_ROOT)
    file(GLOB sources CONFIGURE_DEPENDS "${root}/kernel/*.c"
        "${board_folder}/board.c")
    _cmrx_port_sources(ours "${port}" *.c *.S)
    # System calls and interrupts go the port's short ways, or for size the plain
    # one. It may have none: then that is among its own files.
    set(ways "${root}/port/${port}/short")
    if(CMRX_OPTIMIZE STREQUAL "s")
        set(ways "${root}/port/${port}/plain")
    endif()
    file(GLOB way CONFIGURE_DEPENDS "${ways}/*.S")
    add_library(${target} OBJECT EXCLUDE_FROM_ALL ${sources} ${ours} ${way})
    # One unit for the compiler: a call from file to file costs nothing.
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON
        UNITY_BUILD_BATCH_SIZE 0)
    # Smaller, but not faster. What assembly uses is CALLED (port/armm/called.h).
    if(CMRX_OPTIMIZE STREQUAL "s")
        target_compile_options(${target} PRIVATE
            $<$<COMPILE_LANGUAGE:C>:-fwhole-program>)
        # Of all that were tried (doc/design/0022-kernel-for-size.md) these are what
        # makes more code of what is here than it saves.
        foreach(option move-loop-invariants expensive-optimizations
                tree-scev-cprop tree-tail-merge tree-loop-im ipa-cp
                ipa-sra tree-forwprop guess-branch-probability)
            target_compile_options(${target} PRIVATE
                $<$<COMPILE_LANGUAGE:C>:-fno-${option}>)
        endforeach()
    endif()
    _cmrx_kernel_settings(${target} "${cpu}" "${port}")
    target_include_directories(${target} BEFORE PRIVATE "${board_folder}")
    if(way)
        target_include_directories(${target} BEFORE PRIVATE "${ways}")
    endif()
endfunction()

# kernel.o: one object, in which nothing can be replaced from outside. What it
# does not define (tables.c and layout.ld do) stays visible. The compiler may ask
# for memcpy and memset anywhere: they come from libc.a, and are sealed in too.
function(_cmrx_seal_kernel out objects cpu)
    set(file "${CMAKE_BINARY_DIR}/cmrx/${objects}/kernel.o")
    set(${out} "${file}" PARENT_SCOPE)
    if(TARGET ${objects}.sealed)
        return()
    endif()
    get_property(root GLOBAL PROPERTY CMRX_ROOT)
    get_property(cmrx GLOBAL PROPERTY CMRX_TOOL)
    _cmrx_libc(libc "${cpu}")
    _cmrx_cpu_flags(flags "${cpu}")
    get_filename_component(folder "${file}" DIRECTORY)
    file(MAKE_DIRECTORY "${folder}")
    file(GLOB tools CONFIGURE_DEPENDS "${root}/tool/cmrxlib/*.py")
    add_custom_command(OUTPUT "${file}" BYPRODUCTS "${file}.json"
        COMMAND ${CMAKE_C_COMPILER} ${flags} -r -nostdlib
            -Wl,--gc-sections -Wl,--entry=cmrx_vectors -T "${root}/cmake/kernel.ld" $<TARGET_OBJECTS:${objects}>
            "${libc}" -lgcc -o "${file}"
        COMMAND ${CMAKE_OBJCOPY} --keep-global-symbol=cmrx_vectors
            --keep-global-symbol=cmrx_reset "${file}"
        COMMAND ${cmrx} keepsize "${file}" --board "${board_file}"
            --objdump "${CMAKE_OBJDUMP}"
        DEPENDS ${objects} $<TARGET_OBJECTS:${objects}> "${root}/cmake/kernel.ld"
            "${board_file}" "${root}/tool/cmrx" ${tools}
        COMMAND_EXPAND_LISTS VERBATIM
        COMMENT "Sealing ${objects}")
    add_custom_target(${objects}.sealed DEPENDS "${file}")
endfunction()

# Where the compiler's libc.a for a processor is: picolibc's specs know, but are
# of no use in a partial link, because they bring a linker script along.
function(_cmrx_libc out cpu)
    set(flags ${ARGN})
    if(NOT flags)
        _cmrx_cpu_flags(flags "${cpu}")
    endif()
    set(key "${cpu}")
    if(flags MATCHES "-mfpu")
        string(APPEND key .float)
    endif()
    if(NOT CMRX_LIBC_${key})
        execute_process(COMMAND "${CMAKE_C_COMPILER}" ${flags}
            --specs=picolibc.specs "-###" x.o
            OUTPUT_VARIABLE said ERROR_VARIABLE said)
        string(REGEX MATCHALL "-L[^ \"\n]+" folders "${said}")
        foreach(folder IN LISTS folders)
            string(SUBSTRING "${folder}" 2 -1 folder)
            if(EXISTS "${folder}/libc.a" AND NOT CMRX_LIBC_${key})
                set(CMRX_LIBC_${key} "${folder}/libc.a" CACHE INTERNAL "")
            endif()
        endforeach()
    endif()
    if(NOT CMRX_LIBC_${key})
        string(REGEX MATCH "error: [^\n]*" why "${said}")
        message(FATAL_ERROR "picolibc for ${cpu} was not found (${why}). tool/setup "
            "installs what is missing; a cpu that the compiler does not know is a "
            "mistake in board.json")
    endif()
    set(${out} "${CMRX_LIBC_${key}}" PARENT_SCOPE)
endfunction()

# The sealed object of each instance, in their order. Those of a processor share the
# objects of instances with equal names. Sets sealers, the targets that make them.
function(_cmrx_seal_processes out library cpu port)
    set(objects "")
    set(sealers "")
    foreach(instance IN LISTS instances)
        set(program "${program_of_${instance}}")
        set(key "${cpu}.${program}.${instance}")
        get_property(sealer GLOBAL PROPERTY CMRX_SEALER_${key})
        if(NOT sealer)
            _cmrx_program(objects_of "${program}" "${cpu}" "${port}")
            _cmrx_unsealed(names "${program}" "${cpu}")
            set(sealer "cmrx.seal.${key}")
            _cmrx_seal_program(${sealer} "${names}" "${program}" "${objects_of}"
                "${library}" "${cpu}")
        endif()
        list(APPEND sealers ${sealer})
        list(APPEND objects
            "${CMAKE_BINARY_DIR}/cmrx/${cpu}/${program}/${instance}.process.o")
    endforeach()
    list(REMOVE_DUPLICATES sealers)
    set(sealers "${sealers}" PARENT_SCOPE)
    set(${out} "${objects}" PARENT_SCOPE)
endfunction()

# The instances of a program that no system has had.
function(_cmrx_unsealed out program cpu)
    set(names "")
    foreach(instance IN LISTS instances)
        get_property(sealer GLOBAL PROPERTY
            CMRX_SEALER_${cpu}.${program}.${instance})
        if(program_of_${instance} STREQUAL program AND NOT sealer)
            list(APPEND names "${instance}")
        endif()
    endforeach()
    set(${out} "${names}" PARENT_SCOPE)
endfunction()

# One command for all of them: to start it takes longer than an instance more.
function(_cmrx_seal_program sealer names program objects library cpu)
    get_property(cmrx GLOBAL PROPERTY CMRX_TOOL)
    get_property(root GLOBAL PROPERTY CMRX_ROOT)
    _cmrx_program_flags(flags "${program}" "${cpu}")
    _cmrx_libc(libc "${cpu}" ${flags})
    list(TRANSFORM flags PREPEND "--flag=")
    set(folder "${CMAKE_BINARY_DIR}/cmrx/${cpu}/${program}")
    foreach(name IN LISTS names)
        set_property(GLOBAL PROPERTY CMRX_SEALER_${cpu}.${program}.${name} ${sealer})
    endforeach()
    list(TRANSFORM names REPLACE "(.+)" "${folder}/\\1.process.o"
        OUTPUT_VARIABLE files)
    list(TRANSFORM files APPEND ".json" OUTPUT_VARIABLE kept)
    list(POP_FRONT names first)
    list(GET files 0 output)
    list(TRANSFORM names PREPEND "--also=" OUTPUT_VARIABLE others)
    set(tools __init__ armv7m declared dies dwarf elf lent lines model pack process
        processor record riscv seal sha stack thumb words)
    list(TRANSFORM tools REPLACE "(.+)" "${root}/tool/cmrxlib/\\1.py")
    file(MAKE_DIRECTORY "${folder}") # to start a command for it takes longer
    add_custom_command(OUTPUT ${files} BYPRODUCTS ${kept}
        COMMAND ${cmrx} process
            --name ${first} --program ${program} --output "${output}" ${others}
            --script "${root}/cmake/process.ld"
            --cc "${CMAKE_C_COMPILER}" --objcopy "${CMAKE_OBJCOPY}"
            --objdump "${CMAKE_OBJDUMP}" ${flags}
            --library "$<TARGET_FILE:${library}>" --library "${libc}"
            $<TARGET_OBJECTS:${objects}>
        DEPENDS ${objects} $<TARGET_OBJECTS:${objects}> ${library}
            "$<TARGET_FILE:${library}>" "${root}/cmake/process.ld"
            "${root}/tool/cmrx" ${tools}
        COMMAND_EXPAND_LISTS VERBATIM
        COMMENT "Sealing ${first} ${names} (program ${program}, ${cpu})")
    add_custom_target(${sealer} DEPENDS ${files})
endfunction()

# statement.txt is there so that make, too, sees when the statement changes.
function(_cmrx_layout folder objects arguments)
    get_property(cmrx GLOBAL PROPERTY CMRX_TOOL)
    get_property(root GLOBAL PROPERTY CMRX_ROOT)
    file(GLOB tools CONFIGURE_DEPENDS "${root}/tool/cmrxlib/*.py")
    list(JOIN arguments "\n" text)
    file(GENERATE OUTPUT "${folder}/statement.txt" CONTENT "${text}\n")
    add_custom_command(
        OUTPUT "${folder}/tables.c" "${folder}/layout.ld" "${folder}/system.json"
        COMMAND ${cmrx} layout ${arguments}
        DEPENDS "${folder}/statement.txt" "${sealed_kernel}" ${objects}
            "${board_file}" "${root}/tool/cmrx" ${tools}
        VERBATIM
        COMMENT "Laying out ${name}")
endfunction()

# secure/secure.elf: what a board where the kernel is Non-secure starts with.
function(_cmrx_secure name folder cpu)
    set(source "${board_folder}/secure.S")
    if(NOT EXISTS "${source}")
        return()
    endif()
    _cmrx_cpu_flags(flags "${cpu}")
    file(MAKE_DIRECTORY "${folder}/secure")
    add_custom_command(OUTPUT "${folder}/secure/secure.elf"
        COMMAND ${CMAKE_C_COMPILER} ${flags} -nostdlib -Wl,--build-id=none
            -Wl,-Ttext=0x10000000 -Wl,--entry=secure_reset "${source}"
            -o "${folder}/secure/secure.elf"
        DEPENDS "${source}" VERBATIM)
    add_custom_target(${name}.secure DEPENDS "${folder}/secure/secure.elf")
    add_dependencies(${name} ${name}.secure)
endfunction()

function(_cmrx_link name folder objects board cpu port)
    _cmrx_cpu_flags(flags "${cpu}")
    set_source_files_properties("${sealed_kernel}" ${objects}
        PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
    add_executable(${name} "${folder}/tables.c" "${sealed_kernel}" ${objects})
    add_dependencies(${name} ${kernel}.sealed ${sealers})
    _cmrx_kernel_settings(${name} "${cpu}" "${port}")
    target_link_options(${name} PRIVATE ${flags} -nostdlib -nostartfiles
        "-T${folder}/layout.ld" -Wl,--no-warn-rwx-segments -Wl,--build-id=none)
    if(NOT linker_script)
        target_link_options(${name} PRIVATE -Wl,--orphan-handling=error)
    endif()
    set_target_properties(${name} PROPERTIES SUFFIX .elf UNITY_BUILD OFF
        LINK_DEPENDS "${folder}/layout.ld" RUNTIME_OUTPUT_DIRECTORY "${folder}")
    _cmrx_secure("${name}" "${folder}" "${cpu}")
endfunction()

# Beside a vendor's script: see doc/design/0009-vendor-script.md. Ours comes first,
# because the first pattern that fits gets a section, and his fit everything. What
# he has no place for is his affair, ours is checked by layout.ld itself.
# His code may need the C library, and scripts that name libc.a have to find it.
function(_cmrx_link_beside name folder script libraries cpu)
    get_property(cmrx GLOBAL PROPERTY CMRX_TOOL)
    _cmrx_libc(libc "${cpu}")
    get_filename_component(libc_folder "${libc}" DIRECTORY)
    target_link_options(${name} PRIVATE "-T${script}" -Wl,--entry=cmrx_reset
        -Wl,--orphan-handling=warn "-L${libc_folder}")
    target_link_libraries(${name} PRIVATE ${libraries} "${libc}" gcc)
    set_property(TARGET ${name} APPEND PROPERTY LINK_DEPENDS "${script}")
    add_custom_command(TARGET ${name} POST_BUILD
        COMMAND ${cmrx} unload "${folder}/${name}.elf" VERBATIM)
endfunction()

function(_cmrx_check_image name folder)
    get_property(cmrx GLOBAL PROPERTY CMRX_TOOL)
    add_custom_command(TARGET ${name} POST_BUILD
        COMMAND ${cmrx} check --objects "${folder}/system.json"
            "${folder}/${name}.elf" VERBATIM)
endfunction()
