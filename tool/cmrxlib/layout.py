"""layout.py - `cmrx layout`: from objects and statements to what is linked.

    cmrx layout --system S --board board.json --kernel kernel.o
        --process NAME[:PROGRAM]=FILE ... [--supervisor P]
        [--grant 'P MMIO device AS name'] [--grant 'P IRQ line AS name']
        [--grant 'P INFO'] [--grant 'P RIGHT inspect control'] ...
        [--wire 'P.used TO Q.provided'] ... [--policy 'P restart'] ...
        [--linker-script NAME --beside SECTION] --out DIR

writes DIR/layout.ld, DIR/tables.c and DIR/system.json, or says why not and
writes nothing.
"""

import os
import sys

from . import (bounds, grants, info, kernelobj, kernelstack, lacks, ldscript,
               plan as plans, protection, systemjson, tables)
from . import wiring as wires
from .model import Grant, Refused, System

IDLE = wires.IDLE
SMALLEST = 32  # bytes of what is protected


# ---- The integrator's statements


def parse_grant(text):
    """Grants of one statement: `P KIND what ... [AS name]`."""
    words = text.split()
    alias = ""
    if len(words) > 2 and words[-2] == "AS":
        alias = words[-1]
        words = words[:-2]
    process, kind, what = (words + ["", ""])[0:2] + [words[2:]]
    usage = (f"GRANT {text}: write GRANT process MMIO device [AS name], "
             "process IRQ line [AS name], process INFO, or process RIGHT "
             "inspect|control|power ...")
    if kind == "INFO" and not what and not alias:
        return [Grant(process, kind, "")]
    if kind == "RIGHT" and what and not alias:
        return [Grant(process, kind, right) for right in what]
    if kind in ("MMIO", "IRQ") and len(what) == 1:
        return [Grant(process, kind, what[0], alias)]
    raise Refused(usage)


def parse_wires(statements):
    wired = {}
    for text in statements:
        words = text.split()
        if len(words) != 3 or words[1] != "TO":
            raise Refused(f"WIRE {text}: write WIRE process.used TO "
                          "process.provided")
        if words[0] in wired:
            raise Refused(f"WIRE {text}: {words[0]} is wired already, to "
                          f"{wired[words[0]]}")
        wired[words[0]] = words[2]
    return wired


def parse_policies(statements):
    policies = {}
    for text in statements:
        words = text.split()
        if len(words) != 2 or words[1] not in wires.POLICIES:
            raise Refused(f"POLICY {text}: write POLICY process "
                          + "|".join(wires.POLICIES))
        if policies.get(words[0], words[1]) != words[1]:
            raise Refused(f"POLICY {text}: it is {policies[words[0]]} already; "
                          "leave out one")
        policies[words[0]] = words[1]
    return policies


def parse_process(text):
    """(name, program, path) of NAME=FILE or NAME:PROGRAM=FILE."""
    name, equal, path = text.partition("=")
    name, _, program = name.partition(":")
    if not equal or not name or not path:
        raise Refused(f"--process {text}: write --process NAME=FILE, or "
                      "NAME:PROGRAM=FILE")
    return name, program or name, path


def idle_last(processes):
    """The idle process is the last of every system: the kernel relies on it."""
    last = [p for p in processes if p.name == IDLE]
    if not last:
        raise Refused("the system has no process idle; cmrx_system() adds "
                      f"lib/idle under that name: --process {IDLE}=...")
    return [p for p in processes if p.name != IDLE] + last


def check_files(processes, kernel):
    """The linker script tells object files apart by their last part."""
    names = [os.path.basename(p.object) for p in processes]
    names.append(os.path.basename(kernel))
    for name in names:
        if names.count(name) > 1:
            raise Refused(f"two object files are called {name}; the build "
                          "names them NAME.process.o")


def limit_ram(board, size):
    if size:
        if size % SMALLEST or not 0 < size <= board.ram_size:
            raise Refused(f"RAM {size}: board {board.name} has "
                          f"{board.ram_size} bytes; write a multiple of "
                          f"{SMALLEST} up to that")
        board.ram_size = size
    return board


