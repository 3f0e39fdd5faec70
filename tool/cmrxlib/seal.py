"""seal.py - `cmrx process`: objects and archives become one process object.

    1. a partial link that keeps what the records, gates and threads reach
    2. undefined symbols get their numbers, or are refused
    3. everything is made local but the devices
    4. what does not belong into a process is refused

The result depends on the sources of the program only, but for the name of the
process in the names of its devices.
"""

import copy
import os
import re
import subprocess

from . import elf as elf32
from .elf import Elf
from .lines import GONE, dead_addresses
from .model import Refused
from .process import (IMAGE, META, RECORD, copy_process, forget_cache,
                      load_process)

COUNTED = ("cmrx_use_", "cmrx_post_")
DECLARED = {"thread": "cmrx_id_thread_", "interrupt": "cmrx_id_interrupt_"}
PREFIXES = (*COUNTED, *DECLARED.values())
DEVICE = "cmrx_device_"
PROCESS = "cmrx_id_process_"  # numbers that only the layout knows
GATES = ("cmrx_return_gate", "cmrx_exit_gate")
STREAMS = ("stdin", "stdout", "stderr")  # the C library asks the program for them
# What it asks an operating system for, and what there is instead.
SYSTEM = {
    "_exit": "return from the thread, or cmrx_thread_exit(); all of it ends with "
             "cmrx_system_halt()",
    "gettimeofday": "cmrx_time_now() counts microseconds; the time of day is that "
                    "of server/time",
    "sbrk": "there is no heap: use arrays",
    "_sbrk": "there is no heap: use arrays",
}
SANITIZED = ("__ubsan_", "__asan_", "__tsan_", "__gcov_", "__cyg_profile_")
CPP_RECORD = re.compile(r"_ZL\d+" + RECORD.pattern)  # as C++ calls them
CONSTRUCTORS = ".init_array"  # process.ld puts all kinds there


def run(command):
    """Run a tool of the compiler; what it says is the message if it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError as error:
        raise Refused(f"cannot run {command[0]}: {error.strerror}; tool/setup "
                      "demo installs what is missing") from None
    if done.returncode:
        raise Refused(f"{os.path.basename(command[0])} failed:\n"
                      + done.stderr.strip())
    return done.stdout


def link(options, output):
    """Step 1: gcc -r, with the sections of process.ld."""
    flags = options.flag or []
    roots = [f"-Wl,-u,{gate}" for gate in GATES]
    run([options.cc, *flags, "-r", "-nostdlib", "-Wl,--gc-sections", *roots,
         "-T", options.script, *options.objects, "-Wl,--start-group",
         *(options.library or []), "-lgcc", "-Wl,--end-group", "-o", output])


# ---- Step 2


def record_numbers(elf, kind):
    matches = [RECORD.fullmatch(symbol.name) for symbol in elf.symbols]
    names = sorted({m[2] for m in matches if m and m[1] == kind})
    return {name: index for index, name in enumerate(names)}


def undefined(elf):
    return [s for s in elf.symbols[1:]
            if s.section == elf32.SHN_UNDEF and s.name]


def resolve(elf):
    """Give each undefined symbol its number. Returns names of devices."""
    symbols = undefined(elf)
    refuse_foreign([s.name for s in symbols if s.bind != elf32.STB_WEAK])
    for prefix in COUNTED:
        mine = sorted((s for s in symbols if s.name.startswith(prefix)),
                      key=lambda s: s.name)
        for index, symbol in enumerate(mine):
            elf.patch_absolute(symbol, index)
    for kind in DECLARED:
        resolve_records(elf, symbols, kind)
    for symbol in symbols:
        if symbol.bind == elf32.STB_WEAK:
            elf.patch_absolute(symbol, 0)
    return sorted(s.name for s in symbols if s.name.startswith(DEVICE))


def resolve_records(elf, symbols, kind):
    prefix, known = DECLARED[kind], record_numbers(elf, kind)
    for symbol in symbols:
        if not symbol.name.startswith(prefix):
            continue
        name = symbol.name[len(prefix) :]
        if name not in known:
            raise Refused(f"there is no {kind} {name}: declare it with "
                          f"CMRX_{kind.upper()}")
        elf.patch_absolute(symbol, known[name])


def refuse_foreign(names):
    """What is undefined and not a name of process.h cannot be had."""
    known = (*PREFIXES, DEVICE, PROCESS)
    foreign = sorted(n for n in names if not n.startswith(known))
    if not foreign:
        return
    raise Refused(f"undefined: {', '.join(foreign)}. {what_to_do(foreign)}")


def what_to_do(names):
    """Who calls the C library does not know what it needs."""
    if "__aeabi_read_tp" in names or "errno" in names:
        return ("There are no thread-local variables, and so no errno: call "
                "another function")
    if all(name in STREAMS for name in names):
        return ("printf() and the like need it, and there is no stdio: write with "
                "cmrx_format() of <cmrx/format.h>, to server/console")
    for name in names:
        if name in SYSTEM:
            return f"Instead of what needs {name}: {SYSTEM[name]}"
        if name.startswith(SANITIZED):
            return ("An option of the compiler asks for it (-fsanitize, --coverage, "
                    "-finstrument-functions), and there is no such library for a "
                    "process: test it on the host, doc/tutorial/testing.md")
    return ("Processes share no symbols: add the source to SOURCES, or call a "
            "service")


# ---- Step 3


def bury(elf):
    """Debug information of code that the link has left out says that the code
    is at 0, where the kernel is. Point it to nowhere."""
    try:
        found = dead_addresses(elf)
    except elf32.DAMAGE:
        raise Refused("the debug information of an object cannot be read: it is "
                      "damaged, or was not written by gcc or clang") from None
    for section, offset in found:
        elf.patch_word(section, offset, GONE)


def unmerge(elf):
    """String literals stay this process's own: see 0002-build.md."""
    section = elf.section(".public")
    if section:
        mergeable = elf32.SHF_MERGE | elf32.SHF_STRINGS
        elf.patch_flags(".public", section.flags & ~mergeable, 0)


