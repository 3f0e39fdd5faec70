"""run.py - `cmrx run SYSTEM_DIR`: runs a system under QEMU.

On a terminal it is a serial console: UART0 is the terminal, every key reaches
the guest but Ctrl-A, which leads QEMU's own commands. When the input is a file
or a pipe it is fed to UART0, then `quit` is typed, and the exit code is what the
system halted with. UART1 may be the standard input and output of any program.
"""

import collections
import contextlib
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

from . import fault, onecpu, oracle, stretch, systemjson
from .elf import Elf
from .model import Refused
from .why import TRACE

# Where the sources are that debug information calls cmrx/...
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
# A guest at about the speed of the real parts (15 million instructions per
# second). For tests time is counted in instructions, so that runs are equal.
ICOUNT = "shift=6"
ICOUNT_TEST = "shift=6,sleep=off"
TIMED_OUT = 124
# What QEMU says when a program does what it may not, and is stopped.
OF_PROGRAMS = ("pmp violation - access is partially inside",)
INVALID = re.compile(r"Invalid (?:read|write) at addr 0x([0-9A-F]+), size \d+, "
                     r"region '\(null\)', reason: rejected$")
PATIENCE = 2.0  # seconds for a first sign of life
LOOKED = "Invalid read at addr "  # the debugger, wherever it likes
# In the environment: a folder for what the plugin `bench` sees in every run,
# whoever starts it (cmrx bench, around the tests).
STRETCHES = "CMRX_STRETCHES"


def quirks(board):
    """What QEMU 7.2 has to complain about itself. Boards with TrustZone: at each
    reset it looks at the first two vectors as nobody in particular, who may not
    see Secure memory, then takes them from the file that it has loaded. On some
    boards under the address that is not the Secure one."""
    if board["port"].startswith("armv8m"):
        for address in (0, 4, 0x10000000, 0x10000004):
            yield (f"Invalid read at addr 0x{address:X}, size 4, region "
                   "'(null)', reason: rejected")


def is_of_nothing(line, board):
    """An access to where, as the board says, nothing answers."""
    access = INVALID.match(line)
    nothing = board["devices"].get("nothing")
    if not access or not nothing:
        return False
    offset = int(access[1], 16) - systemjson.number(nothing["base"])
    return 0 <= offset < nothing["size"]


def missing_plugin(path, root=ROOT):
    if not os.path.exists(f"{root}/test/host"):  # an installed copy
        root = "CLONE_OF_CMRX"
    return (f"{path} is missing. To build it: cmake -S {root}/test/host -B HOST && "
            f"cmake --build HOST --target {os.path.basename(path)[:-3]}; then add "
            "--plugins HOST/plugin")


def debugger(elf, port):
    """The command that looks at a system that waits. On v6-M and v7-M QEMU lets it see
    but a part of what the running code may touch, and all if it is asked to; on v8-M
    that question hides what is Secure."""
    see = ("" if port.startswith("armv8m")
           else "-ex 'maint packet Qqemu.PhyMemMode:1' ")
    return (f"gdb-multiarch -ex 'set substitute-path cmrx {ROOT}' "
            f"-ex 'target remote :1234' {see}{elf}")


