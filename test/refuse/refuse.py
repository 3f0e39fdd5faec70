#!/usr/bin/env python3
"""refuse.py - what must not build, and what must build and change nothing.

    refuse.py --build DIR [unittest arguments]

The systems of rows.py are one CMake project with a target each; one build that
keeps going says all. What CMake itself refuses (statements.py) is configured
one by one, without a compiler. DIR is kept for the next time.
"""

import argparse
import functools
import os
import re
import shutil
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)

import rows  # noqa: E402
import stacks  # noqa: E402
import statements  # noqa: E402

CMRX = os.path.join(ROOT, "tool", "cmrx")
BOARD = os.path.join(ROOT, "board", "mps2_an385")
ROWS = rows.ROWS + stacks.ROWS


def run(command, **options):
    """(exit code, all that it said)"""
    done = subprocess.run(command, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace", **options)
    return done.returncode, done.stdout


def write(path, text):
    """Only if that changes it: what is built already stays so."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    try:
        with open(path, encoding="utf-8") as file:
            if file.read() == text:
                return
    except OSError:
        pass
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def one_line(text):
    """What is said, as CMake and the shell break lines anywhere."""
    return re.sub(r"\s+", " ", text)


# ---- The project of all rows


def sources_of(row, program):
    """{file name: text}"""
    texts = row.programs[program]
    texts = texts if isinstance(texts, list) else [texts]
    return {f"{program}_{n}.c": "#include <cmrx/cmrx.h>\n" + text
            for n, text in enumerate(texts)}


def cmake_of(row):
    """A program is called after its row: names of programs are global."""
    lines = []
    for program in row.programs:
        files = " ".join(f"{row.name}/{f}" for f in sources_of(row, program))
        lines.append(f"cmrx_process({row.name}_{program} SOURCES {files})")
    processes = " ".join(f"{p}={row.name}_{p}" for p in row.programs)
    board = row.board
    if board in rows.BOARDS:
        board = f"${{CMAKE_SOURCE_DIR}}/{board}"
    lines.append(f"cmrx_system({row.name} BOARD {board}\n"
                 f"    PROCESSES {processes} {row.statement})")
    return "\n".join(lines) + "\n"


def write_project(folder, table):
    text = ("cmake_minimum_required(VERSION 3.20)\n"
            "project(refuse LANGUAGES C ASM)\n"
            f"add_subdirectory({ROOT} cmrx)\n")
    for row in table:
        text += cmake_of(row)
        for program in row.programs:
            for name, source in sources_of(row, program).items():
                write(os.path.join(folder, row.name, name), source)
    write(os.path.join(folder, "CMakeLists.txt"), text)
    for name, board in rows.BOARDS.items():
        write(os.path.join(folder, name, "board.json"), board)
        with open(os.path.join(BOARD, "board.c"), encoding="utf-8") as file:
            text = file.read()
        more = stacks.BOARD_CODE.get(name, "")
        if more:
            text = text.replace("void board_init(void)",
                                "void board_init_of_theirs(void);\n"
                                "void board_init_of_theirs(void)")
        write(os.path.join(folder, name, "board.c"), text + more)


@functools.lru_cache(None)
def build(folder):
    """({row: what its build said}, all that was said); an empty text for a row
    that was built."""
    table = ROWS + rows.BUILT
    source, binary = os.path.join(folder, "all"), os.path.join(folder, "build")
    write_project(source, table)
    code, output = run([
        "cmake", "-G", "Ninja", "-S", source, "-B", binary,
        f"-DPython3_EXECUTABLE={sys.executable}", "-DCMAKE_TOOLCHAIN_FILE="
        + os.path.join(ROOT, "cmake", "arm-none-eabi.cmake")])
    if code:
        raise AssertionError("the rows cannot be configured:\n" + output)
    code, output = run(["ninja", "-C", binary, "-k", "0", "-j", "2"]
                       + [goal for row in table for goal in goals(row, binary)])
    return {row.name: "".join(
        block for block in failed_steps(output)
        if re.search(rf"[/.]{row.name}[/_]", block)) for row in table}, output


def goals(row, binary):
    """What is built of a row: what comes before the layout needs no kernel."""
    if row.at == rows.PROCESS:
        return [os.path.relpath(sealed(f"{row.name}_{p}", binary), binary)
                for p in row.programs]
    return [row.name]


def sealed(program, binary):
    """The object that the build makes of the process with this program."""
    return re.search(rf" --program {program} --output (\S+)",
                     commands(binary))[1]


@functools.lru_cache(None)
def commands(binary):
    with open(os.path.join(binary, "build.ninja"), encoding="utf-8") as file:
        return file.read()


def failed_steps(output):
    """What ninja has printed about each step that failed."""
    for block in re.split(r"^(?=\[\d+/\d+\] )", output, flags=re.M):
        if "\nFAILED: " in block:
            yield block


class Refused(unittest.TestCase):
    """A test per row; see add_rows()."""

    @classmethod
    def setUpClass(cls):
        cls.said, cls.output = build(FOLDER)

    def check(self, row):
        said = one_line(self.said[row.name])
        self.assertTrue(said, f"{row.name} was built:\n{self.output}")
        for text in row.says:
            self.assertIn(text, said)
        self.assertNotIn("Traceback", said)


def add_rows():
    for row in ROWS:
        setattr(Refused, "test_" + row.name,
                lambda self, row=row: self.check(row))


# ---- What CMake refuses by itself


class Statement(unittest.TestCase):
    """A project without compilers: the statement is read before. All are that of one
    folder, one after the other: to find Python and ninja takes CMake longer."""

    def check(self, text, *says):
        folder = os.path.join(FOLDER, "statement")
        write(os.path.join(folder, "app.c"), "")
        for board, content in statements.BOARDS.items():
            write(os.path.join(folder, board, "board.json"), content)
        write(os.path.join(folder, "CMakeLists.txt"),
              "cmake_minimum_required(VERSION 3.20)\n"
              "project(statement LANGUAGES NONE)\n"
              f"include({ROOT}/cmake/CMRX.cmake)\n"
              "cmrx_process(app SOURCES app.c)\n"
              "cmrx_process(idle SOURCES app.c)\n" + text + "\n")
        code, output = run(["cmake", "-G", "Ninja", "-S", folder, "-B",
                            os.path.join(folder, "build"),
                            f"-DPython3_EXECUTABLE={sys.executable}"])
        self.assertNotEqual(code, 0, output)
        for what in says:
            self.assertIn(what, one_line(output))


def add_statements():
    for name, (text, *says) in statements.STATEMENTS.items():
        setattr(Statement, "test_" + name,
                lambda self, a=(text, *says): self.check(*a))


# ---- What must build and change nothing


class Harmless(unittest.TestCase):
    """A program whose symbols are named like the kernel's, the C library's and
    another process's, against the same program with names of its own."""

    @classmethod
    def setUpClass(cls):
        cls.said, cls.output = build(FOLDER)
        sys.path.insert(0, os.path.join(ROOT, "tool"))

    def image(self, name):
        from cmrxlib import kernelobj
        self.assertFalse(self.said[name], self.said[name])
        return kernelobj.read_elf(os.path.join(
            FOLDER, "build", name, name + ".elf"))

    def contents(self, name, prefixes):
        """{section: (address, bytes)}"""
        found = {s.name: (s.address, s.size, s.data)
                 for s in self.image(name).sections
                 if s.name.startswith(prefixes)}
        self.assertTrue(found)
        return found

    def test_the_kernel_is_the_same_to_the_byte(self):
        parts = (".vectors", ".kernel.text", ".kernel.rodata", ".kernel.bss")
        self.assertEqual(self.contents("own_names", parts),
                         self.contents("names_of_others", parts))
        # And they are linked from one object.
        objects = re.findall(r" --kernel (\S+/cmrx\.kernel\.mps2_an385/\S+)",
                             commands(os.path.join(FOLDER, "build")))
        self.assertEqual(len(set(objects)), 1)

    def test_the_other_process_is_the_same_to_the_byte(self):
        self.assertEqual(self.contents("own_names", ".process.other."),
                         self.contents("names_of_others", ".process.other."))

    def test_it_runs(self):
        for name in ("own_names", "names_of_others"):
            code, output = run([
                sys.executable, CMRX, "run",
                os.path.join(FOLDER, "build", name), "--batch",
                "--deterministic", "--last", ""])
            self.assertEqual(code, 42, output)


# ---- Tools that are missing or old, files that were changed


class Surroundings(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        build(FOLDER)
        cls.system = os.path.join(FOLDER, "build", "own_names")

    def refused(self, command, *says, **options):
        code, output = run(command, **options)
        self.assertNotEqual(code, 0, output)
        self.assertNotIn("Traceback", output)
        for text in says:
            self.assertIn(text, one_line(output))

    def check_changed(self, old, new, *says):
        with open(os.path.join(self.system, "system.json"),
                  encoding="utf-8") as file:
            text = file.read()
        self.assertIn(old, text)
        folder = os.path.join(FOLDER, "changed")
        shutil.rmtree(folder, ignore_errors=True)
        write(os.path.join(folder, "system.json"), text.replace(old, new, 1))
        self.refused([sys.executable, CMRX, "check",
                      os.path.join(folder, "system.json"),
                      os.path.join(self.system, "own_names.elf")], *says)

    def test_description_changed_by_hand(self):
        self.check_changed('"policy": "stop"', '"policy": "restart"',
                           "system.json was changed after the layout wrote it",
                           "policy")

    def test_right_added_by_hand(self):
        self.check_changed('"access": "rx"', '"access": "rwx"',
                           "system.json was changed", "can touch")

    def test_description_cut_off(self):
        self.check_changed('"schema": 1', '"schema": 9',
                           "not a system.json of schema 1")

    def seal(self, *options):
        return [sys.executable, CMRX, "process", "--name", "app", "--output",
                os.path.join(FOLDER, "app.o"), "--script",
                os.path.join(ROOT, "cmake", "process.ld"), *options,
                self.object_of("own_names_other")]

    def object_of(self, program):
        folder = os.path.join(FOLDER, "build", "CMakeFiles",
                              f"cmrx.{program}.cortex-m3.dir")
        return next(os.path.join(base, name)
                    for base, _, names in os.walk(folder) for name in names)

    def test_no_compiler(self):
        self.refused(self.seal("--cc", "no-such-gcc"),
                     "cannot run no-such-gcc", "tool/setup")

    def test_no_objcopy(self):
        self.refused(self.seal(*self.libraries(), "--objcopy", "no-such"),
                     "cannot run no-such", "tool/setup")

    def test_no_objdump(self):
        self.refused(self.seal(*self.libraries(), "--objdump", "no-such"),
                     "cannot run no-such", "tool/setup")

    def libraries(self):
        """Those that the build has used for the same program."""
        found = re.search(r" --name other --program own_names_other .*",
                          commands(os.path.join(FOLDER, "build")))[0].split()
        return [f for f in found if f.startswith("--flag")] + [
            word for at, name in enumerate(found) if name == "--library"
            for word in ("--library", found[at + 1])]

    def with_tools(self, name, **fakes):
        """PATH of the commands of the system, with some replaced."""
        folder = os.path.join(FOLDER, name)
        shutil.rmtree(folder, ignore_errors=True)
        for tool, text in fakes.items():
            path = os.path.join(folder, tool.replace("_", "-"))
            write(path, "#!/bin/sh\n" + text + "\n")
            os.chmod(path, 0o755)
        return dict(os.environ, PATH=folder + ":" + os.environ["PATH"])

    def test_qemu_too_old(self):
        path = self.with_tools(
            "old", qemu_system_arm="echo 'QEMU emulator version 5.2.0'")
        self.refused([os.path.join(ROOT, "tool", "setup"), "demo"],
                     "qemu-system-arm is version 5.2.0; 7.0 or newer is "
                     "needed", "Debian 12 has it: package qemu-system-arm",
                     env=path)

    def test_no_qemu(self):
        path = dict(os.environ, PATH=os.path.join(FOLDER, "empty"))
        self.refused([sys.executable, CMRX, "run", self.system],
                     "qemu-system-arm is missing", "tool/setup demo", env=path)


def main():
    global FOLDER
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--build", required=True)
    args, rest = parser.parse_known_args()
    FOLDER = os.path.abspath(args.build)
    add_rows()
    add_statements()
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
