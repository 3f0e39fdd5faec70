#!/usr/bin/env python3
"""embed.py - CMRX as a part of other people's builds.

    embed.py --install BUILD [--plugins DIR] [unittest arguments]

An outside project, in an empty folder, gets CMRX in each of the ways there are,
with each generator and with a space in its path; the system that it builds is
the tutorial's, and has to say what the tutorial promises. And beside a linker
script in the style of those that vendors' tools write: vendor/.

BUILD is a configured build folder of CMRX, for `cmake --install`.
"""

import argparse
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PAGE = os.path.join(ROOT, "doc", "tutorial", "first-process.md")
sys.path.insert(0, os.path.join(ROOT, "test", "tutorial"))
sys.path.insert(0, os.path.join(ROOT, "tool"))

import tutorial  # noqa: E402
from cmrxlib import kernelobj  # noqa: E402

PROJECT = """\
cmake_minimum_required(VERSION 3.20)
project(station LANGUAGES C ASM)
{before}
cmrx_process(thermometer SOURCES thermometer.c)
cmrx_process(app SOURCES app.c)

cmrx_system(station BOARD {board}
    PROCESSES thermometer app
    GRANT app MMIO uart0 AS console
    GRANT app RIGHT power
    {after})
"""
ADD = f"add_subdirectory({ROOT} cmrx)"
PACKAGE = """\
find_package(CMRX REQUIRED)
if(NOT EXISTS "${CMRX}/server/supervisor/main.c")
    message(FATAL_ERROR "CMRX is not the folder of the sources: ${CMRX}")
endif()
"""
FETCH = """\
include(FetchContent)
FetchContent_Declare(cmrx {where})
FetchContent_MakeAvailable(cmrx)
"""
VENDOR = """\
add_library(vendor OBJECT vendor/vendor.c)
target_compile_options(vendor PRIVATE -mcpu=cortex-m3 -mthumb -Os -g
    -ffunction-sections -fdata-sections)
"""
TOOLCHAIN = "cmake/arm-none-eabi.cmake"


