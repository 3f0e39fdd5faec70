"""dwarf.py - what the debug information says of interfaces.

The shape of an interface is a text: who calls and who is called mean the same
when theirs agree. And it is checked here what a method may look like.
"""

from .dies import (AT_BIT_OFFSET, AT_BIT_SIZE, AT_CONST_VALUE, AT_COUNT,
                   AT_DECLARATION, AT_ENCODING, AT_OFFSET, AT_SIZE, AT_UPPER,
                   NAMED, QUALIFIERS, TAG_ARRAY, TAG_BASE, TAG_ENUM,
                   TAG_ENUMERATOR, TAG_MEMBER, TAG_PARAMETER, TAG_POINTER,
                   TAG_STRUCT, TAG_SUBRANGE, TAG_SUBROUTINE, TAG_TYPEDEF,
                   TAG_VARIABLE, TAG_VARIADIC)
from .model import Refused


def provided(debug, name):
    """Type of the interface of a provided service; None if unknown."""
    found = debug.find(TAG_VARIABLE, "cmrx_methods_" + name)
    return strip(found[0].type) if found else None


def used(debug, name):
    """Types of the interface of a used service, one per source file."""
    found = debug.find(TAG_STRUCT, "cmrx_use_" + name)
    pointers = [next(die.children()).type for die in found]
    return [strip(pointer.type) for pointer in pointers]


# ---- Types


def strip(die):
    """A type without its typedefs and qualifiers; None is void."""
    if die is None or (die.tag != TAG_TYPEDEF and die.tag not in QUALIFIERS):
        return die
    return strip(die.type)


def size_of(die):
    die = strip(die)
    if die is None:
        return 0
    return 4 if die.tag == TAG_POINTER else die.get(AT_SIZE) or 0


def base_name(die):
    bits = 8 * die.get(AT_SIZE)
    kind = {2: "bool", 4: "f%d", 5: "i%d", 6: "i%d", 7: "u%d", 8: "u%d"}.get(
        die.get(AT_ENCODING))
    if die.name == "char":
        return "char"
    if kind is None:
        return f"{die.name}/{bits}"
    return kind % bits if "%" in kind else kind


def array_length(die):
    for child in die.children():
        if child.tag == TAG_SUBRANGE:
            if child.get(AT_COUNT) is not None:
                return child.get(AT_COUNT)
            upper = child.get(AT_UPPER)
            return "" if upper is None else upper + 1
    return ""


def type_text(die, named=None):
    """Canonical text of a type. `named` collects structs, unions and enums."""
    if die is None:
        return "void"
    if die.tag in QUALIFIERS:
        return QUALIFIERS[die.tag] + type_text(die.type, named)
    if die.tag == TAG_TYPEDEF:
        return type_text(die.type, named)
    if die.tag == TAG_BASE:
        return base_name(die)
    if die.tag == TAG_ARRAY:
        return f"{type_text(die.type, named)}[{array_length(die)}]"
    if die.tag == TAG_SUBROUTINE:
        return function_text(die, named)
    if die.tag == TAG_POINTER:
        return type_text(die.type, named) + " *"
    if die.tag in NAMED:
        return named_text(die, named)
    return f"type {die.tag:#x} {die.name}"


def named_text(die, named):
    if not die.name:
        return f"{NAMED[die.tag]} {{{layout_text(die, named)}}}"
    text = f"{NAMED[die.tag]} {die.name}"
    if named is not None and not die.get(AT_DECLARATION):
        named.setdefault(text, die)
    return text


def parameters_of(die):
    return [c.type for c in die.children() if c.tag == TAG_PARAMETER]


def is_variadic(die):
    return any(c.tag == TAG_VARIADIC for c in die.children())


def function_text(die, named):
    texts = [type_text(t, named) for t in parameters_of(die)]
    texts += ["..."] if is_variadic(die) else []
    return f"{type_text(die.type, named)} ({', '.join(texts)})"


def layout_text(die, named):
    """Members with their offsets, or the values of an enum."""
    if die.tag == TAG_ENUM:
        items = [f"{c.name}={c.get(AT_CONST_VALUE)}" for c in die.children()
                 if c.tag == TAG_ENUMERATOR]
    else:
        items = [member_text(c, named) for c in die.children()
                 if c.tag == TAG_MEMBER]
    return f"{die.get(AT_SIZE)} bytes: " + ", ".join(items)


