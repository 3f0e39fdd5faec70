"""everybyte.py - where each byte of RAM goes, in the smallest example.

A table in the README of example/02_two_kilobytes, a column for each board, whose rows
add up to the last one. `cmrx size --record` writes it, `cmrx size` says when it is not
what is built, and a test when it is not what is recorded.
"""

import os
import re

from . import sizedata, source
from .model import Refused

PAGE = "example/02_two_kilobytes/README.md"
BOARDS = ("mps2_an385", "mps2_an385_m0plus", "mps2_an505", "mps2_an505_m23",
          "virt_rv32")
EXAMPLE = "two_kb_"
BEGIN, END = "<!-- Made by `cmrx size --record`. -->", "<!-- So far. -->"
TOTAL = "**all**"
# Variables of the kernel whose number the system decides, by how their names begin.
OBJECTS = (("fault_store", "kernel: record of the last fault"),
           ("processes", "kernel: processes"), ("threads", "kernel: threads"),
           ("calls_", "kernel: calls that a thread can be inside of"),
           ("doors_", "kernel: services that are used"),
           ("sched", "kernel: who is ready, by priority"),
           ("timer_", "kernel: deadlines"))
REST, STACK = "kernel: clock, and the rest", "kernel: stack"
VARIABLES = (".noinit", ".data", ".bss")
ALIGNMENT, GAPS = "alignment", "gaps"


def kernel_rows(described):
    sections = {s["name"]: s["size"] for s in described["kernel"]["sections"]}
    rest = sum(sections.get(name, 0) for name in VARIABLES)
    for prefix, what in OBJECTS:
        size = sum(sizedata.object_sizes(described, prefix))
        rest -= size
        yield what, size
    yield REST, rest
    yield STACK, sections.get(".stack", 0)


def process_rows(process):
    name = process["name"]
    if process["memory"]:
        yield f"{name}: variables", process["memory"]["used"]
    for thread in process["threads"]:
        yield f"{name}: stack", thread["stack"]["used"]


def rows(described):
    """(what, bytes), without the sum; Refused if it is not that of the layout."""
    ram = described["totals"]["ram"]
    found = [*kernel_rows(described)]
    for process in described["processes"]:
        found += process_rows(process)
    found += [(ALIGNMENT, ram["padding"]), (GAPS, ram["gaps"])]
    total = sum(size for _, size in found)
    if total != ram["span"]:
        raise Refused(f"{described['system']}: {total} bytes of RAM have an owner, the "
                      f"layout takes {ram['span']}: everybyte.py leaves something out")
    return found


def table(systems):
    """Lines; systems: board -> described."""
    columns = {board: dict(rows(described)) for board, described in systems.items()}
    yield "| bytes of RAM | " + " | ".join(
        f"{described['board']['port']} (`{EXAMPLE}{board}`)"
        for board, described in systems.items()) + " |"
    yield "|---" * (len(columns) + 1) + "|"
    for what in dict.fromkeys(what for column in columns.values() for what in column):
        yield f"| {what} | " + " | ".join(
            str(column.get(what, 0)) for column in columns.values()) + " |"
    yield f"| {TOTAL} | " + " | ".join(
        f"**{sum(column.values())}**" for column in columns.values()) + " |"


def read(text):
    """Board -> what -> bytes, of a page; {} where there is no table."""
    if BEGIN not in text or END not in text:
        return {}
    lines = text.split(BEGIN)[1].split(END)[0].strip().split("\n")
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    boards = [re.search(rf"`{EXAMPLE}(\w+)`", cell)[1] for cell in cells[0][1:]]
    return {board: {row[0]: int(row[at + 1].strip("*")) for row in cells[2:]}
            for at, board in enumerate(boards)}


# ---- The page


def built(build):
    """Board -> described."""
    folders = sizedata.folders(build, sizedata.SHIPPED)
    return {board: sizedata.describe(folders[EXAMPLE + board]) for board in BOARDS
            if EXAMPLE + board in folders}


def page():
    return "\n".join(source.read(PAGE)) + "\n"


def with_table(text, systems):
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    return "\n".join([before + BEGIN, "", *table(systems), "", END]) + after


def write(build):
    text = with_table(page(), built(build))
    with open(os.path.join(source.ROOT, PAGE), "w", encoding="utf-8") as file:
        file.write(text)


def problems(build):
    text = page()
    if text != with_table(text, built(build)):
        yield f"{PAGE}: the table is not what is built; tool/cmrx size --record writes it"
