#!/usr/bin/env python3
"""attack.py - runs the attack suite and keeps what it has found.

    attack.py suite SYSTEM_DIR --plugins DIR [--table FILE] [--restarts N]
    attack.py boot SYSTEM_DIR --plugins DIR      garbage in RAM before the start

The suite finds out from system.json where things are (places.def) and puts that
into the window of the attacker; the table of results says for each case what
was required and what has happened. A row of the catalogue that coverage.csv
claims must have run.
"""

import argparse
import csv
import os
import random
import re
import struct
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOOL = os.path.join(HERE, "..", "..", "tool")
sys.dont_write_bytecode = True
sys.path.insert(0, TOOL)
sys.path.insert(0, os.path.join(HERE, "..", "common"))

from checked import checked  # noqa: E402
from cmrxlib import oracle, systemjson  # noqa: E402
from cmrxlib.systemjson import number  # noqa: E402

MAGIC = 0x41545443  # PLACES_MAGIC in attack.h
# The instruction of a trap, and its bytes.
SVC, ECALL = (0xDF00, 2), (0x00000073, 4)
# The kernel looks at itself after these system calls: YIELD, which the controller
# calls after every case, while the bystander sleeps.
CHECKS = 1 << 8
INSTEAD = {"uart2": "timer0"}  # of the attacker, where there is no such device
PLACE = re.compile(r'^PLACE\((\w+), "(.*)"\)$', re.M)
CASE = re.compile(r"^ *(ok|not ok) ([\w-]+) (.*?) \| required: (.*?) "
                  r"\| was: (.*)$", re.M)
CLOSING = re.compile(r"^(\d+) cases, (\d+) failed$", re.M)


# ---- Where things are


def span(piece):
    base = number(piece["base"])
    return base, base + piece["size"]


def named(things, name, key="name"):
    return next(t for t in things if t[key] == name)


def find(system, where):
    """First address and end of what places.def describes."""
    if where == "public":
        return span(system["public_constants"])
    for mark, look in ((":", find_part), ("@", find_object), ("!", find_word),
                       ("/", find_stack), ("+", find_after)):
        if mark in where:
            return look(system, *where.split(mark))
    raise KeyError(where)


def find_part(system, owner, part):
    if owner == "device":
        devices = system["board"]["devices"]
        return span(devices.get(part) or devices[INSTEAD[part]])
    if owner == "kernel":
        return span(named(system["kernel"]["sections"], part))
    process = named(system["processes"], owner)
    if part.startswith("."):
        return span(named(process["sections"], part))
    return span(process[part])


def find_object(system, _kernel, symbol):
    return span(named(system["kernel"]["objects"], symbol, "symbol"))


def find_word(system, owner, what):
    if owner == "kernel":
        address = number(system["kernel"][what])
        return address, address + 64
    gate = number(named(system["processes"], owner)[f"return_{what}"]) & ~1
    return gate, gate + 4


def find_stack(system, process, thread):
    threads = named(system["processes"], process)["threads"]
    return span(named(threads, thread)["stack"])


def places(system):
    with open(os.path.join(HERE, "places.def"), encoding="utf-8") as file:
        return [find(system, where) for _, where in PLACE.findall(file.read())]


def find_after(system, process, part):
    """Public constants may follow: these, all may read."""
    _, after = span(named(system["processes"], process)[part])
    public, end = span(system["public_constants"])
    after = end if public <= after < end else after
    return after, after + 4


def write_places(system, restarts, path):
    words = [word for place in places(system) for word in place]
    with open(path, "wb") as file:
        file.write(struct.pack(f"<2I{len(words)}I", MAGIC, restarts, *words))


# ---- Runs


def play(args, folder, *options):
    """(result, what the system says, what the tools say)"""
    done = subprocess.run(
        [sys.executable, os.path.join(TOOL, "cmrx"), "run", folder,
         "--batch", "--deterministic", "--last", "", "--plugins",
         args.plugins, "--timeout", "280", *options],
        stdin=subprocess.DEVNULL, capture_output=True, text=True,
        errors="replace")
    return done.returncode, done.stdout, done.stderr


def load(path, address):
    return ["--qemu=-device",
            f"--qemu=loader,file={path},addr={address:#x},force-raw=on"]


def plant_trap(system, folder, code):
    """A trap in the last bytes of a code; what tells QEMU, unless they are in the
    file already (then it would write them over)."""
    value, size = ECALL if is_riscv(system) else SVC
    end = span(code)[1]
    if code["size"] - code["used"] < size:
        sys.exit("the attacker's code has no room for a trap at its end: "
                 "make it longer or shorter")
    path = oracle.the_elf(folder)
    with open(path, "r+b") as file:
        data = file.read()
        for at, load, filled in loads(data):
            if load <= end - size and end <= load + filled:
                file.seek(at + end - size - load)
                file.write(value.to_bytes(size, "little"))
                return []
    return ["--qemu=-device", f"--qemu=loader,addr={end - size:#x},"
            f"data={value:#x},data-len={size}"]