def member_text(member, named):
    # What a member points to is known by its name only: one level.
    by_value = strip(member.type)
    pointer = by_value is not None and by_value.tag == TAG_POINTER
    text = type_text(member.type, None if pointer else named)
    bits = member.get(AT_BIT_SIZE)
    if bits is not None:
        return f"{text} {member.name}:{bits}@bit {member.get(AT_BIT_OFFSET)}"
    return f"{text} {member.name}@{member.get(AT_OFFSET) or 0}"


def method_dies(interface):
    """Name and function type of each member of an interface, in order."""
    for member in interface.children():
        if member.tag != TAG_MEMBER:
            continue
        pointer = strip(member.type)
        function = strip(pointer.type) if pointer.tag == TAG_POINTER else None
        if function is None or function.tag != TAG_SUBROUTINE:
            raise Refused(
                f"struct {interface.name}: member {member.name} is not a "
                "pointer to a function: an interface has nothing but methods")
        yield member.name, function


def shape_of(interface):
    """Canonical text of an interface: a line per method, then a line for each
    type that is named in them and complete. Compare with same_shape()."""
    named = {}
    lines = [f"struct {interface.name}"]
    for name, function in method_dies(interface):
        lines.append(f"  {name}: {function_text(function, named)}")
    known = {}
    while len(known) < len(named):
        for text in sorted(set(named) - set(known)):
            known[text] = layout_text(named[text], named)
    lines += [f"  where {text}: {known[text]}" for text in sorted(known)]
    return "\n".join(lines)


def split_shape(shape):
    methods, where = [], {}
    for line in shape.split("\n"):
        if line.startswith("  where "):
            name, _, text = line[8:].partition(": ")
            where[name] = text
        else:
            methods.append(line)
    return methods, where


def same_shape(one, other):
    """Do two shapes mean the same? A type that only one of them knows from
    inside (the other has just `struct x;`) is no difference."""
    methods, where = split_shape(one)
    other_methods, other_where = split_shape(other)
    return methods == other_methods and all(
        where[name] == other_where[name]
        for name in where if name in other_where
    )


# ---- What a method may look like


def check_interface(interface):
    """Refuse an interface that calls between processes cannot carry."""
    if interface.tag != TAG_STRUCT or interface.get(AT_DECLARATION):
        raise Refused(f"{type_text(interface)} is not an interface: "
                      "it has to be a struct of function pointers")
    for name, function in method_dies(interface):
        check_method(f"struct {interface.name}, method {name}", function)


def check_method(where, function):
    parameters = parameters_of(function)
    if not parameters or type_text(parameters[0]) != "const void *":
        raise Refused(f"{where}: the first parameter has to be CMRX_SELF")
    if is_variadic(function) or len(parameters) > 5:
        raise Refused(f"{where}: at most four parameters after CMRX_SELF; "
                      "lend a struct for more")
    for position, parameter in enumerate(parameters[1:], 1):
        if not is_word(parameter):
            raise Refused(parameter_message(where, position, parameter))
        if is_function_pointer(parameter):
            raise Refused(
                f"{where}: parameter {position} after CMRX_SELF points to a "
                "function, and nobody can call one of another process. Let the "
                "caller publish an event and post to it (CMRX_POSTS), or provide "
                "a service")
    if not is_result(function.type):
        raise Refused(
            f"{where}: the result is {type_text(function.type)}: only void, "
            "integers, enums and pointers of at most 64 bits come back; lend a "
            "struct for more")


def parameter_message(where, position, parameter):
    text, size = type_text(parameter), size_of(parameter)
    return (f"{where}: parameter {position} after CMRX_SELF is {text} "
            f"({size} byte{'s' if size != 1 else ''}). Only integers, enums "
            "and pointers of exactly 4 bytes are carried, and nobody promises "
            "the rest of a narrow one: write uint32_t or int32_t")


def is_integral(die):
    die = strip(die)
    if die.tag in (TAG_ENUM, TAG_POINTER):
        return True
    return die.tag == TAG_BASE and die.get(AT_ENCODING) in (2, 5, 6, 7, 8)


def is_function_pointer(die):
    die = strip(die)
    target = strip(die.type) if die.tag == TAG_POINTER else None
    return target is not None and target.tag == TAG_SUBROUTINE


def is_word(die):
    return strip(die) is not None and is_integral(die) and size_of(die) == 4


def is_result(die):
    return strip(die) is None or (is_integral(die) and size_of(die) <= 8)
