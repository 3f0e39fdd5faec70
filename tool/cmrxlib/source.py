"""source.py - the project's files, and a little understanding of C text.

No parser: the layout that clang-format enforces is enough to see where a
function begins and ends.
"""

import ast
import os
import re
import subprocess

from .record import record

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BEGIN = re.compile(r"^[A-Za-z_].*[^;,]$")
NAME = re.compile(r"([A-Za-z_]\w*)\s*\(")


@record
class Function:
    file: str
    line: int  # of its first line
    name: str
    length: int  # lines, from the signature to the closing brace


def files(root=ROOT):
    """All files that are the project's, as paths from its root."""
    command = ["git", "-C", root, "ls-files", "-co", "--exclude-standard"]
    try:
        listed = subprocess.run(command, capture_output=True, text=True,
                                check=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        listed = walk(root)
    return sorted(f for f in set(listed) if os.path.isfile(
        os.path.join(root, f)))


def walk(root):
    """The same where there is no git: all but what a build makes."""
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [f for f in folders
                      if f not in (".git", "build", "__pycache__")]
        found += [os.path.relpath(os.path.join(folder, n), root)
                  for n in names]
    return found


def read(path, root=ROOT):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read().splitlines()


def signature_start(lines, brace):
    """Line index where the signature above an opening brace begins."""
    first = brace
    while first > 0 and lines[first - 1].strip() and not lines[
            first - 1].startswith(("//", "#", "}", "/*")):
        first -= 1
    return first


def c_functions(path, lines):
    """Functions of a C file: what stands between `{` and `}` in column 0."""
    found = []
    start = None
    for i, line in enumerate(lines):
        if line == "{" and start is None:
            start = signature_start(lines, i)
        elif line.startswith("}") and start is not None:
            name = NAME.search(" ".join(lines[start:i]))
            found.append(Function(path, start + 1,
                                  name[1] if name else "?", i + 1 - start))
            start = None
    return found


def python_functions(path, lines):
    """Functions of a Python file."""
    tree = ast.parse("\n".join(lines))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [Function(path, n.lineno, n.name, n.end_lineno - n.lineno + 1)
            for n in ast.walk(tree) if isinstance(n, kinds)]


def functions(path, lines):
    if path.endswith((".c", ".h")):
        return c_functions(path, lines)
    if path.endswith(".py"):
        return python_functions(path, lines)
    return []
