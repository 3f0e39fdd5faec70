"""man.py - `cmrx man`: a manual page per public symbol, from the headers.

The comment above a declaration is the source, so that header and page never
differ. Sentences that begin with "Returns", "Any thread" and "Cost:" go under
their headings, lines "name: text" under Arguments, indented lines become code.
"The same" and "as above" mean the symbol before, whose page is linked and whose
words are taken where there are no own ones.

A sentence "Any thread." or "Cost: ..." in the comment at the top of a header
holds for all of its functions that do not say otherwise.

What stands below "nothing below is for direct use" has no page, nor has a macro
without a comment directly above it.
"""

import os
import re

from . import source
from .record import field, record

FOLDER = "doc/man"
WITHOUT = ("include/cmrx/cmrx.h", "include/cmrx/syscall.h")
END = "nothing below is for direct use"
HEADINGS = ("Arguments", "Returns", "Who may call it", "Cost")
FUNCTION = re.compile(r"\b(cmrx_\w+)\(")
TYPE = re.compile(r"^(?:struct|enum) (cmrx_\w+) \{")
MACRO = re.compile(r"^#define (\w+)(\()?")
ARGUMENT = re.compile(r"^(\w+|\.\.\.): +(\S.*)")
RIGHT = re.compile(r"right `(\w+)`")
REFERS = re.compile(r"[Tt]he same|[Aa]s above")
WHO = re.compile(r"(Any thread|Only |Not )")


@record
class Symbol:
    name: str
    kind: str  # "function", "macro", "type"
    header: str
    line: int
    synopsis: str
    comment: list  # lines, without the slashes
    before: "Symbol" = None  # in the same header
    defaults: dict = field(default_factory=dict)  # heading -> text
    parts: dict = field(default_factory=dict)  # heading -> text

    def file(self):
        return f"{FOLDER}/{self.name.replace(' ', '_')}.md"

    def is_called(self):
        return self.name.startswith("cmrx_") and self.kind != "type"


def declaration(lines, i):
    """The declaration that begins at line i, and the line after it."""
    first = i
    if lines[i].startswith("#define"):
        while lines[i].endswith("\\"):
            i += 1
        return lines[first:i + 1], i + 1
    depth = 0
    while i < len(lines):
        code = lines[i].split("//")[0].replace('extern "C" {', ";")
        depth += code.count("{") - code.count("}")
        i += 1
        if depth == 0 and code.rstrip().endswith((";", "}")):
            break
    return lines[first:i], i


def symbol_of(text, header, line, comment):
    macro = MACRO.match(text[0])
    if macro:
        if not comment:
            return None
        synopsis = [text[0].rstrip("\\ ")] if macro[2] else text
        synopsis = "\n".join(synopsis)
        if macro[2]:
            synopsis = synopsis[:synopsis.index(")") + 1]
        return Symbol(macro[1], "macro", header, line, synopsis, comment)
    kind = TYPE.match(text[0])
    if kind:
        if kind[1].endswith("_record"):
            return None
        return Symbol(text[0].split(" {")[0], "type", header, line,
                      "\n".join(text), comment)
    name = FUNCTION.search(" ".join(text))
    if name and "static" not in text[0] and "extern" not in text[0]:
        return Symbol(name[1], "function", header, line, "\n".join(text),
                      comment)
    return None


def parse(header, lines):
    """The public symbols of a header, in order."""
    found = []
    comment = []
    i = 0
    while i < len(lines) and END not in lines[i]:
        line = lines[i]
        if line.startswith("//"):
            if i == 0 or not lines[i - 1].startswith("//"):
                comment = []
            comment.append(line[3:])
            i += 1
        elif not line.strip():
            comment = []
            i += 1
        elif line.startswith("#") and not line.startswith("#define"):
            i += 1
        else:
            text, after = declaration(lines, i)
            symbol = symbol_of(text, header, i + 1, comment)
            if symbol:
                symbol.before = found[-1] if found else None
                found.append(symbol)
            i = after
    return found


