"""style.py - `cmrx style`: the rules of STYLE.md that a program can check.

A check is a function that yields problems, each "file:line: what is wrong".
"""

import os
import re
import shutil
import subprocess
import sys

from . import benchdoc, guarantees, headers, man, size, source

FUNCTION_LINES = 60
FILE_LINES = 500
CLANG_FORMAT = 14
TEXT = (".c", ".h", ".S", ".py", ".md", ".cmake", ".json", ".ld", ".def",
        ".sh", "CMakeLists.txt", "Makefile", ".in", ".txt")
CODE = (".c", ".h", ".S")
PORTABLE = ("kernel/", "lib/", "server/", "driver/")
TABS_ALLOWED = ("Makefile",)
CONDITION = re.compile(r"^\s*#\s*(if|ifdef|ifndef|elif)\b")
SYSTEM_CALL = re.compile(r"^CMRX_SYSCALL\((\d+), (\w+), (\d)\)")


def of_kind(files, endings):
    return [f for f in files if f.endswith(endings)]


def check_text(files):
    """No tabs, no blanks at the end of a line, a newline at the end."""
    for path in of_kind(files, TEXT):
        for number, line in enumerate(source.read(path), 1):
            if line != line.rstrip():
                yield f"{path}:{number}: blanks at the end of the line"
            if "\t" in line and not path.endswith(TABS_ALLOWED):
                yield f"{path}:{number}: tab"


def check_first_line(files):
    """The first line of a file says its name and what it is."""
    for path in of_kind(files, CODE + (".def", ".py")):
        lines = source.read(path)
        name = os.path.basename(path)
        first = lines[0] if lines else ""
        if first.startswith("#!") and len(lines) > 1:
            first = lines[1]
        if name == "__init__.py" or re.match(
                r'^(// |""")' + re.escape(name) + r" (- \S|\()", first):
            continue
        mark = '"""' if path.endswith(".py") else "// "
        yield f"{path}:1: the first line is not `{mark}{name} - what it is`"


def check_length(files):
    """Functions and files that fit into a head."""
    for path in of_kind(files, CODE + (".py",)):
        lines = source.read(path)
        if len(lines) > FILE_LINES:
            yield (f"{path}:{FILE_LINES}: {len(lines)} lines; a file is one "
                   f"idea, of at most {FILE_LINES}")
        for f in source.functions(path, lines):
            if f.length > FUNCTION_LINES:
                yield (f"{path}:{f.line}: {f.name} has {f.length} lines; "
                       f"{FUNCTION_LINES} is the limit")


def is_guard(lines, index):
    following = lines[index + 1] if index + 1 < len(lines) else ""
    word = lines[index].split()
    return (word[0] == "#ifndef" and len(word) == 2 and
            following.split() == ["#define", word[1]])


def check_conditions(files):
    """The condition is a folder: no #if in portable code."""
    for path in of_kind(files, (".c", ".h")):
        if not path.startswith(PORTABLE):
            continue
        lines = source.read(path)
        for i, line in enumerate(lines):
            if CONDITION.match(line) and not is_guard(lines, i):
                yield (f"{path}:{i + 1}: {line.strip()} in portable code; "
                       "make it a file, or if (CONSTANT)")


def clang_format():
    return shutil.which("clang-format-14") or shutil.which("clang-format")


def check_format(files):
    """clang-format decides."""
    tool = clang_format()
    found = clang_format_version(tool)
    if found != CLANG_FORMAT:
        if os.environ.get("CMRX_STYLE") == "without-format":
            return
        yield (f".clang-format:1: clang-format {CLANG_FORMAT} is needed, "
               f"found {found or 'none'}; tool/setup style installs it")
        return
    code = of_kind(files, (".c", ".h"))
    done = subprocess.run([tool, "--dry-run", "-Werror"] + code,
                          cwd=source.ROOT, capture_output=True, text=True)
    places = {}
    for line in done.stderr.splitlines():
        where = re.match(r"^(\S+?):(\d+):\d+: error", line)
        if where:
            places.setdefault(where[1], []).append(where[2])
    for path, lines in places.items():
        yield (f"{path}:{lines[0]}: not as clang-format writes it "
               f"({len(set(lines))} lines); tool/cmrx style --fix")


