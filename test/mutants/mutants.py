#!/usr/bin/env python3
"""mutants.py - breaks the kernel, one way at a time: does a test notice?

    test/mutants/mutants.py                     all of mutants.txt
    test/mutants/mutants.py --only PATTERN      those whose name or file matches
    test/mutants/mutants.py --names FILE        those named first in its lines
    test/mutants/mutants.py --sample 8 SEED     so many, chosen by the seed
    test/mutants/mutants.py --list              say them, run nothing

The tree is copied once and both builds are made there once; then every mutant
is applied to the copy, built and run, first what is quick: the host tests of
the kernel, that of the changed file first, then the systems on the emulator.
The first failure kills. README.md tells the format of mutants.txt.

Fails when more than 5 % of those that are not equivalent survive, or when the
table is not up to date: a text that is not there any more, a mutant that does
not build, one that dies by something else than it has to.
"""

import argparse
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)

from mutanttable import Outdated, parse  # noqa: E402

TABLE = os.path.join(HERE, "mutants.txt")

SYSTEMS = ["port", "behaviour", "reset", "crashloop", "attack_boot",
           "attack_supervisor", "attack"]
# The board, what CMake has to be told, and what else is run.
BOARDS = {
    "armv6m": (
        "mps2_an385_m0plus", [],
        ["port_mps2_an385_m0plus_left", "attack_crowd_mps2_an385_m0plus",
         "library_mps2_an385_m0plus", "recover_mps2_an385_m0plus", "divide",
         "attack_regions_mps2_an385_m0plus", "sweep_mps2_an385_m0plus"]),
    "armv8m": (
        "mps2_an505", [],
        ["matrix_mps2_an505", "attack_regions_mps2_an505", "port_mps2_an505_ns",
         "secure_mps2_an505_ns", "limit_mps2_an505", "port_mps2_an505_left",
         "attack_boot_mps2_an505_wide",
         "wide_mps2_an505_wide", "matrix_mps2_an505_wide",
         "attack_regions_mps2_an505_wide", "float_mps3_an547",
         "special_mps3_an547", "recover_mps2_an505", "library_mps2_an505",
         "attack_crowd_mps2_an505", "sweep_mps2_an505"]),
    "armv8m_base": (
        "mps2_an505_m23", [],
        ["matrix_mps2_an505_m23", "attack_silence_mps2_an505_m23",
         "limit_mps2_an505_m23", "lines_mps2_an505_m23",
         "attack_regions_mps2_an505_m23",
         "port_mps2_an505_m23_left", "recover_mps2_an505_m23",
         "library_mps2_an505_m23", "attack_crowd_mps2_an505_m23",
         "sweep_mps2_an505_m23"]),
    "arm": ("mps2_an385", [],
            ["late_mps2_an500", "port_mps2_an386", "port_mps2_an386_left",
             "float_mps3_an547", "special_mps3_an547"]),
    "riscv32": (
        "virt_rv32", ["-DCMAKE_TOOLCHAIN_FILE=cmake/riscv32.cmake"],
        ["port_virt_rv32_napot", "behaviour_virt_rv32_napot",
         "port_finds_what_a_loader_left", "port_finds_top_of_range"]),
}
# Files of ports that have a test there, which is run first.
ON_HOST = ("port/armm/elapsed.h", "port/armv6m/access.h",
           "port/armv8m_base/access8.h")
RANDOM = "kernel.test.test_random"
ALLOWED = 5  # percent that may survive
PATIENCE = 20  # seconds for one of the processor, when others want it too

# What says that a case has failed; nothing after it matters.
FATAL = re.compile(r"^(?:FAILED|not ok) +(.*)|^(\S* failed: .*)")
# What else says why a run was not good, the first counts.
WHY = [re.compile(text, re.M) for text in (
    r"^(refused to start.*)$", r"^(the kernel has found itself wrong)",
    r"^run: (did not end).*", r"^oracle: (.*violation.*)",
    r"^run: (QEMU complains).*", r"^run: (ended with result \d+)")]


# ---- Running something


class Result:
    """Of a command: its exit code, its output, the case that failed."""

    def __init__(self):
        self.code, self.output, self.case = 0, [], ""