class Run:
    """One run of QEMU; what it needs is collected first."""

    def __init__(self, folder, args):
        self.folder = folder
        self.args = args
        self.elf = oracle.the_elf(folder)
        self.system = systemjson.load(os.path.join(folder, "system.json"))
        with systemjson.followed(folder):
            self.board = self.system["board"]["name"]
            words = list(self.system["board"]["qemu"])
            self.uart1 = list(self.system["board"].get("qemu_uart1", []))
            "".join([*words, *self.uart1])  # they are texts
        if not words:
            raise Refused(f"board {self.board} does not say how QEMU is started: "
                          'load the image into the part, or write "qemu" into '
                          "its board.json")
        if shutil.which(words[0]) is None:
            processor = words[0].split("-")[-1]  # qemu-system-PROCESSOR
            raise Refused(f"{words[0]} is missing; {ROOT}/tool/setup demo "
                          f"{processor} installs it, or says how")
        self.command = words + ["-kernel", self.elf, "-display", "none",
                                "-semihosting-config",
                                "enable=on,target=native"]
        secure = os.path.join(folder, "secure", "secure.elf")
        if os.path.exists(secure):  # it starts, and then the system
            self.command += ["-device", f"loader,file={secure}"]
        self.feeder = None
        self.inherited = []
        self.place = None
        self.reports = tempfile.mkdtemp(prefix="cmrx-run-")

    def is_console(self):
        if sys.stdin is None:  # closed: as empty as can be
            sys.stdin = open(os.devnull, encoding="utf-8")
        return sys.stdin.isatty() and not self.args.batch

    def add_time(self):
        if not self.args.deterministic:
            self.command += ["-icount", ICOUNT]
            return
        # What QEMU has to complain about (a misprogrammed protection unit,
        # registers that do not exist) is a failure of a test.
        self.command += ["-icount", ICOUNT_TEST, "-d", "guest_errors",
                         "-D", self.report("complaints")]

    def add_uarts(self):
        if self.is_console():
            self.command += ["-serial", "mon:stdio"]
        else:
            self.command += ["-serial", "stdio", "-monitor", "none"]
        if not self.args.uart1:
            self.command += ["-chardev", "null,id=uart1", *self.uart1] \
                if self.uart1 else ["-serial", "null"]
            return
        ours, theirs = socket.socketpair()
        self.inherited.append(theirs)
        self.command += ["-chardev", f"socket,id=uart1,fd={theirs.fileno()}"]
        self.command += self.uart1 or ["-serial", "chardev:uart1"]
        try:
            self.feeder = subprocess.Popen(shlex.split(self.args.uart1),
                                           stdin=ours, stdout=ours)
        except (OSError, ValueError, IndexError) as error:
            raise Refused(f"--uart1 {self.args.uart1}: {error}") from None
        finally:
            ours.close()

    def add_monitor(self):
        # Not QMP: that has a thread of its own, which each timer of the guest wakes.
        self.command += ["-chardev", f"socket,id=hmp,path={self.report('monitor')},"
                         "server=on,wait=off", "-mon", "chardev=hmp"]

    def fault(self):
        """What the kernel's record says; then QEMU has ended. A help: no reason to
        fail."""
        dump, complaints = self.report("fault"), self.report("complaints")
        before = (os.path.getsize(complaints) if os.path.exists(complaints) else None)
        try:
            address, size, _ = fault.place_of(Elf.load(self.elf))
            with socket.socket(socket.AF_UNIX) as monitor:
                monitor.settimeout(PATIENCE)
                monitor.connect(self.report("monitor"))
                ask(monitor, f'pmemsave {address:#x} {size:#x} "{dump}"', "quit")
            if before is not None:  # without what it says of our own reading
                os.truncate(complaints, before)
            with open(dump, "rb") as file:
                data = file.read()
            if not any(data) and self.system["board"]["port"].startswith("armv8m"):
                return ("no fault, or a record in Secure memory, where QEMU's monitor "
                        "reads nothing: cmrx fault, with gdb")
            return fault.text_of(self.folder, data)
        except (OSError, ValueError, KeyError, Refused) as error:
            return f"the fault record could not be read: {error}"

    def add_plugins(self):
        if self.args.oracle:
            path = oracle.write_map(self.folder, self.reports,
                                    self.args.forget)
            self.add_plugin("oracle", f"map={path}")
        if self.args.count:
            self.add_plugin("count", "functions=on" + (
                ",coverage=on" if self.args.coverage else ""))
        if self.args.bench or STRETCHES in os.environ:
            self.add_plugin("bench", stretch.plugin_arguments(self.folder)
                            + (",trace=on" if TRACE in os.environ else ""))
        if self.args.gdb:
            self.command += ["-s", "-S"]
            line = debugger(self.elf, self.system["board"]["port"])
            print(f"run: waits for: {line}", file=sys.stderr)

    def add_plugin(self, name, arguments):
        plugin = os.path.join(self.args.plugins, name + ".so")
        if not os.path.exists(plugin):
            raise Refused(missing_plugin(plugin))
        self.command += ["-plugin", f"{plugin},out={self.report(name)},"
                         + arguments]

    def report(self, name):
        return os.path.join(self.reports, name + ".txt")

    def start(self, **streams):
        place = (onecpu.started() if self.args.deterministic
                 else contextlib.nullcontext())
        with place as self.place:
            process = subprocess.Popen(
                self.command, pass_fds=[s.fileno() for s in self.inherited],
                **streams)
        for inherited in self.inherited:
            inherited.close()
        return process

    def complaints(self):
        """1 if QEMU has complained about the guest, and what it said."""
        path = self.report("complaints")
        if not os.path.exists(path) or os.path.getsize(path) == 0:
            return 0
        with open(path, encoding="utf-8", errors="replace") as file:
            kinds = collections.Counter(line.strip() for line in file
                                        if line.strip() not in OF_PROGRAMS)
        board = self.system["board"]
        for line in quirks(board):
            kinds.pop(line, None)
        for line in [k for k in kinds if is_of_nothing(k, board)
                     or self.args.gdb and k.startswith(LOOKED)]:
            del kinds[line]
        if not kinds:
            return 0
        print("run: QEMU complains about the system:", file=sys.stderr)
        for line, count in kinds.most_common(20):
            print(f"{count:8} times: {line}", file=sys.stderr)
        return 1

    def finish(self):
        """Ends what still runs; the result is that of the reports."""
        if self.feeder and self.feeder.poll() is None:
            self.feeder.terminate()
            self.feeder.wait()
        result = self.complaints()
        if self.args.oracle:
            result = oracle.judge(
                self.report("oracle"), planted=bool(self.args.forget),
                limits=oracle.stack_limits(self.system, self.args.bound),
                planted_bound=bool(self.args.bound)) or result
            if self.args.stacks:
                oracle.write_stacks(self.report("oracle"), self.system,
                                    self.args.stacks)
        if self.args.count:
            shutil.copy(self.report("count"), self.args.count)
        self.keep_bench()
        shutil.rmtree(self.reports)
        return result


    def keep_bench(self):
        """What the plugin has seen; in STRETCHES, one file per run."""
        if not os.path.exists(self.report("bench")):
            return
        if self.args.bench:
            shutil.copy(self.report("bench"), self.args.bench)
        if STRETCHES in os.environ:
            number, path = tempfile.mkstemp(".txt", self.system["name"] + "-",
                                            os.environ[STRETCHES])
            os.close(number)
            shutil.copy(self.report("bench"), path)


