"""headers.py - public headers stand alone: strict C11, and C++17."""

import os
import re
import shutil
import subprocess

from . import source

ARM = ["-mcpu=cortex-m3", "-mthumb", "-ffreestanding"]
INCLUDES = ["-Iinclude", "-Iport/armm/include"]
STRICT = ["-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-pedantic"]
LANGUAGES = [
    ("C11", "arm-none-eabi-gcc", ["-xc", "-std=c11"]),
    ("C++17", "arm-none-eabi-g++", ["-xc++", "-std=c++17"]),
]


def public(files):
    return [f for f in files if f.startswith("include/cmrx/")
            and f.endswith(".h")]


def compile_alone(header, compiler, options):
    """What the compiler says when a source includes only this header."""
    text = f"#include <{header[len('include/'):]}>\n"
    command = [compiler] + options + ARM + INCLUDES + STRICT + ["-"]
    done = subprocess.run(command, input=text, cwd=source.ROOT,
                          capture_output=True, text=True)
    return done.stderr.splitlines() if done.returncode else []


def first_error(lines, header):
    for line in lines:
        place = re.match(r"^(\S+?:\d+):\d+: (?:fatal )?error: (.*)", line)
        if place and not place[1].startswith("<stdin>"):
            path = os.path.normpath(place[1])
            return path, place[2]
    return header + ":1", lines[0] if lines else "failed"


def check(files):
    for language, compiler, options in LANGUAGES:
        if shutil.which(compiler) is None:
            yield f"include/cmrx:1: {compiler} is missing: tool/setup demo"
            continue
        for header in public(files):
            lines = compile_alone(header, compiler, options)
            if lines:
                where, what = first_error(lines, header)
                yield f"{where}: {header} alone, as {language}: {what}"