def run(*command, **options):
    """(exit code, all that it said)"""
    done = subprocess.run(command, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace", **options)
    return done.returncode, done.stdout


def tutorial_fences():
    with open(PAGE, encoding="utf-8") as file:
        return list(tutorial.steps(file.read()))


class Project(unittest.TestCase):
    """An outside project; its folder is gone after the test."""

    folder_name = "project"

    def setUp(self):
        self.top = tempfile.mkdtemp(prefix="cmrx_embed_")
        self.addCleanup(shutil.rmtree, self.top)
        self.folder = os.path.join(self.top, self.folder_name)
        self.binary = os.path.join(self.folder, "build")
        os.mkdir(self.folder)

    def ok(self, *command):
        code, output = run(*command)
        self.assertEqual(code, 0, f"{' '.join(command)}\n{output}")
        return output

    def write(self, before, board="mps2_an385", after=""):
        for kind, name, content in tutorial_fences():
            if kind == "file":
                tutorial.write(self.folder, name, content)
        tutorial.write(self.folder, "CMakeLists.txt", PROJECT.format(
            before=before, board=board, after=after))

    def configure(self, *options, generator="Ninja", root=ROOT):
        return self.ok("cmake", "-G", generator, "-S", self.folder, "-B",
                       self.binary, f"-DPython3_EXECUTABLE={sys.executable}",
                       "-DCMAKE_TOOLCHAIN_FILE=" + os.path.join(
                           root, TOOLCHAIN), *options)

    def build_command(self):
        return ("cmake", "--build", self.binary, "--target", "station", "-j",
                "2")

    def check_it_runs(self, root=ROOT):
        """It says what the page promises, the oracle watching."""
        oracle = ["--oracle", "--plugins", PLUGINS] if PLUGINS else []
        said = self.ok(sys.executable, os.path.join(root, "tool", "cmrx"),
                       "run", os.path.join(self.binary, "station"), "--batch",
                       "--deterministic", "--last", "", *oracle)
        promised = [text for kind, _, text in tutorial_fences()
                    if kind == "output"]
        self.assertIn(promised[0], said)

    def check(self, before, *options, **rest):
        root = rest.get("root", ROOT)
        self.write(before)
        self.configure(*options, **rest)
        self.ok(*self.build_command())
        self.check_it_runs(root)


class WithSpace(Project):
    folder_name = "my project"


class Ways(Project):
    def test_find_package_from_a_clone(self):
        self.check(PACKAGE, f"-DCMRX_DIR={ROOT}/cmake")

    def test_its_settings_hold_wherever_it_is_called(self):
        self.write(ADD, board="mps2_an386")
        tutorial.write(self.folder, "CMakeLists.txt", PROJECT.format(
            before=ADD, board="mps2_an386", after="").replace(
                "thermometer.c)", "thermometer.c FLOATING_POINT)"))
        self.configure("-DCMAKE_EXPORT_COMPILE_COMMANDS=ON")
        with open(os.path.join(self.binary, "compile_commands.json"),
                  encoding="utf-8") as file:
            commands = json.load(file)
        self.assertTrue(all(
            "-mfpu=fpv4-sp-d16 " in c["command"] for c in commands
            if c["file"].endswith("/thermometer.c")))
        kernel = [c["command"] for c in commands if c["file"].endswith(".c")
                  and "KERNEL_CHECKED" in c["command"]]
        self.assertTrue(kernel and all(" -Wconversion " in c and
                                       " -Werror " not in c for c in kernel))

    def test_options_that_the_project_has_for_other_code(self):
        self.check("set(CMAKE_UNITY_BUILD ON)\n"
                   "set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)\n"
                   "add_compile_options(-flto -fstack-protector-all -O0)\n" + ADD,
                   "-DCMAKE_C_FLAGS=-mcpu=cortex-m4 -mfloat-abi=hard "
                   "-mfpu=fpv4-sp-d16")

    def test_more_than_once_is_once(self):
        self.write("\n".join((ADD, PACKAGE, PACKAGE)))
        self.configure(f"-DCMRX_DIR={ROOT}/cmake")

    def test_fetch_content(self):
        self.check(FETCH.format(where=f"SOURCE_DIR {ROOT}"))

    def test_fetch_content_from_elsewhere(self):
        self.write(FETCH.format(where="URL https://example.invalid/cmrx.tgz"))
        self.configure(f"-DFETCHCONTENT_SOURCE_DIR_CMRX={ROOT}")


def install(prefix):
    code, output = run("cmake", "--install", INSTALL, "--prefix", prefix)
    if code:
        raise AssertionError(output)
    return os.path.join(prefix, "share", "cmrx")


class Installed(WithSpace):
    """The copy has a space in its path, too, and cannot be written to."""

    def setUp(self):
        super().setUp()
        self.prefix = os.path.join(self.top, "in stalled")
        self.copy = install(self.prefix)
        self.addCleanup(run, "chmod", "-R", "u+w", self.prefix)
        run("chmod", "-R", "a-w", self.prefix)

    def test_find_package(self):
        self.check(PACKAGE, f"-DCMAKE_PREFIX_PATH={self.prefix}",
                   root=self.copy)

    def test_nothing_comes_from_the_clone(self):
        self.write(PACKAGE)
        self.configure(f"-DCMAKE_PREFIX_PATH={self.prefix}", root=self.copy)
        with open(os.path.join(self.binary, "build.ninja"),
                  encoding="utf-8") as file:
            self.assertNotIn(ROOT + "/", file.read())

    def test_all_programs_and_boards_are_in_it(self):
        for pattern in ("driver/*/*.c", "server/*/*.c", "lib/idle/*",
                        "board/*/board.json"):
            for path in glob.glob(os.path.join(ROOT, pattern)):
                name = os.path.relpath(path, ROOT)
                if not os.path.basename(name).startswith("test_"):
                    self.assertTrue(os.path.exists(
                        os.path.join(self.copy, name)), name)

    def test_two_of_them_are_refused(self):
        self.write(ADD + "\n" + PACKAGE)
        code, output = run(
            "cmake", "-G", "Ninja", "-S", self.folder, "-B", self.binary,
            f"-DCMAKE_PREFIX_PATH={self.prefix}", "-DCMAKE_TOOLCHAIN_FILE="
            + os.path.join(ROOT, TOOLCHAIN))
        self.assertNotEqual(code, 0)
        self.assertIn("has CMRX already", output)


class Makefiles(WithSpace):
    def test_they_build_and_see_what_changes(self):
        self.check(ADD, generator="Unix Makefiles")
        path = os.path.join(self.folder, "app.c")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        tutorial.write(self.folder, "app.c",
                       text.replace("channel %u:", "CHANNEL %u:"))
        os.utime(path, (os.stat(path).st_atime, os.stat(path).st_mtime + 2))
        self.ok(*self.build_command())
        with self.assertRaisesRegex(AssertionError, "CHANNEL 0: 21500"):
            self.check_it_runs()


class Vendor(Project):
    """vendor/ is a board whose code and linker script are a vendor's: they take
    the beginning of flash and RAM, as they believe that all of it is theirs.
    One project, that each test changes a little."""

    FLASH, RAM = ("0x10000", "0x40000"), ("0x20010000", "0x20000")
    SCRIPT = "LINKER_SCRIPT vendor/vendor.ld "

    @classmethod
    def setUpClass(cls):
        cls.top = tempfile.mkdtemp(prefix="cmrx_embed_")
        cls.addClassCleanup(shutil.rmtree, cls.top)
        cls.folder = os.path.join(cls.top, "my project")
        cls.binary = os.path.join(cls.folder, "build")

    def setUp(self):
        """Instead of a folder for each test."""

    def build(self, flash=FLASH, ram=RAM, after="", script=None,
              compiled=VENDOR):
        """(exit code, what the build says)"""
        self.write(ADD + "\n" + compiled, "${CMAKE_SOURCE_DIR}/vendor",
                   self.SCRIPT + after + " LIBRARIES vendor")
        vendor = os.path.join(self.folder, "vendor")
        shutil.copytree(os.path.join(HERE, "vendor"), vendor,
                        dirs_exist_ok=True)
        path = os.path.join(ROOT, "board", "mps2_an385", "board.json")
        with open(path, encoding="utf-8") as file:
            board = json.load(file)
        for memory, part in (("flash", flash), ("ram", ram)):
            board[memory] = dict(zip(("base", "size"), part))
        board["stack_bounds"] = {"vendor_init": 64}  # of vendor.c
        tutorial.write(vendor, "board.json", json.dumps(board))
        self.edit(os.path.join(vendor, "vendor.ld"), script or {})
        self.configure()
        return run(*self.build_command())

    def edit(self, path, changes):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for old, new in changes.items():
            self.assertIn(old, text)
            text = text.replace(old, new)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def refused(self, says, **rest):
        code, output = self.build(**rest)
        self.assertNotEqual(code, 0, output)
        self.assertIn(says, output)

    def check_vendor(self, **rest):
        code, said = self.build(**rest)
        self.assertEqual(code, 0, said)
        self.assertIn("the image allows what is described", said)
        self.assertNotIn("warning", said)
        self.check_it_runs()
        return kernelobj.read_elf(os.path.join(self.binary, "station",
                                               "station.elf"))

    def test_it_runs_and_obeys(self):
        image = self.check_vendor()
        found = {s.name: s for s in image.sections}
        self.assertEqual(found[".vectors"].address, 0x10000)
        self.assertEqual((found[".data"].address, found[".bss"].size),
                         (0x20000000, 4))
        self.assertEqual(found[".text"].address, 8)  # after .isr_vector
        for _, load, _ in image.segments:
            self.assertLess(load, 0x20000000)
        self.check_ours(found)

    def check_ours(self, found):
        """His patterns fit all sections; none of ours may be among his."""
        with open(os.path.join(self.binary, "station", "system.json"),
                  encoding="utf-8") as file:
            described = json.load(file)
        self.assertEqual(described["linker_script"], "vendor.ld")
        for process in described["processes"]:
            for section in process["sections"]:
                name = f".process.{process['name']}{section['name']}"
                self.assertEqual(found[name].size, section["size"])

    def test_vendor_behind_cmrx(self):
        """CMRX where reset looks, the vendor's part after it."""
        self.check_vendor(
            after="AFTER ._user_heap_stack",
            flash=("0x0", "0x40000"), ram=("0x20000000", "0x20000"),
            script={"ORIGIN = 0x00000000": "ORIGIN = 0x00040000",
                    "ORIGIN = 0x20000000": "ORIGIN = 0x20020000",
                    "LENGTH = 4096K": "LENGTH = 1024K"})

    def test_a_section_that_is_not_there(self):
        self.refused(".nowhere", after="AFTER .nowhere")

    def test_code_that_is_not_thumb_is_refused(self):
        """What the compiler makes where nobody tells it the processor."""
        self.refused("LIBRARIES names has to be compiled with -mcpu=cortex-m3 "
                     "-mthumb", compiled=VENDOR.replace("-mcpu=cortex-m3 "
                                                        "-mthumb", ""))

    def test_same_flash_is_refused(self):
        self.refused("overlaps", flash=("0x0", "0x40000"))

    def test_same_ram_is_refused(self):
        """Also where nothing of ours lies: it may be padding or a stack."""
        self.refused("section .bss of vendor.ld lies at 0x20000004, in the ram "
                     "that board.json says is CMRX's",
                     ram=("0x20000000", "0x20000"))


def main():
    global INSTALL, PLUGINS
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--install", required=True, metavar="BUILD")
    parser.add_argument("--plugins", default="")
    args, rest = parser.parse_known_args()
    INSTALL, PLUGINS = args.install, args.plugins
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
