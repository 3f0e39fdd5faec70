"""guarantees.py - `cmrx guarantees`: what each port promises, from what its tests have
shown.

test/guarantees.csv has a line for each guarantee: what it is, what it is measured
in, and the tests that prove it. A witness is a case of test/port (port:NAME), an
id of test/attack (attack:ID), or a suite (matrix, fuzz ...). It stands for a port
when it ran there and passed wherever it ran. A guarantee needs all of its
witnesses; how fine it is comes from the encoders of protection. doc/guarantees.json
keeps which witnesses passed; doc/guarantees.md is made of that.
"""

import csv
import glob
import json
import os
import re

from . import protection, source
from .board import load_board
from .model import Refused

TABLE = "test/guarantees.csv"
COVERAGE = "test/attack/coverage.csv"
RECORD = "doc/guarantees.json"
DOCUMENT = "doc/guarantees.md"
BUILDS = ("arm", "riscv32")
SIZES = (256, 1024, 4096)
NOT = "**not**"
FLOAT = "floating point"  # exact, where a port has that: its float.c
HAS_NONE = "has none"

# ctest's log: where a test begins, where what it said ends, what comes then.
BEGIN = re.compile(r"^\d+/\d+ Testing: (\S+)$", re.M)
END_OF_OUTPUT, PASSED = "<end of output>", "\nTest Passed.\n"
# What a test of the UART has sent may stand before it.
CASE = re.compile(r"^ *(ok|not ok) (\w+)$", re.M)

HEAD = """# What each port guarantees

Made by `cmrx guarantees --record` of what the tests have shown; [test/guarantees.csv](../test/guarantees.csv) names, for each line, the tests that
have to pass, [security.md](security.md) says more of each. **not**: no test shows it on that port, be it that it does not hold or
that its suite does not run there. has none: the port has no such registers. *rounded to*: what is protected, or where a stack is cut, is a multiple of that; nobody else has the
rest. Three numbers are for things of up to 256, 1024 and 4096 bytes. `riscv32, eighths` is a RISC-V whose protection has no top of range.

"""
TAIL = """
## What is shown where

The boards that the tests have run on, all under QEMU, none on silicon:

"""
RULES = """
What a window can be, exactly; the build refuses what it cannot show:

"""
END = "\n<!-- Made by `cmrx guarantees --record`. -->\n"


# ---- The tables