def loads(data):
    """(offset in the file, address, bytes) of its segments."""
    table, = struct.unpack_from("<I", data, 28)
    size, count = struct.unpack_from("<HH", data, 42)
    for at in range(table, table + size * count, size):
        kind, offset, _, load, filled = struct.unpack_from("<5I", data, at)
        if kind == 1:
            yield offset, load, filled


def is_riscv(system):
    return system["board"]["port"].startswith("riscv")


def load_system(args):
    return systemjson.load(os.path.join(args.system, "system.json"))


# ---- The suite


def write_table(cases, path):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "case", "required", "outcome", "ok"])
        for ok, row, case, required, outcome in cases:
            writer.writerow([row, case, required, outcome,
                             "yes" if ok == "ok" else "NO"])


def not_covered(cases):
    """Rows of the catalogue that are claimed and did not run."""
    with open(os.path.join(HERE, "coverage.csv"), encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    ran = {row for _, row, *_ in cases}
    names = "\n".join(f"{row} {case}" for _, row, case, *_ in cases)
    for row in rows:
        for claim in filter(None, row["cases"].split("; ")):
            if claim not in ran and claim not in names:
                yield f"{row['id']}: claims {claim}, which did not run"
    for row in ran - {row["id"] for row in rows}:
        yield f"{row}: has cases, and is not in coverage.csv"


def suite(args):
    system = load_system(args)
    code = named(system["processes"], "attacker")["code"]
    window = number(system["board"]["devices"]["scratch"]["base"])
    with tempfile.TemporaryDirectory() as scratch, \
            checked(args.system, CHECKS) as folder:
        path = os.path.join(scratch, "places.bin")
        write_places(system, args.restarts, path)
        code, output, errors = play(
            args, folder, "--oracle", *load(path, window),
            *plant_trap(system, folder, code))
    cases = CASE.findall(output)
    if args.table:
        write_table(cases, args.table)
        with open(args.table + ".log", "w", encoding="utf-8") as file:
            file.write(output + errors)
    bad = [case for case in cases if case[0] != "ok"]
    for _, row, case, required, outcome in bad:
        print(f"not ok {row} {case}\n    required: {required}\n"
              f"    was: {outcome}")
    missing = list(not_covered(cases))
    print("".join(f"{line}\n" for line in missing), end="")
    closing = CLOSING.search(output)
    good = (closing is not None and int(closing[1]) == len(cases)
            and not (code or bad or missing))
    if closing is None and cases:
        print(f"it ended in the case after: {cases[-1][1]} {cases[-1][2]}")
    if not good:
        print("\n".join(output.splitlines()[-5:]) + "\n" + errors)
    print(f"{len(cases)} cases, {len(bad)} failed, {len(missing)} missing")
    return 0 if good else 1


# ---- Garbage in RAM before the start


def garbage(system):
    """(what it is, bytes) for all of the kernel's and the processes' RAM."""
    size = 0x8000
    chance = random.Random(1)
    yield "zeros", bytes(size)
    yield "ones", b"\xff" * size
    yield "0xa5", b"\xa5" * size
    for n in range(8):
        yield f"random {n}", chance.randbytes(size)
    # A record with the right magic and everything else wrong.
    for unread in (0, 1, 0xFFFFFFFF):
        words = bytearray(chance.randbytes(size))
        struct.pack_into("<3I", words, record_offset(system), 0x464C5430, 7,
                         unread)
        yield f"the magic of a record, unread {unread:#x}", bytes(words)


def record_offset(system):
    base = number(system["board"]["ram"]["base"])
    return find_part(system, "kernel", ".noinit")[0] - base


def boot(args):
    system = load_system(args)
    base = number(system["board"]["ram"]["base"])
    bad = 0
    for what, content in garbage(system):
        with tempfile.TemporaryDirectory() as scratch:
            path = os.path.join(scratch, "ram.bin")
            with open(path, "wb") as file:
                file.write(content)
            code, output, errors = play(args, args.system, "--oracle",
                                        *load(path, base))
        bad += code != 0
        print(f"{'not ok' if code else 'ok'} E4 csv-G21 csv-H9 starts from "
              f"{what}")
        if code:
            print(output + errors)
    return 1 if bad else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["suite", "boot"])
    parser.add_argument("system", help="folder of a built system")
    parser.add_argument("--plugins", required=True)
    parser.add_argument("--table", help="file for the table of results")
    parser.add_argument("--restarts", type=int, default=1000,
                        help="of a process under load (1000)")
    args = parser.parse_args()
    return {"suite": suite, "boot": boot}[args.what](args)


if __name__ == "__main__":
    sys.exit(main())