def read_system(args):
    """The System that the command line speaks of."""
    from .board import load_board
    from .process import load_process

    processes = [load_process(path, name, program, args.objdump)
                 for name, program, path in map(parse_process, args.process)]
    check_files(processes, args.kernel)
    for process in processes:
        process.floating_point = process.name in args.floating_point
    board = limit_ram(load_board(args.board), args.ram)
    board.wide = args.wide and protection.can_be_wide(board)
    return System(
        args.system, board,
        idle_last(processes),
        [g for text in args.grant for g in parse_grant(text)],
        parse_wires(args.wire), parse_policies(args.policy),
        args.supervisor or "", args.linker_script, args.beside, args.out)


# ---- The work


def check_vectors(board):
    """Their address has to be one that the processor's register can hold."""
    if board.port == "riscv32":
        return
    align = 128
    while align < 4 * (16 + board.irq_lines):
        align *= 2
    if board.flash_base % align:
        raise Refused(f"board {board.name}: its flash begins at "
                      f"{board.flash_base:#x}, and with it the vector table, "
                      f"which has to lie on a multiple of {align:#x}")


def has_info(system):
    return any(g.kind == "INFO" for g in system.grants)


def place(system, wiring, kernel):
    """The Plan. What the description says depends on it, its size does not."""
    if not has_info(system):
        return plans.place(system, wiring, kernel)
    draft = plans.place(system, wiring, kernel, 4)
    size = len(info.build(system, wiring, draft, "0" * systemjson.ID_DIGITS))
    return plans.place(system, wiring, kernel, size)


def make(system, kernel):
    """{file name: text} of all that is written."""
    protection.of(system.board)  # or Refused
    grants.check_memories(system.board)
    check_vectors(system.board)
    kernelstack.settle(system.board, kernel.chain)
    wiring = wires.wire(system)
    bounds.choose(system, wiring)
    plan = place(system, wiring, kernel)
    plan.chains = bounds.work_out(system, wiring, plan)
    described = systemjson.build(system, wiring, plan, kernel)
    build_id = described["build_id"]
    for note in lacks.notes(system, wiring):
        print(f"cmrx: note: {note}", file=sys.stderr)
    blob = b""
    if has_info(system):
        blob = info.build(system, wiring, plan, build_id)
        assert len(blob) == plan.info.used
    return {
        "layout.ld": ldscript.write(system, wiring, plan, kernel, bool(blob)),
        "tables.c": tables.write(system, wiring, plan, build_id, blob),
        "system.json": systemjson.dump(described),
    }


def write_files(folder, files):
    try:
        os.makedirs(folder, exist_ok=True)
        for name, text in files.items():
            with open(os.path.join(folder, name), "w", encoding="utf-8",
                      newline="\n") as file:
                file.write(text)
    except OSError as error:
        raise Refused(f"cannot write to {folder}: {error.strerror}") from None
    except UnicodeError as error:  # a name of the command line, or of board.json
        raise Refused(f"cannot write to {folder}: {error}") from None


def run(args):
    system = read_system(args)
    kernel = kernelobj.read_kernel(args.kernel)
    kernel.chain = kernelstack.chain_of(
        args.kernel, system.board.stack_bounds, args.objdump)
    write_files(args.out, make(system, kernel))
    return 0


def register(subparsers):
    parser = subparsers.add_parser(
        "layout", help="place a system: layout.ld, tables.c, system.json")
    parser.add_argument("--system", required=True, help="its name")
    parser.add_argument("--board", required=True, help="board.json")
    parser.add_argument("--kernel", required=True, help="kernel.o")
    parser.add_argument("--process", action="append", required=True,
                        metavar="NAME[:PROGRAM]=FILE")
    parser.add_argument("--ram", type=int, default=0, metavar="BYTES",
                        help="of the board's, for this system")
    parser.add_argument("--supervisor")
    for name in ("grant", "wire", "policy"):
        parser.add_argument(f"--{name}", action="append", default=[])
    parser.add_argument("--floating-point", action="append", default=[],
                        metavar="PROCESS", help="uses the unit for it")
    parser.add_argument("--wide", action="store_true",
                        help="its maps have more than two windows")
    parser.add_argument("--linker-script", default="", metavar="NAME",
                        help="a vendor's that layout.ld is used beside")
    parser.add_argument("--beside", default="", metavar="SECTION",
                        help="its section that ours come after")
    parser.add_argument("--objdump", default="arm-none-eabi-objdump")
    parser.add_argument("--out", required=True, metavar="DIR")
    parser.set_defaults(run=run)