def rows():
    """The guarantees: dictionaries, `witnesses` as a list."""
    with open(os.path.join(source.ROOT, TABLE), encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    for row in found:
        row["witnesses"] = row["witnesses"].split("; ")
    return found


def witnesses():
    return {w for row in rows() for w in row["witnesses"]}


def boards():
    """{name: model.Board} of all there are."""
    paths = sorted(glob.glob(os.path.join(source.ROOT, "board", "*",
                                          "board.json")))
    return {board.name: board for board in map(load_board, paths)}


def column_of(board):
    """The column of the table that a board belongs to."""
    eighths = board.port == "riscv32" and not board.pmp_top_of_range
    return board.port + (", eighths" if eighths else "")


def columns(known=None):
    """All that there are boards of."""
    return sorted({column_of(b) for b in (known or boards()).values()})


# ---- Results


def tests_of(text):
    """{name of a test: (passed, what it said)} of a log of ctest. One that was
    cut off has not passed."""
    pieces = BEGIN.split(text)[1:]
    found = {}
    for name, block in zip(pieces[::2], pieces[1::2]):
        said, _, judged = block.rpartition(END_OF_OUTPUT)
        found[name] = (PASSED in judged, said)
    return found


def suite_and_board(name, known):
    """attack_boot_mps2_an385: its suite and its board, or None."""
    fits = [b for b in known if name.endswith("_" + b)]
    if not fits:
        return None
    board = max(fits, key=len)
    return name[:-len(board) - 1], board


def attack_results(path):
    """{attack:ID: whether all cases that the list of the suite claims for it ran
    and were well}, of a table of results."""
    with open(path, encoding="utf-8") as file:
        cases = [(row["id"], f"{row['id']} {row['case']}", row["ok"] == "yes")
                 for row in csv.DictReader(file)]
    found = {}
    with open(os.path.join(source.ROOT, COVERAGE), encoding="utf-8") as file:
        for row in csv.DictReader(file):
            claims = [c for c in row["cases"].split("; ") if c]
            found["attack:" + row["id"]] = bool(claims) and all(
                is_claim_well(claim, cases) for claim in claims)
    return found


def is_claim_well(claim, cases):
    well = [ok for key, name, ok in cases if claim == key or claim in name]
    return bool(well) and all(well)


def witnessed(suite, passed, said, table):
    """{witness: whether it passed} of one test; `table` is a path or None."""
    found = {suite: passed}
    if suite == "port":
        for how, name in CASE.findall(said):
            found["port:" + name] = how == "ok"
    if suite == "attack" and table and os.path.exists(table):
        found.update(attack_results(table))
    return found


def results(logs, known):
    """{board: {witness: passed}} of logs: [(text, folder of attack-*.csv)]."""
    found = {}
    for text, folder in logs:
        for name, (passed, said) in tests_of(text).items():
            place = suite_and_board(name, known)
            if place:
                suite, board = place
                table = os.path.join(folder, f"attack-{board}.csv")
                found.setdefault(board, {}).update(
                    witnessed(suite, passed, said, table))
    return found


def summary(found, known, wanted):
    """What is recorded of results, by column: boards, and the witnesses that
    passed on every board where they ran."""
    record = {}
    for column in columns(known):
        names = sorted(b for b in found if column_of(known[b]) == column)
        passed = [w for w in sorted(wanted)
                  if is_shown(w, [found[b] for b in names])]
        record[column] = {"boards": names, "passed": passed}
    return record


def is_shown(witness, of_boards):
    ran = [results_of[witness] for results_of in of_boards
           if witness in results_of]
    return bool(ran) and all(ran)


# ---- How fine

STACK_ALIGNED = 16  # bytes, by the calling convention where it is most


def granules(unit, **options):
    """Of a thing of each size, as short as it can be: all that is not longer than
    it, and needs its region, is a multiple of this."""
    return [min(unit.choices(
        lambda granule, size=size: -(-size // granule) * granule, 8,
        **options)).granule for size in SIZES]


def rounded(numbers, least):
    """`least`: nothing is finer than that, so it is exact."""
    if max(numbers) <= least:
        return "exact"
    shown = numbers if len(set(numbers)) > 1 else numbers[:1]
    return "rounded to " + " / ".join(map(str, shown)) + " bytes"


def granularity(kind, unit):
    """A cell, for a guarantee that holds."""
    if kind == "region":
        return rounded(granules(unit), 4)
    if kind == "stack":
        return rounded(granules(unit, coarser=False), STACK_ALIGNED)
    return "exact"


KINDS = ("exact", "region", "window", "stack", FLOAT)


# ---- The document


def units(known):
    """{column: its protection}; boards of a column have the same."""
    found = {}
    for board in known.values():
        found.setdefault(column_of(board), protection.of(board))
    return found


def has_float(column):
    return os.path.exists(os.path.join(source.ROOT, "port", column.split(",")[0],
                                       "float.c"))


def cell(row, column, record, unit):
    if row["granularity"] == FLOAT and not has_float(column):
        return HAS_NONE
    passed = record.get(column, {}).get("passed", [])
    if not all(w in passed for w in row["witnesses"]):
        return NOT
    return granularity(row["granularity"], unit)


def line(cells):
    return "| " + " | ".join(cells) + " |\n"


def document(record):
    of_column = units(boards())
    heads = sorted(of_column)
    text = HEAD + line(["", "guarantee", *heads])
    text += line(["---"] * (2 + len(heads)))
    for row in rows():
        text += line([row["id"], row["guarantee"]] + [
            cell(row, c, record, of_column[c]) for c in heads])
    text += TAIL
    for column in heads:
        names = record.get(column, {}).get("boards", [])
        text += f"- {column}: {', '.join(f'`{n}`' for n in names) or 'none'}\n"
    text += RULES
    for column in heads:
        text += f"- {column}: {of_column[column].RULE}\n"
    return text + END


# ---- Checks


def load_record():
    path = os.path.join(source.ROOT, RECORD)
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except OSError:
        return {}


def check(_files=None):
    """The document is what the record and the table make."""
    for row in rows():
        if row["granularity"] not in KINDS:
            yield (f"{TABLE}:1: {row['id']}: {row['granularity']} is not one of "
                   + ", ".join(KINDS))
            return
    unknown = {w for c in load_record().values() for w in c["passed"]}
    for witness in sorted(unknown - witnesses()):
        yield (f"{RECORD}:1: {witness} is no witness of {TABLE}; "
               "cmrx guarantees --record")
    if written() != document(load_record()):
        yield (f"{DOCUMENT}:1: is not what {RECORD} and {TABLE} make; "
               "cmrx guarantees --write")


def written():
    path = os.path.join(source.ROOT, DOCUMENT)
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read()


def unrecorded(record, now):
    """What tests show beyond the record: more than is promised."""
    for column in now:
        old = set(record.get(column, {}).get("passed", []))
        for witness in sorted(set(now[column]["passed"]) - old):
            yield f"{column}: {witness} has passed, and is not recorded"


def differences(record, now):
    """What is recorded and tests do not show; and what never ran."""
    for column in now:
        old = set(record.get(column, {}).get("passed", []))
        new = set(now[column]["passed"])
        if not now[column]["boards"]:
            yield f"{column}: no test of it has run"
            continue
        for witness in sorted(old - new):
            yield f"{column}: {witness} is recorded, and has not passed"
    seen = {w for c in now.values() for w in c["passed"]}
    for witness in sorted(witnesses() - seen):
        yield f"{witness} of {TABLE} has passed on no port: is there such a test?"


def logs_of(args):
    """[(text, folder of its build)] of the runs that are to be believed."""
    paths = args.log or [os.path.join(
        args.build, part, "Testing", "Temporary", "LastTest.log")
        for part in BUILDS]
    for path in paths:
        folder, _, path = path.rpartition("=")
        if not os.path.exists(path):
            raise Refused(f"there are no results in {path}: run the tests "
                          "first (tool/test --only arm --only riscv32)")
        with open(path, encoding="utf-8", errors="replace") as file:
            yield file.read(), folder or os.path.dirname(os.path.dirname(
                os.path.dirname(path)))


def write(path, text):
    with open(os.path.join(source.ROOT, path), "w", encoding="utf-8") as file:
        file.write(text)


def run(args):
    if args.write:
        write(DOCUMENT, document(load_record()))
        return 0
    known = boards()
    now = summary(results(logs_of(args), known), known, witnesses())
    if args.record:
        write(RECORD, json.dumps(now, indent=1) + "\n")
        write(DOCUMENT, document(now))
        return 0
    problems = list(differences(load_record(), now))
    more = list(unrecorded(load_record(), now))
    print("".join(f"{line}\n" for line in problems + more), end="")
    print(f"guarantees: {len(problems)} problems, {len(more)} not recorded"
          + ("; cmrx guarantees --record accepts what has passed"
             if problems or more else ""))
    return 1 if problems else 0


def register(subparsers):
    parser = subparsers.add_parser(
        "guarantees", help="compare what the tests have shown with what is "
        "recorded of each port")
    parser.add_argument("--build", default="build", help="folder of the builds")
    parser.add_argument("--log", action="append", metavar="[FOLDER=]FILE",
                        help="a log of ctest instead of the last; FOLDER has "
                        "its attack-*.csv")
    parser.add_argument("--record", action="store_true",
                        help="accept: write record and document")
    parser.add_argument("--write", action="store_true",
                        help="write the document anew, of what is recorded")
    parser.set_defaults(run=run)