def ask(monitor, *commands):
    """Commands for people, the last of which ends QEMU, and so what it says."""
    monitor.sendall("".join(f"{c}\n" for c in commands).encode())
    said = b"".join(iter(lambda: monitor.recv(4096), b"")).decode(errors="replace")
    if "Error: " in said:
        raise ValueError(said.partition("Error: ")[2].splitlines()[0])


def console(run):
    """QEMU has the terminal; nothing to do but to put it back."""
    import termios
    before = termios.tcgetattr(sys.stdin)
    print(f"This terminal is the serial console of {run.board}. "
          "Type help, then Enter.")
    print("To leave: Ctrl-A, then X. (Ctrl-A twice sends one Ctrl-A.)",
          flush=True)
    try:
        return run.start().wait()
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def feed(process, first_output, patience, last_words):
    """Gives our standard input to the guest, once it lives, then the end."""
    first_output.wait(patience)
    try:
        while True:
            data = os.read(sys.stdin.fileno(), 4096)
            if not data:
                break
            process.stdin.write(data)
            process.stdin.flush()
        process.stdin.write(last_words)
        process.stdin.close()
    except OSError:
        pass  # the guest has ended before its input


def show(process, first_output):
    """Copies what the guest says. A UART does not receive before it is set
    up, so the first output is the sign that it may be fed. When nobody reads it any
    more (`| head`), the guest goes on all the same."""
    is_read = True
    while True:
        data = process.stdout.read1(4096)
        if not data:
            break
        first_output.set()
        try:
            if is_read:
                sys.stdout.buffer.write(data)
                sys.stdout.buffer.flush()
        except BrokenPipeError:
            is_read = False