def make_local(options, source, devices):
    """objcopy: rename devices, make everything that is defined local."""
    renames = []
    for name in devices:
        new = f"cmrx_device.{options.name}.{name[len(DEVICE):]}"
        renames.append(f"--redefine-sym={name}={new}")
    run([options.objcopy, "--keep-global-symbol=cmrx_none", *renames,
         source, options.output])


# ---- Step 4


def check(elf):
    for section in elf.sections:
        check_section(section)
    for symbol in elf.symbols:
        check_symbol(symbol)
    check_interrupts(elf)


def check_interrupts(elf):
    """One that is never let in is a mistake that shows nothing when it runs."""
    declared = record_numbers(elf, "interrupt")
    if declared and all(s.name != "cmrx_interrupt_done" for s in elf.symbols):
        first = min(declared)
        raise Refused(f"no interrupt ({', '.join(declared)}) would ever come: each is "
                      "masked until the program lets it in. Write cmrx_interrupt_done("
                      f"CMRX_INTERRUPT_ID({first})) at the start of the thread that "
                      "waits for it, and after each that was served")


def check_section(section):
    name, flags = section.name, section.flags
    if name == CONSTRUCTORS and section.size:
        raise Refused("a constructor (.init_array or the like): nobody runs "
                      "them; initialise in a thread, or with constants")
    if flags & elf32.SHF_TLS:
        raise Refused(
            f"section {name}: there are no thread-local variables. Use a static "
            "one. If the program declares none, a function of the C library has "
            "brought errno: malloc(), strtol(), abort(), assert(), math with "
            "errors. There is no heap; <cmrx/format.h> has cmrx_parse_u32() and cmrx_parse_i32()")
    if not flags & elf32.SHF_ALLOC:
        return
    if flags & elf32.SHF_WRITE and flags & elf32.SHF_EXECINSTR:
        raise Refused(f"section {name} is writable and executable: choose one")
    if name not in (*IMAGE, META) and section.size:
        raise Refused(f"section {name} is not one of a process: remove the "
                      "section attribute, or use CMRX_SHARED, CMRX_PUBLIC")
    if bool(flags & elf32.SHF_WRITE) != (name in IMAGE[3:]) and section.size:
        raise Refused(f"section {name} has variables among constants, or the "
                      "other way round: add or remove a const")


def check_symbol(symbol):
    in_cpp = CPP_RECORD.fullmatch(symbol.name)
    if in_cpp:
        raise Refused(f"CMRX_{in_cpp[1].upper()}({in_cpp[2]}) is in a C++ source, "
                      "where its name is another: write it in a C source")
    fixed = symbol.section == elf32.SHN_ABS and symbol.type != elf32.STT_FILE
    if fixed and symbol.value and symbol.bind != elf32.STB_LOCAL:
        raise Refused(f"{symbol.name} is an absolute address: a process "
                      "reaches hardware by CMRX_DEVICE only")


def seal(options):
    linked = options.output + ".linked"
    link(options, linked)
    elf = Elf.load(linked)
    check(elf)
    devices = resolve(elf)
    bury(elf)
    unmerge(elf)
    elf.keep_size()
    with open(linked, "wb") as file:
        file.write(elf.data)
    make_local(options, linked, devices)
    os.remove(linked)


def one(options):
    """Seals one process, and keeps what is found out about it."""
    forget_cache(options.output)
    try:
        seal(options)
    except Refused as error:
        raise Refused(f"process {options.name}: {error}") from None
    try:
        return load_process(options.output, options.name, options.program,
                            options.objdump)
    except Refused:
        os.remove(options.output)  # so that the next build says it again
        raise


def others(options):
    """The same, for each of the other instances."""
    for name in options.also:
        other = copy.copy(options)
        other.name = name
        other.output = os.path.join(os.path.dirname(options.output),
                                    name + ".process.o")
        yield other


def command(options):
    options.program = options.program or options.name
    first = one(options)
    for other in others(options):
        if first.devices:  # its name is in those of its devices
            one(other)
        else:
            copy_process(first, other.name, other.output)


def register(subparsers):
    parser = subparsers.add_parser(
        "process", help="link a program into one sealed relocatable object")
    parser.add_argument("--name", required=True, help="of the process")
    parser.add_argument("--program", help="it is an instance of")
    parser.add_argument("--output", required=True)
    parser.add_argument("--also", action="append", default=[], metavar="NAME",
                        help="one more instance, beside the output: "
                        "NAME.process.o")
    parser.add_argument("--script", required=True, help="process.ld")
    parser.add_argument("--cc", default="arm-none-eabi-gcc")
    parser.add_argument("--objcopy", default="arm-none-eabi-objcopy")
    parser.add_argument("--objdump", default="arm-none-eabi-objdump")
    parser.add_argument("--flag", action="append",
                        help="for the compiler: -mcpu=...")
    parser.add_argument("--library", action="append",
                        help="archive to take from")
    parser.add_argument("objects", nargs="+")
    parser.set_defaults(run=command)
