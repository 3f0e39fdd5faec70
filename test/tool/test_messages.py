"""test_messages.py - what a user is told who has given the wrong thing."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import types
import unittest
import unittest.mock

import arm
from cmrxlib import check, oracle, report, run, size, systemjson
from cmrxlib.model import Refused

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))


class Systems(unittest.TestCase):
    """Which folder is the one of a system."""

    def setUp(self):
        self.build = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.build)
        for name in ("one", "two"):
            os.mkdir(os.path.join(self.build, name))
            for file in ("system.json", f"{name}.elf"):
                open(os.path.join(self.build, name, file), "w").close()

    def refused(self, folder, why):
        with self.assertRaisesRegex(Refused, why):
            oracle.the_elf(folder)

    def test_that_of_a_system_is_taken(self):
        folder = os.path.join(self.build, "one")
        self.assertEqual(oracle.the_elf(folder),
                         os.path.join(folder, "one.elf"))

    def test_the_one_above_is_answered_with_those_inside(self):
        self.refused(self.build, f"{self.build}/one, {self.build}/two$")

    def test_an_image_is_answered_with_its_folder(self):
        self.refused(os.path.join(self.build, "one", "one.elf"),
                     "give the folder that the image is in")

    def test_what_is_not_there_is_to_be_built(self):
        self.refused(os.path.join(self.build, "three"), "cmake --build BUILD")

    def test_several_images(self):
        open(os.path.join(self.build, "one", "other.elf"), "w").close()
        self.refused(os.path.join(self.build, "one"), "holds 2 systems")


    def test_an_image_is_checked_by_its_folder_alone(self):
        folder = os.path.join(self.build, "one")
        image, described = (os.path.join(folder, name)
                            for name in ("one.elf", "system.json"))
        for named in (folder, described):
            self.assertEqual(check.files_of(Asked(named)), (described, image))
        self.assertEqual(check.files_of(Asked(described, "other.elf")),
                         (described, "other.elf"))
        with self.assertRaisesRegex(Refused, "there is one in each of: "):
            check.files_of(Asked(self.build))

    def test_who_asks_what_his_system_costs_is_shown_the_way(self):
        folder = os.path.join(self.build, "one")
        with self.assertRaisesRegex(Refused, f"cmrx map {folder}$"):
            size.refuse_others(["story", folder])
        size.refuse_others(["story"])

    def test_what_is_no_system_is_answered_with_what_makes_one(self):
        with self.assertRaisesRegex(Refused, "cmake --build BUILD --target SYSTEM"):
            systemjson.load(os.path.join(self.build, "three"))

    def test_a_stack_that_is_not_there_is_answered_with_those_that_are(self):
        described = dict(processes=[dict(name="app", threads=[dict(name="main")])])
        with self.assertRaisesRegex(Refused, "there are kernel, app.main$"):
            report.find_chain(described, "app.other")


class Asked:
    """What argparse makes of `cmrx check`."""

    def __init__(self, description, elf=None):
        self.description = description
        self.elf = elf


class Running(unittest.TestCase):
    def test_a_missing_plugin_is_answered_with_what_builds_it(self):
        self.assertIn(f"cmake -S {ROOT}/test/host -B HOST && cmake --build HOST "
                      "--target oracle; then add --plugins HOST/plugin",
                      run.missing_plugin("build/host/plugin/oracle.so"))
        self.assertIn("cmake -S CLONE_OF_CMRX/test/host ",
                      run.missing_plugin("oracle.so", "/usr/share/cmrx"))

    def test_the_debugger_knows_the_sources_before_it_stops_in_one(self):
        said = run.debugger("BUILD/S/S.elf", "armv7m")
        self.assertLess(said.index(f"substitute-path cmrx {ROOT}"),
                        said.index("target remote"))
        self.assertTrue(said.endswith("Qqemu.PhyMemMode:1' BUILD/S/S.elf"), said)

    def test_the_debugger_is_not_made_blind_for_what_is_secure(self):
        for port in ("armv8m", "armv8m_base"):
            self.assertTrue(run.debugger("BUILD/S/S.elf", port).endswith(
                "-ex 'target remote :1234' BUILD/S/S.elf"))


class Output(unittest.TestCase):
    def test_who_reads_may_stop(self):
        """`| head` is no reason to complain."""
        process = dict(name="p", program="p", may=[], threads=[], imports=[],
                       posts=[], rights=[], policy="restart")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "system.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump(dict(schema=1, processes=[process], services=[],
                               interrupts=[], supervisor=None), file)
            self.check_quiet("map", path, "--access")

    def test_a_guest_whose_reader_has_stopped_is_heard_to_its_end(self):
        guest = types.SimpleNamespace(stdout=io.BufferedReader(io.BytesIO(b"x" * 9000)))
        reader, writer = os.pipe()
        os.close(reader)
        broken = os.fdopen(writer, "w")
        with unittest.mock.patch("sys.stdout", broken):
            run.show(guest, threading.Event())
        self.assertEqual(guest.stdout.read(), b"")
        with self.assertRaises(BrokenPipeError):
            broken.close()

    def check_quiet(self, *arguments):
        tool = subprocess.Popen(
            [sys.executable, os.path.join(ROOT, "tool", "cmrx"), *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        tool.stdout.close()
        said = tool.stderr.read()
        tool.stderr.close()
        self.assertEqual((tool.wait(), said), (141, b""))


class Demo(unittest.TestCase):
    def test_a_board_without_a_demo_is_answered_with_those_that_have_one(self):
        story = os.path.join(ROOT, "example", "01_story", "CMakeLists.txt")
        with open(story, encoding="utf-8") as file:
            boards = re.search(r"cmrx_boards\(boards ([^)]*)\)", file.read())[1]
        for board in ("microbit", "moon", "../board/microbit", ""):
            said = subprocess.run(
                ["make", "-s", "-C", ROOT, "demo", f"BOARD={board}"],
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            self.assertNotEqual(said.returncode, 0)
            self.assertIn(f"BOARD={board}; there are: "
                          + " ".join(boards.split()), said.stdout)


class Setup(unittest.TestCase):
    """tool/setup where CMake is missing: all other programs are there, and what
    installs packages is only said to."""

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        for name in os.listdir("/usr/bin"):
            if name not in ("cmake", "id", "sudo", "apt-get"):
                os.symlink(os.path.join("/usr/bin", name),
                           os.path.join(self.folder, name))

    def fake(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\n{text}\n")
        os.chmod(path, 0o755)

    def setup(self, user, sudo, apt="echo $0 $* >>$0.log"):
        self.fake("id", f"echo {user}")
        self.fake("sudo", sudo)
        self.fake("apt-get", apt)
        done = subprocess.run(
            [os.path.join(ROOT, "tool", "setup"), "demo"], text=True,
            env=dict(os.environ, PATH=self.folder), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertNotEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def installed(self):
        try:
            with open(os.path.join(self.folder, "apt-get.log"),
                      encoding="utf-8") as file:
                return file.read()
        except OSError:
            return ""

    def test_who_may_not_install_is_told_the_line(self):
        said = self.setup(1000, "exit 1")
        self.assertRegex(said, r"sudo sh -c 'apt-get update && apt-get install -y "
                         r"--no-install-recommends.* cmake")
        self.assertEqual(self.installed(), "")

    def test_root_installs(self):
        said = self.setup(0, "exit 1")
        self.assertRegex(self.installed(), r"apt-get install .* cmake")
        self.assertRegex(said, "still missing after the installation:.* cmake")

    def test_who_needs_no_password_installs(self):
        self.setup(1000, "shift\n[ $1 = true ] || exec \"$@\"")
        self.assertRegex(self.installed(), "apt-get update")

    def test_what_goes_wrong_then_is_shown(self):
        said = self.setup(0, "exit 1", "echo no network; exit 100")
        self.assertIn("no network\n", said)
        self.assertRegex(said, "apt-get failed .*\n.* apt-get update && ")


class Python(unittest.TestCase):
    def test_an_old_one_is_answered_with_what_is_needed(self):
        tool = os.path.join(ROOT, "tool", "cmrx")
        done = subprocess.run(
            [sys.executable, "-c", "import sys, runpy\nsys.version_info = (3, 8, 18)\n"
             f"runpy.run_path({tool!r}, run_name='__main__')"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertRegex(done.stdout, "Python 3.9 or newer is needed, and this is ")
        self.assertEqual(done.returncode, 1)


@unittest.skipUnless(arm.HAVE_GCC, "no arm-none-eabi-gcc")
class Calls(unittest.TestCase):
    """What the compiler says of a wrong call."""

    def errors(self, call, language="c"):
        text = arm.PROBE + ("CMRX_USE(struct probe, probe);\n"
                            f"void f(void);\nvoid f(void) {{ int32_t v = 0; {call}; }}\n")
        done = subprocess.run(
            [*arm.COMPILERS["gcc"], "-fsyntax-only", f"-x{language}", "-", "-std="
             + ("c11" if language == "c" else "c++17"), "-Werror=int-conversion",
             "-Werror=incompatible-pointer-types"],
            input=text, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        return [line.split(" error: ")[1] for line in done.stderr.splitlines()
                if " error: " in line]

    def test_one_that_is_right_has_none(self):
        self.assertEqual(self.errors("cmrx_call(&v, probe, read, 1u)"), [])
        self.assertEqual(self.errors("cmrx_call(NULL, probe, set, NULL, 0, NULL)"), [])
        self.assertEqual(self.errors("uint64_t t; cmrx_call(&t, probe, when)"), [])

    def test_more_than_four_arguments(self):
        for arguments in ("1, 2, 3, 4, 5", "1, 2, 3, 4, 5, 6"):
            said = self.errors(f"cmrx_call(&v, probe, read, {arguments})")
            self.assertEqual(len(said), 1, said)
            self.assertIn("a call has at most four arguments; pass a pointer", said[0])

    def test_a_wrong_argument_is_said_once(self):
        said = self.errors('cmrx_call(&v, probe, read, "1")')
        self.assertEqual(len(said), 1, said)
        self.assertIn("integer from pointer", said[0])

    def test_what_CMRX_LENT_has_not_made_is_not_lent(self):
        for call in ("; cmrx_call_lending(r, NULL, probe, set, r, 0, NULL)",
                     "; cmrx_call_lending_until(9, r, NULL, probe, set, r, 0, NULL)"):
            self.assertEqual(self.errors("CMRX_LENT(struct reading, r)" + call), [])
            for other in ("struct reading a, *r = &a",
                          "static struct reading a, *r = &a"):
                said = self.errors(other + call)
                self.assertEqual(len(said), 1, said)
                self.assertIn("'cmrx_made_by_CMRX_LENT_r' undeclared", said[0])

    def test_cpp(self):
        said = self.errors("cmrx_call(&v, probe, read, 1u)", "c++")
        self.assertEqual(len(said), 1, said)
        self.assertIn("cmrx_call() is for C: write a function with the call into a C "
                      "source", said[0])


class Toolchains(unittest.TestCase):
    def test_a_missing_compiler_is_answered_with_what_installs_it(self):
        cmake = shutil.which("cmake")
        for name, processor in (("arm-none-eabi", "arm"),
                                ("riscv32", "riscv32")):
            said = subprocess.run(
                [cmake, "-P", f"{ROOT}/cmake/{name}.cmake"],
                env={"PATH": self.id()}, stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE, text=True)
            self.assertNotEqual(said.returncode, 0)
            words = " ".join(said.stderr.split())
            self.assertIn("is not in PATH", words)
            self.assertIn(f"{ROOT}/tool/setup demo {processor}", words)

    def test_what_the_compiler_says_of_a_cpu_is_passed_on(self):
        with tempfile.NamedTemporaryFile("w", suffix=".cmake") as file:
            file.write(f"include({ROOT}/cmake/CMRXTargets.cmake)\n"
                       "set(CMAKE_C_COMPILER arm-none-eabi-gcc)\n"
                       "_cmrx_libc(out cortex-m35)\n")
            file.flush()
            said = subprocess.run(
                [shutil.which("cmake"), "-P", file.name],
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.assertRegex(" ".join(said.stderr.split()),
                         "picolibc for cortex-m35 was not found "
                         r"\(error: unrecognized -mcpu target: cortex-m35.* board.json")

    def test_the_wrong_one_is_answered_with_an_empty_folder_and_the_file(self):
        script = (f"include({ROOT}/cmake/CMRXTargets.cmake)\n"
                  f"set_property(GLOBAL PROPERTY CMRX_ROOT {ROOT})\n"
                  "set_property(GLOBAL PROPERTY CMRX_MACHINE x86_64-linux-gnu)\n"
                  "set(CMAKE_C_COMPILE_OBJECT there)\n"
                  "set(CMAKE_ASM_COMPILE_OBJECT there)\n")
        for port, name in (("armv7m", "arm-none-eabi"), ("riscv32", "riscv32")):
            with tempfile.NamedTemporaryFile("w", suffix=".cmake") as file:
                file.write(script + f"_cmrx_check_compiler(station {port})\n")
                file.flush()
                said = subprocess.run(
                    [shutil.which("cmake"), "-P", file.name],
                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            self.assertNotEqual(said.returncode, 0)
            words = " ".join(said.stderr.split())
            self.assertIn("this one is for x86_64-linux-gnu. Delete /", words)
            self.assertIn(f"and configure it anew, with -DCMAKE_TOOLCHAIN_FILE={ROOT}/cmake/{name}.cmake", words)


if __name__ == "__main__":
    unittest.main()