def processor_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def end(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def run(command, limit, cwd):
    """Until it ends, says that a case has failed, or is too late: `limit` is
    in seconds of the processor, so that a busy machine kills nobody."""
    result = Result()
    process = subprocess.Popen(
        command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        text=True, stderr=subprocess.STDOUT, errors="replace",
        start_new_session=True, preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_CPU, (limit, limit + 1)))
    late = threading.Timer(PATIENCE * limit, end, [process])
    late.start()
    for line in process.stdout:
        result.output.append(line)
        found = FATAL.match(line)
        if found:
            result.case = (found[1] or found[2]).strip()
            end(process)
            break
    process.stdout.close()
    result.code = process.wait()
    late.cancel()
    return result


def killer(result):
    """Why the run was not good, or '' if it was."""
    if result.case:
        return result.case
    if result.code == 0:
        return ""
    output = "".join(result.output)
    if result.code < 0 or "QEMU was ended by signal" in output:
        return "hang"
    for pattern in WHY:
        found = pattern.search(output)
        if found:
            return found[1]
    return f"exit code {result.code}"


# ---- The bench: a copy of the tree, two builds, and the tests there are


def copy_tree(to):
    skip = shutil.ignore_patterns(".git", "build", "__pycache__")
    shutil.copytree(ROOT, to, ignore=skip, symlinks=True)
    # A mutant may leave something unused; that is not what has to kill it. No
    # file is added; to look for one takes longer than to compile.
    for path in ("test/host/CMakeLists.txt", "cmake/CMRXTargets.cmake",
                 "CMakeLists.txt"):
        with open(os.path.join(to, path), encoding="utf-8") as file:
            text = file.read()
        text = re.sub(r"-Werror(?!=)|CONFIGURE_DEPENDS", "", text)
        text = re.sub(r"set\(SANITIZE ", "set(SANITIZE_ALL ", text)
        with open(os.path.join(to, path), "w", encoding="utf-8") as file:
            file.write(text)


class Emulated:
    """A build for the emulator: the tests of a board, and what they need."""
    def __init__(self, folder, board, settings, more):
        self.board, self.settings, self.more = board, settings, more
        self.folder, self.tests, self.systems = folder, {}, []


