"""mutanttable.py - what mutants.txt says. Its format: README.md."""

import re


class Outdated(Exception):
    """The table has to be mended."""


# Ports that have a board of their own; all else is broken on that of armv7m.
KINDS = ("riscv32", "armv6m", "armv8m", "armv8m_base")


class Mutant:
    """One way to break the kernel; `equivalent` and `expect` may be ''."""

    def __init__(self, name, path, occurrence):
        self.name, self.path, self.occurrence = name, path, occurrence
        self.old, self.new = [], []
        self.equivalent = self.expect = ""

    def kind(self):
        port = self.path.split("/")[1]
        return port if port in KINDS else "arm"

    def apply(self, text):
        """The text of the file, broken."""
        old, new = "\n".join(self.old), "\n".join(self.new)
        places = [found.start() for found in re.finditer(re.escape(old), text)]
        if not places or not old:
            raise Outdated(f"{self.name}: {self.path} does not say: {old}")
        if self.occurrence == 0 and len(places) > 1:
            raise Outdated(f"{self.name}: {self.path} says {len(places)} times:"
                           f" {old}")
        if self.occurrence > len(places):
            raise Outdated(f"{self.name}: {self.path} says only {len(places)} "
                           f"times: {old}")
        at = places[max(self.occurrence, 1) - 1]
        # A line that is left empty goes.
        end = at + len(old)
        if not new and text[at - 1] == "\n" and text[end:end + 1] == "\n":
            end += 1
        return text[:at] + new + text[end:]


HEAD = re.compile(r"^== (\S+) (\S+)(?: #(\d+))?$")


def parse(lines):
    mutants, names = [], set()
    for number, line in enumerate(lines, 1):
        line = line.rstrip("\n")
        head = HEAD.match(line)
        if head:
            mutants.append(Mutant(head[1], head[2], int(head[3] or 0)))
            if head[1] in names:
                raise Outdated(f"mutants.txt:{number}: {head[1]} twice")
            names.add(head[1])
        elif line.startswith("-"):
            mutants[-1].old.append(line[2:])
        elif line.startswith("+"):
            mutants[-1].new.append(line[2:])
        elif line.startswith("? equivalent: "):
            mutants[-1].equivalent = line[14:]
        elif line.startswith("! "):
            mutants[-1].expect = line[2:]
        elif line and not line.startswith("#"):
            raise Outdated(f"mutants.txt:{number}: what is this: {line}")
    return mutants