def batch(run):
    """Input from a file or pipe, and a result."""
    args = run.args
    run.add_monitor()
    process = run.start(stdin=None if args.early else subprocess.PIPE,
                        stdout=subprocess.PIPE)
    first_output = threading.Event()
    words = f"\n{args.last}\n".encode() if args.last else b""
    shown = threading.Thread(target=show, daemon=True,
                             args=(process, first_output))
    shown.start()
    if not args.early:
        threading.Thread(target=feed, daemon=True,
                         args=(process, first_output,
                               None if args.gdb else PATIENCE, words)).start()
    # Python looks every 50 ms whether a process has ended, but sees at once that
    # nothing more is said.
    end = time.monotonic() + args.timeout
    shown.join(None if args.gdb else args.timeout)
    try:
        result = process.wait(None if args.gdb else
                              max(0, end - time.monotonic()))
    except subprocess.TimeoutExpired:
        found = run.fault()
        process.terminate()
        process.wait()
        print(f"run: did not end within {args.timeout} s; {found}", file=sys.stderr)
        result = TIMED_OUT
    shown.join(PATIENCE)
    return result


def run(args):
    job = Run(args.system, args)
    job.add_time()
    job.add_plugins()
    job.add_uarts()
    job.command += args.qemu
    try:
        result = console(job) if job.is_console() else batch(job)
    except KeyboardInterrupt:
        result = 130
    found = job.finish()
    if result < 0:
        print(f"run: QEMU was ended by signal {-result}", file=sys.stderr)
        result = 128 - result
    if not job.is_console():
        print(f"run: ended with result {result}", file=sys.stderr)
    return result or found


def register(subparsers):
    parser = subparsers.add_parser("run", help="run a system under QEMU")
    add = parser.add_argument
    add("system", help="folder of a built system")
    add("--uart1", metavar="COMMAND", default="",
        help="program whose output UART1 receives")
    add("--batch", action="store_true", help="not a console, even on one")
    add("--last", metavar="TEXT", default="quit",
        help="what is typed after the end of the input (quit)")
    add("--early", action="store_true",
        help="the input is QEMU's own from the start, and nothing is typed after "
        "it: for UARTs that let bytes wait until they can receive. With "
        "--deterministic each byte comes at the same moment, or nearly, however "
        "slow the host is, if all input is there before")
    add("--timeout", type=float, default=60.0, metavar="S",
        help="of a run that is not a console and has no debugger (60)")
    add("--deterministic", action="store_true",
        help="time counts instructions and skips idle time: each run is "
        "the same")
    add("--oracle", action="store_true",
        help="check every store of unprivileged code")
    add("--forget", action="append", default=[], metavar="PROCESS",
        help="with --oracle: take its memory for forbidden; then only a run "
        "in which that is noticed is good")
    add("--bound", action="append", default=[], metavar="STACK=BYTES",
        help="with --oracle: take that for the bound of process.thread, or of "
        "kernel; then only a run in which it is passed is good")
    add("--stacks", metavar="FILE", default="",
        help="with --oracle: add how deep each stack was used to FILE")
    add("--count", metavar="FILE", default="",
        help="count instructions into FILE")
    add("--coverage", action="store_true",
        help="with --count: per instruction, too")
    add("--bench", metavar="FILE", default="",
        help="measure paths and stretches of the kernel into FILE")
    add("--plugins", metavar="DIR", default="build/host/plugin",
        help="where the plugins lie (build/host/plugin)")
    add("--qemu", action="append", default=[], metavar="ARG",
        help="one more argument for QEMU: --qemu=-device --qemu=loader,...")
    add("--gdb", action="store_true", help="wait for gdb on port 1234, and "
        "say how to start it")
    parser.set_defaults(run=run)


if __name__ == "__main__":
    from .command import alone
    sys.exit(alone(register))