def take_usage(symbol):
    """A macro's comment may begin with how it is written: the synopsis."""
    usage = re.compile(r"(.*?\b" + symbol.name + r"\(.*?\)(?:;| \{ body \}))"
                       r"\s*(.*)")
    match = usage.match(symbol.comment[0]) if symbol.comment else None
    if symbol.kind == "macro" and match:
        symbol.synopsis = match[1]
        symbol.comment = [match[2]] + symbol.comment[1:]


def paragraphs(symbol):
    """("code", lines) and ("text", string) and ("argument", name, string)."""
    result = []
    names = re.findall(r"\w+|\.\.\.", symbol.synopsis)
    for line in symbol.comment:
        argument = ARGUMENT.match(line)
        if argument and argument[1] not in names:
            argument = None
        if not line.strip():
            result.append(("gap",))
        elif argument:
            result.append(["argument", argument[1], argument[2]])
        elif line.startswith("    ") and result and result[-1][0] == "argument":
            result[-1][2] += " " + line.strip()
        elif line.startswith("    "):
            result.append(("code", line[4:]))
        elif result and result[-1][0] in ("argument", "text") and not (
                line.startswith("Returns")):
            result[-1][-1] += " " + line.strip()
        else:
            result.append(["text", line.strip()])
    return result


def sort_sentences(text, parts):
    """Puts each sentence of a paragraph under its heading."""
    under = "Description"
    for sentence in re.split(r"(?<=[.:;])\s+(?=[A-Z])", text):
        if sentence.startswith("Returns"):
            under = "Returns"
        elif WHO.match(sentence):
            under = "Who may call it"
        elif re.match(r"Cost\b", sentence):
            under = "Cost"
            sentence = re.sub(r"^Cost:?\s*", "", sentence)
            sentence = sentence[:1].upper() + sentence[1:]
        elif under in ("Who may call it", "Cost"):
            under = "Description"
        if sentence:
            parts.setdefault(under, []).append(sentence)


def join_costs(text):
    """`Cost: constant` is one sentence, though a colon ends others."""
    return re.sub(r"Cost:\s+", "Cost:", text)


def describe(symbol):
    """Fills symbol.parts from its comment."""
    sorted_text = {}
    body = []
    arguments = []
    take_usage(symbol)
    for paragraph in paragraphs(symbol):
        if paragraph[0] == "argument":
            arguments.append(f"- `{paragraph[1]}`: {paragraph[2]}")
        elif paragraph[0] == "code":
            body.append("    " + paragraph[1])
        elif paragraph[0] == "text":
            here = {}
            text = join_costs(paragraph[1])
            if symbol.is_called():
                sort_sentences(text, here)
            else:
                here["Description"] = [text]
            if "Description" in here:
                body += ["", " ".join(here.pop("Description")), ""]
            for heading, sentences in here.items():
                sorted_text.setdefault(heading, []).extend(sentences)
    parts = {h: " ".join(s) for h, s in sorted_text.items()}
    parts["Description"] = re.sub(r"\n{3,}", "\n\n", "\n".join(body)).strip(
        "\n")
    if arguments:
        parts["Arguments"] = "\n".join(arguments)
    symbol.parts = complete(symbol, parts)


def complete(symbol, parts):
    """What follows from the declaration, or from the symbol before."""
    right = RIGHT.search(" ".join(symbol.comment))
    if right:
        parts.setdefault("Who may call it", "A thread inside a process with "
                         f"the right `{right[1]}`.")
    refers = REFERS.search(" ".join(symbol.comment))
    if refers and symbol.before:
        for heading in HEADINGS:
            if heading in symbol.before.parts:
                parts.setdefault(heading, symbol.before.parts[heading])
        if "above" in parts.get("Returns", ""):
            parts["Returns"] = symbol.before.parts.get("Returns", "")
    for heading, text in symbol.defaults.items():
        parts.setdefault(heading, text)
    if re.match(r"(_Noreturn |inline )?void cmrx", symbol.synopsis):
        parts.setdefault("Returns", "Nothing.")
    if symbol.kind == "function" and "cmrx_status cmrx" not in symbol.synopsis:
        parts.setdefault("Returns", "What the description says.")
    if symbol.synopsis.endswith(("(void);", "(void)")):
        parts.setdefault("Arguments", "None.")
    return parts