class Bench:
    def __init__(self, folder, jobs, skip, mutants=()):
        self.tree = os.path.join(folder, "tree")
        self.host = os.path.join(folder, "build", "host")
        self.plain = os.path.join(folder, "build", "plain")
        self.emulated = {kind: Emulated(os.path.join(folder, "build", kind),
                                        *BOARDS[kind])
                         for kind in {mutant.kind() for mutant in mutants}}
        self.jobs = str(jobs)
        self.skip = skip
        self.on_host = any(self.is_on_host(mutant) for mutant in mutants)
        self.limit = {}  # seconds of the processor, by test
        self.originals = {}

    def must(self, command):
        done = subprocess.run(command, cwd=self.tree, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.STDOUT, errors="replace")
        if done.returncode:
            sys.exit(f"{done.stdout[-4000:]}\nmutants: does not work without "
                     f"any mutant: {' '.join(command)}")
        return done.stdout

    def ninja(self, folder, targets):
        """What it said, or '' when all went well."""
        if not targets:
            return ""
        done = subprocess.run(["ninja", "-C", folder, "-j", self.jobs]
                              + targets, stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.STDOUT, errors="replace")
        return done.stdout if done.returncode else ""

    def prepare(self):
        copy_tree(self.tree)
        sanitize = "-fsanitize=address,undefined;-fno-sanitize-recover=all"
        for folder, how in (self.plain, ""), (self.host, sanitize):
            self.must(["cmake", "-G", "Ninja", "-S", "test/host", "-B", folder,
                       f"-DSANITIZE={how}",
                       "-DCMAKE_EXE_LINKER_FLAGS=-Wl,--no-as-needed"])
        self.host_tests = self.tests_of(self.host, r"^kernel/test/")
        self.plain_tests = self.tests_of(self.plain, r"^kernel/test/")
        if self.on_host:
            self.must_build(self.plain, list(self.plain_tests))
        self.must_build(self.host, ["plugin/all"])
        for emulated in self.emulated.values():
            self.prepare_emulated(emulated)
        self.measure()

    def must_build(self, folder, wanted):
        said = self.ninja(folder, wanted)
        if said:
            sys.exit(f"{said[-4000:]}\nmutants: it does not build")

    def prepare_emulated(self, emulated):
        folder, board = emulated.folder, emulated.board
        self.must(["cmake", "-G", "Ninja", "-S", ".", "-B", folder,
                   f"-DPython3_EXECUTABLE={sys.executable}",
                   f"-DCMRX_PLUGINS={self.host}/plugin"] + emulated.settings)
        wanted = [f"{name}_{board}" for name in SYSTEMS] + emulated.more
        emulated.tests = self.tests_of(folder, f"^({'|'.join(wanted)})$", wanted)
        known = set(re.findall(r"^(\w+): ", self.must(
            ["ninja", "-C", folder, "-t", "targets", "all"]), re.M))
        emulated.systems = [name for name in wanted if name in known and not (
            self.skip and re.search(self.skip, name))]
        self.must_build(folder, emulated.systems)

    def tests_of(self, folder, pattern, order=()):
        """The commands of ctest, by name, as it would run them."""
        tests = json.loads(self.must(["ctest", "--test-dir", folder,
                                      "--show-only=json-v1"]))["tests"]
        found = {}
        for test in tests:
            if not re.search(pattern, test["name"]):
                continue
            if self.skip and re.search(self.skip, test["name"]):
                continue
            # A test that is not built yet has no command, but its own name.
            name = test["name"].replace("/", ".")
            name = re.sub(r"\.c$", "", name)
            found[name] = test.get("command") or [os.path.join(folder, name)]
        return dict(sorted(found.items(), key=lambda item: (
            item[0].startswith(RANDOM),
            order.index(item[0]) if item[0] in order else 0)))

    def measure(self):
        """All of it passes, and so long it takes."""
        for tests in (self.plain_tests if self.on_host else {},
                      *(emulated.tests for emulated in self.emulated.values())):
            for name, command in tests.items():
                begin = processor_seconds()
                why = killer(run(command, 300, self.tree))
                if why:
                    sys.exit(f"mutants: {name} fails without any mutant: {why}")
                used = processor_seconds() - begin
                self.limit[name] = 2 + int(4 * used)

    def first_of(self, tests, mutant):
        """Those tests, that of the changed file first."""
        return sorted(tests, key=lambda name: name != self.own_test(mutant))

    def own_test(self, mutant):
        stem = os.path.splitext(os.path.basename(mutant.path))[0]
        return f"kernel.test.test_{stem}"

    def run_tests(self, tests, names):
        for name in names:
            slower = 10 if tests is self.host_tests else 1  # sanitizers
            why = killer(run(tests[name], self.limit[name] * slower,
                             self.tree))
            if why:
                return f"{name.replace('kernel.test.', '')}: {why}"
        return ""

    def try_host(self, mutant):
        """Without sanitizers first: it is quicker, and kills most. What is
        built with them is built for the first that this does not kill."""
        return (self.try_folder(self.plain, self.plain_tests, mutant)
                or self.try_folder(self.host, self.host_tests, mutant))

    def try_folder(self, folder, tests, mutant):
        # The object first: what does not compile is no mutant. Then the test
        # of the file, and only then the others.
        names = self.first_of(tests, mutant)
        for group in ["kernel_on_fake"], names[:1], names[1:]:
            said = self.ninja(folder, group)
            if said:
                raise Outdated(f"{mutant.name} does not build:\n{said[-1500:]}")
            why = self.run_tests(tests, [n for n in group if n in tests])
            if why:
                return why
        return ""

    def try_emulated(self, mutant):
        emulated = self.emulated[mutant.kind()]
        folder, systems = emulated.folder, emulated.systems
        said = ""
        for name in emulated.tests:
            for needed in ([name] if name in systems
                           else systems if name in emulated.more else []):
                said = said or self.ninja(folder, [needed])
            if "cmrx check" in said or "cmrx layout" in said:
                return "the image is refused"
            if said:
                raise Outdated(f"{mutant.name} does not build:\n{said[-1500:]}")
            why = self.run_tests(emulated.tests, [name])
            if why:
                return why
        return ""

    def is_on_host(self, mutant):
        """The port is not, but for what has a test there."""
        return not mutant.path.startswith("port/") or mutant.path in ON_HOST

    def original(self, path):
        if path not in self.originals:
            with open(os.path.join(self.tree, path), encoding="utf-8") as file:
                self.originals[path] = file.read()
        return self.originals[path]

    def write(self, path, text):
        with open(os.path.join(self.tree, path), "w", encoding="utf-8") as file:
            file.write(text)

    def kill(self, mutant):
        """What kills it, or ''."""
        text = self.original(mutant.path)
        self.write(mutant.path, mutant.apply(text))
        try:
            why = self.try_host(mutant) if self.is_on_host(mutant) else ""
            return why or self.try_emulated(mutant)
        finally:
            self.write(mutant.path, text)


