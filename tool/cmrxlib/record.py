"""record.py - plain data: a class of named fields, as dataclasses has them.

Each step of a build is a start of Python, and to import dataclasses took it longer
than any of our modules: 1200 times in all tests. This is the part of it that is
used here: @record with defaults and field(default_factory=...), frozen=True,
asdict() and replace().
"""


class Factory:
    """What makes a default for each record."""

    def __init__(self, make):
        self.make = make


def field(default_factory):
    return Factory(default_factory)


def initializer(cls, names):
    """__init__ of a class, compiled from its text: calls are as quick as any."""
    known, arguments, lines = {"__builtins__": {}}, [], []
    for name in names:
        argument = value = name
        if name in vars(cls):
            default = known[f"of_{name}"] = vars(cls)[name]
            argument = f"{name}=of_{name}"
            if isinstance(default, Factory):
                value = f"of_{name}.make() if {name} is of_{name} else {name}"
                delattr(cls, name)
        arguments.append(argument)
        lines.append(f" fields[{name!r}] = {value}")
    exec(f"def __init__(self, {', '.join(arguments)}):\n fields = self.__dict__\n"
         + "\n".join(lines), known)
    return known["__init__"]


def values(self):
    return tuple(self.__dict__[name] for name in self.FIELDS)


def is_equal(self, other):
    if other.__class__ is not self.__class__:
        return NotImplemented
    return values(self) == values(other)


def text(self):
    return f"{self.__class__.__qualname__}(" + ", ".join(
        f"{name}={value!r}" for name, value in zip(self.FIELDS, values(self))) + ")"


def refuse(self, name, *_):
    raise AttributeError(f"{self.__class__.__qualname__}.{name} is frozen")


def record(cls=None, frozen=False):
    if cls is None:
        return lambda cls: record(cls, frozen)
    cls.FIELDS = tuple(cls.__annotations__)
    cls.__init__ = initializer(cls, cls.FIELDS)
    cls.__eq__, cls.__repr__, cls.__hash__ = is_equal, text, None
    if frozen:
        cls.__setattr__ = cls.__delattr__ = refuse
        cls.__hash__ = lambda self: hash(values(self))
    return cls


def asdict(value):
    """A record as a dictionary, and all that is in it; lists are copied."""
    if hasattr(value, "FIELDS"):
        return {name: asdict(value.__dict__[name]) for name in value.FIELDS}
    if isinstance(value, dict):
        return {asdict(key): asdict(item) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)([asdict(item) for item in value])
    return value


def replace(record_, **changes):
    """A copy with some fields changed."""
    return record_.__class__(**{**dict(zip(record_.FIELDS, values(record_))),
                                **changes})