def fix(files):
    """Let clang-format write the files that it would write otherwise."""
    subprocess.run([clang_format(), "-i"] + of_kind(files, (".c", ".h")),
                   cwd=source.ROOT, check=True)


def clang_format_version(tool):
    if tool is None:
        return None
    text = subprocess.run([tool, "--version"], capture_output=True,
                          text=True).stdout
    number = re.search(r"version (\d+)", text)
    return int(number[1]) if number else None


def check_system_calls(files):
    """Each system call has a stub in lib, and numbers count from 0."""
    path = "include/cmrx/syscalls.def"
    library = "\n".join(line for f in of_kind(files, CODE)
                        if f.startswith(("lib/", "include/", "port/"))
                        for line in source.read(f))
    expected = 0
    for number, line in enumerate(source.read(path), 1):
        call = SYSTEM_CALL.match(line)
        if not call:
            continue
        if int(call[1]) != expected:
            yield f"{path}:{number}: number {call[1]}, {expected} is next"
        expected += 1
        if not re.search(rf"\b(CMRX_)?SYS_{call[2]}\b", library):
            yield f"{path}:{number}: CMRX_SYS_{call[2]} is used by no stub"


def check_headers(files):
    """Each public header compiles alone, as C11 and as C++17."""
    yield from headers.check(files)


def check_manual(files):
    """doc/man is what the headers say, and they say all that is wanted."""
    yield from man.check(files)


def check_size(_files):
    """No system that was built loses too much RAM to alignment."""
    yield from size.check()


def check_budgets(files):
    """doc/budgets.md is what is recorded of counts and sizes."""
    yield from benchdoc.check(files)


def check_guarantees(files):
    """doc/guarantees.md is what is recorded of the tests."""
    yield from guarantees.check(files)


CHECKS = [check_text, check_first_line, check_length, check_conditions,
          check_format, check_system_calls, check_headers, check_manual,
          check_size, check_budgets, check_guarantees]


def figures(files):
    """Median, 90 % and longest function of the C code, as a line of text."""
    code = [f for f in of_kind(files, (".c",)) if "/test" not in f]
    lengths = sorted(f.length for path in code
                     for f in source.functions(path, source.read(path)))
    if not lengths:
        return "no functions"
    ninth = lengths[min(len(lengths) - 1, len(lengths) * 9 // 10)]
    return (f"{len(lengths)} functions: median {lengths[len(lengths) // 2]}, "
            f"90 % {ninth}, longest {lengths[-1]} lines")


def run(args):
    files = source.files()
    if args.fix:
        fix(files)
    if args.build:
        size.BUILD = args.build
    wanted = [c for c in CHECKS
              if not args.check or c.__name__[6:] in args.check]
    found = {c: list(c(files)) for c in wanted}
    problems = [p for check in wanted for p in found[check]]
    for problem in problems:
        print(problem)
    print("style: " + figures(files))
    if args.counts:
        failed = sum(bool(p) for p in found.values())
        print(f"style: {len(wanted)} checks, {failed} failed")
    print(f"style: {len(problems)} problems")
    return 1 if problems else 0


def register(subparsers):
    names = ", ".join(c.__name__[6:] for c in CHECKS)
    parser = subparsers.add_parser(
        "style", help="check the rules of STYLE.md")
    parser.add_argument("check", nargs="*", help=f"only these: {names}")
    parser.add_argument("--build", default="",
                        help="folder of the build, for sizes")
    parser.add_argument("--counts", action="store_true",
                        help="say how many checks failed")
    parser.add_argument("--fix", action="store_true",
                        help="first run clang-format -i on everything")
    parser.set_defaults(run=run)


if __name__ == "__main__":
    from .command import alone
    sys.exit(alone(register))
