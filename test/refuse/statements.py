"""statements.py - what CMake refuses before it looks for a compiler."""

BOARD = '{ "cpu": "cortex-m3", "port": "armv7m", "irq_lines": 8 }'
BOARDS = {
    "one/main": BOARD,
    "two/main": BOARD,
    "my board": BOARD,
    "no_json": '{ "cpu": ',
    "no_cpu": '{ "port": "armv7m" }',
    "no_port": BOARD.replace("armv7m", "armv7"),
    "other_port": BOARD.replace("cortex-m3", "cortex-m33+nodsp"),
    "newer_cpu": BOARD.replace("cortex-m3", "cortex-m99"),
}

SYSTEM = "cmrx_system(station BOARD mps2_an385 PROCESSES app "
HERE = "${CMAKE_SOURCE_DIR}/"

# name: (text, what it says ...)
STATEMENTS = {
    "unknown_keyword": (
        SYSTEM + "GRANTS app MMIO uart0)",
        "PROCESSES: \"GRANTS\" is not one of: app",
        "Nor does a part of the statement begin so: BOARD RAM PROCESSES"),
    "unknown_keyword_at_the_end": (
        SYSTEM + "POLICY app stop CALLS app)",
        "cmrx_system(station): what is \"CALLS\"? Known: BOARD RAM PROCESSES"),
    "no_linker_script": (
        "cmrx_system(station BOARD mps2_an385 PROCESSES app\n"
        "    LINKER_SCRIPT vendor.ld)", "LINKER_SCRIPT: there is no"),
    "libraries_alone": (
        "cmrx_system(station BOARD mps2_an385 PROCESSES app\n"
        "    LIBRARIES hal)", "LIBRARIES: their sections have no place"),
    "unknown_process": (
        SYSTEM + "other)", "\"other\" is not one of: app"),
    "grant_to_unknown_process": (
        SYSTEM + "GRANT other MMIO uart0)",
        "GRANT: \"other\" is not one of PROCESSES (app)"),
    "unknown_board": (
        "cmrx_system(station BOARD moon PROCESSES app)",
        "BOARD moon: there is no", "board/moon/board.json",
        "A board is one of: lm3s6965evb "),
    "board_is_missing": (
        "cmrx_system(station PROCESSES app)", "BOARD is missing"),
    "processes_are_missing": (
        "cmrx_system(station BOARD mps2_an385)", "PROCESSES is missing"),
    "board_is_no_json": (
        f"cmrx_system(station BOARD {HERE}no_json PROCESSES app)",
        "no_json/board.json", "cpu"),
    "board_without_cpu": (
        f"cmrx_system(station BOARD {HERE}no_cpu PROCESSES app)",
        "no_cpu/board.json", "\"cpu\""),
    "board_for_a_port_that_is_not_there": (
        f"cmrx_system(station BOARD {HERE}no_port PROCESSES app)",
        "no_port/board.json: \"port\": \"armv7\" is not one of: armv6m armv7m armv8m"),
    "board_for_another_port": (
        f"cmrx_system(station BOARD {HERE}other_port PROCESSES app)",
        "other_port/board.json: \"port\" is armv7m, and \"cpu\" cortex-m33+nodsp: for "
        "that one it is armv8m"),
    "board_with_a_processor_that_is_not_known": (
        f"cmrx_system(station BOARD {HERE}newer_cpu PROCESSES app)",
        "BOARD newer_cpu: there is no "),
    "two_boards_of_one_name": (
        "function(read)\n_cmrx_parse_system(station \"${ARGN}\")\nendfunction()\n"
        f"read(BOARD {HERE}one/main PROCESSES app)\n"
        f"read(BOARD {HERE}one/main PROCESSES app)\n"
        f"read(BOARD {HERE}two/main PROCESSES app)\n",
        "two/main: another system is for", "one/main, a board of the same name"),
    "board_with_a_blank": (
        f"cmrx_system(station BOARD \"{HERE}my board\" PROCESSES app)",
        "my board: rename the folder: a board's name has letters"),
    "device_not_on_the_board": (
        SYSTEM + "GRANT app MMIO i2c0)",
        "GRANT app MMIO (board mps2_an385): \"i2c0\" is not one of: nothing, retained, scratch"),
    "interrupt_not_on_the_board": (
        SYSTEM + "GRANT app IRQ i2c0)",
        "GRANT app IRQ (board mps2_an385): \"i2c0\" is not one of: timer0"),
    "grant_of_nothing": (SYSTEM + "GRANT app MMIO)",
                         "what comes after GRANT app MMIO is missing"),
    "grant_of_what": (
        SYSTEM + "GRANT app ALL)", "\"ALL\" is not one of: MMIO device"),
    "unknown_right": (
        SYSTEM + "GRANT app RIGHT root)",
        "\"root\" is not one of: inspect, control, power"),
    "unknown_policy": (
        SYSTEM + "POLICY app ignore)", "\"ignore\" is not one of: restart"),
    "wire_without_service": (
        SYSTEM + "WIRE app TO app.box)", "has to be process.service"),
    "wire_twice": (
        SYSTEM + "WIRE app.a TO app.b WIRE app.a TO app.c)",
        "WIRE app.a is there twice"),
    "policy_twice": (SYSTEM + "POLICY app stop POLICY app restart)",
                     "POLICY app is there twice"),
    "board_twice": (SYSTEM + "BOARD mps2_an386)", "BOARD is there twice"),
    "ram_twice": (SYSTEM + "RAM 4096 RAM 8192)", "RAM is there twice"),
    "supervisor_twice": (SYSTEM + "idle SUPERVISOR app SUPERVISOR idle)",
                         "SUPERVISOR is there twice"),
    # Words that CMake takes for false, first, in the middle, last.
    "process_called_off": (
        "cmrx_process(off SOURCES app.c)\n" + SYSTEM + "off other)",
        "PROCESSES: \"other\" is not one of: app, idle, off"),
    "word_that_is_false_at_the_end": (
        SYSTEM + "POLICY app stop off)", "what is \"off\"? Known: BOARD"),
    "process_twice_in_a_system": (
        SYSTEM + "app)", "A second one is written OTHER_NAME=app"),
    "process_declared_twice": (
        "cmrx_process(app SOURCES app.c)",
        "cmrx_process(app) is there twice, also in ", "CMakeLists.txt: rename one",
        "PROCESSES app=OTHER_NAME"),
    "folder_that_the_build_makes": (
        "cmrx_process(other SOURCES app.c INCLUDES ${CMAKE_BINARY_DIR}/made)\n"
        "cmrx_process(other SOURCES app.c)", "cmrx_process(other) is there twice"),
    "no_such_folder": (
        "cmrx_process(other SOURCES app.c INCLUDES none)",
        "cmrx_process(other): INCLUDES: there is no folder", "/none"),
    "no_sources": ("cmrx_process(other)", "SOURCES is missing"),
    "extends_nothing": (
        "cmrx_process(other EXTENDS shelf SOURCES app.c)",
        "cmrx_process(other) EXTENDS shelf: there is no cmrx_process(shelf) before it. "
        "There are: app, idle"),
    # All of it is there, and what is defined again has the later value.
    "what_is_extended": (
        "cmrx_process(base SOURCES app.c DEFINITIONS A=1 AB=2 INCLUDES one)\n"
        "cmrx_process(other EXTENDS base DEFINITIONS A=3)\n"
        "get_property(s GLOBAL PROPERTY CMRX_SOURCES_other)\n"
        "get_property(i GLOBAL PROPERTY CMRX_INCLUDES_other)\n"
        "get_property(d GLOBAL PROPERTY CMRX_DEFINITIONS_other)\n"
        "message(FATAL_ERROR \"has ${s} and ${i} and ${d}\")",
        "/statement/app.c and ", "/statement/one;", "/statement and AB=2;A=3"),
    "test_of_no_process": (
        "cmrx_process_test(one SOURCES app.c)",
        "cmrx_process_test(one): PROCESS is missing: whom it tests"),
    "test_of_another_process": (
        "cmrx_process_test(one PROCESS ap SOURCES app.c)",
        "cmrx_process_test(one): no cmrx_process(ap) before it. There are: app, idle"),
    "no_such_source": ("cmrx_process(other SOURCES none.c)",
                       "cmrx_process(other): no source", "none.c",
                       "in a file that is included write ${CMAKE_CURRENT_LIST_DIR}/..."),
    "floating_point_where_there_is_none": (
        "cmrx_process(other SOURCES app.c FLOATING_POINT)\n"
        + SYSTEM + "other)",
        "process other uses FLOATING_POINT, which is not there for cortex-m3"),
    "floating_point_that_a_board_has_not": (
        "cmrx_process(other SOURCES app.c FLOATING_POINT)\n"
        "cmrx_system(other BOARD mps2_an521 PROCESSES other)",
        "process other uses FLOATING_POINT, which is not there on mps2_an521 "
        "(board.json)"),
    "source_of_another_language": (
        "file(WRITE ${CMAKE_SOURCE_DIR}/app.cpp \"\")\n"
        "cmrx_process(other SOURCES app.cpp)",
        "cmrx_process(other): for ", "app.cpp write project(statement LANGUAGES C CXX "
        "ASM)"),
    "board_without_code": (
        f"cmrx_system(station BOARD {HERE}one/main PROCESSES app)",
        "BOARD main: there is no ", "one/main/board.c. It defines board_init() and "
        "board_halt()"),
    "no_assembly_in_the_project": (
        SYSTEM + ")", "cmrx_system(station): C and assembly are compiled for it. "
        "Write project(statement LANGUAGES C ASM)"),
    "unknown_keyword_of_process": (
        "cmrx_process(other THREADS 2)", "what is \"THREADS 2\"?"),
    "name_that_is_no_name": (
        "cmrx_process(my-app SOURCES app.c)",
        "a name has letters, digits and _"),
}