# ---- The report


class Report:
    def __init__(self, path):
        self.file = open(path, "w", encoding="utf-8") if path else None
        self.killed, self.equivalent, self.survived = [], [], []
        self.outdated = []

    def say(self, text):
        print(text, flush=True)
        if self.file:
            print(text, file=self.file, flush=True)

    def add(self, mutant, why):
        if mutant.expect and mutant.expect not in why:
            self.outdated.append(mutant.name)
            self.say(f"{mutant.name:40} WRONG: dies by \"{why}\", has to by "
                     f"\"{mutant.expect}\"")
        elif mutant.equivalent and why:
            self.outdated.append(mutant.name)
            self.say(f"{mutant.name:40} WRONG: equivalent, but dies by {why}")
        elif why:
            self.killed.append(mutant.name)
            self.say(f"{mutant.name:40} {why}")
        elif mutant.equivalent:
            self.equivalent.append(mutant.name)
            self.say(f"{mutant.name:40} equivalent: {mutant.equivalent}")
        else:
            self.survived.append(mutant.name)
            self.say(f"{mutant.name:40} SURVIVED")

    def add_outdated(self, mutant, error):
        self.outdated.append(mutant.name)
        self.say(f"{mutant.name:40} WRONG: {error}")

    def close(self, seconds):
        """The closing lines; the exit code."""
        for name in self.survived:
            self.say(f"survived: {name}")
        for name in self.outdated:
            self.say(f"to be mended in mutants.txt: {name}")
        real = len(self.killed) + len(self.survived)
        total = real + len(self.equivalent) + len(self.outdated)
        self.say(f"{total} mutants, {len(self.killed)} killed, "
                 f"{len(self.equivalent)} equivalent, {len(self.survived)} "
                 f"survived, {len(self.outdated)} wrong ({seconds:.0f} s)")
        bad = len(self.survived) * 100 > real * ALLOWED
        return 1 if bad or self.outdated or not total else 0


def named(mutants, path):
    """Those that lines of the file begin with, as lines of a report do, in the
    order of the file."""
    known = {m.name: m for m in mutants}
    with open(path, encoding="utf-8") as file:
        names = dict.fromkeys(line.split()[0] for line in file if line.strip())
    return [known[name] for name in names if name in known]


def choose(args):
    with open(TABLE, encoding="utf-8") as file:
        mutants = parse(file)
    for mutant in mutants:  # all of the table, also for a sample
        with open(os.path.join(ROOT, mutant.path), encoding="utf-8") as file:
            mutant.apply(file.read())
    if args.only:
        mutants = [m for m in mutants if re.search(args.only,
                                                   f"{m.path} {m.name}")]
    if args.names:
        mutants = named(mutants, args.names)
    if args.sample:
        count, seed = args.sample
        # None of those that take the longest and say nothing.
        mutants = [m for m in mutants if not m.equivalent]
        mutants = random.Random(seed).sample(mutants, min(count, len(mutants)))
    return mutants


def main():
    parser = argparse.ArgumentParser(
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=__doc__)
    add = parser.add_argument
    add("--only", metavar="PATTERN", help="of 'file name'")
    add("--names", metavar="FILE", help="of a list, or of a report")
    add("--sample", nargs=2, type=int, metavar=("N", "SEED"))
    add("--list", action="store_true")
    add("--report", metavar="FILE", help="what is said, also there")
    add("--skip", metavar="PATTERN", help="tests that are not run")
    add("--jobs", type=int, default=2, help="of ninja (2)")
    add("--keep", metavar="DIR", help="the copy and the builds, kept there")
    args = parser.parse_args()
    begin = time.monotonic()
    try:
        mutants = choose(args)
    except Outdated as error:
        sys.exit(f"mutants: {error}")
    if args.list:
        for mutant in mutants:
            print(f"{mutant.name:40} {mutant.path}")
        print(f"{len(mutants)} mutants")
        return 0
    folder = args.keep or tempfile.mkdtemp(prefix="cmrx-mutants-")
    try:
        report = Report(args.report)
        bench = Bench(folder, args.jobs, args.skip, mutants)
        bench.prepare()
        for mutant in mutants:
            try:
                report.add(mutant, bench.kill(mutant))
            except Outdated as error:
                report.add_outdated(mutant, error)
    finally:
        if not args.keep:
            shutil.rmtree(folder, ignore_errors=True)
    return report.close(time.monotonic() - begin)


if __name__ == "__main__":
    sys.exit(main())