def page(symbol):
    parts = symbol.parts
    text = [f"# {symbol.name}", "", f"`#include <{symbol.header[8:]}>`", "",
            "## Synopsis", "", "```c", symbol.synopsis, "```", "",
            "## Description", "", parts["Description"] or "See the synopsis.",
            ""]
    if symbol.is_called():
        for heading in HEADINGS:
            text += [f"## {heading}", "", parts.get(
                heading, "See the description."), ""]
    if symbol.before and REFERS.search(" ".join(symbol.comment)):
        text += ["## See also", "",
                 f"[{symbol.before.name}]({os.path.basename(symbol.before.file())})"
                 ", which "
                 "\"the same\" and \"above\" refer to.", ""]
    text += [f"<!-- Made by `cmrx man` from {symbol.header}. -->"]
    return "\n".join(text) + "\n"


def defaults(lines):
    """What the comment at the top says of all functions of a header."""
    top = []
    for line in lines:
        if not line.startswith("//"):
            break
        top.append(line[3:])
    parts = {}
    sort_sentences(join_costs(" ".join(top)), parts)
    return {h: " ".join(t) for h, t in parts.items()
            if h in ("Who may call it", "Cost")}


def symbols(files):
    found = []
    for header in files:
        if header.startswith("include/cmrx/") and header.endswith(".h") and (
                header not in WITHOUT):
            lines = source.read(header)
            here = parse(header, lines)
            for symbol in here:
                symbol.defaults = defaults(lines)
                describe(symbol)
            found += here
    return found


def pages(files):
    """File name -> text of all pages, the index among them."""
    found = symbols(files)
    result = {s.file(): page(s) for s in found}
    index = ["# Manual pages", ""]
    for header in sorted({s.header for s in found}):
        index += [f"## <{header[8:]}>", ""]
        index += [f"- [{s.name}]({os.path.basename(s.file())})" for s in found
                  if s.header == header] + [""]
    index += ["<!-- Made by `cmrx man`. -->"]
    result[f"{FOLDER}/README.md"] = "\n".join(index) + "\n"
    return result


def check(files):
    """Problems: comments that lack something, pages that are not current."""
    for s in symbols(files):
        if not s.comment and s.kind == "function":
            yield f"{s.header}:{s.line}: {s.name} has no comment"
            continue
        for heading in ("Returns", "Who may call it", "Cost"):
            if s.kind == "function" and heading not in s.parts:
                yield (f"{s.header}:{s.line}: {s.name}: nothing for "
                       f"`{heading}`; see tool/cmrxlib/man.py")
    wanted = pages(files)
    stale = [path for path, text in wanted.items() if path not in files
             or "\n".join(source.read(path)) + "\n" != text]
    stale += [path for path in files
              if path.startswith(FOLDER + "/") and path not in wanted]
    if stale:
        yield (f"{stale[0]}:1: this and {len(stale) - 1} other pages are not "
               "what the headers say; run make man")


def run(_args):
    files = source.files()
    wanted = pages(files)
    os.makedirs(os.path.join(source.ROOT, FOLDER), exist_ok=True)
    for path in files:
        if path.startswith(FOLDER + "/") and path not in wanted:
            os.remove(os.path.join(source.ROOT, path))
    for path, text in wanted.items():
        with open(os.path.join(source.ROOT, path), "w",
                  encoding="utf-8") as file:
            file.write(text)
    print(f"man: {len(wanted) - 1} pages")
    return 0


def register(subparsers):
    parser = subparsers.add_parser(
        "man", help="write doc/man/ from the headers")
    parser.set_defaults(run=run)
