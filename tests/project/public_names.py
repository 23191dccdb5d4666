"""What strangers may rely on, described in words: names to import, commands to type, and what files hold.

``python -m tests.project.public_names`` writes the list beside this file anew.
"""

from __future__ import annotations

import ast
import dataclasses
import enum
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

LIST = Path(__file__).with_suffix(".txt")

MODULES = (
    "detector",
    "detector.coincidence",
    "detector.diary",
    "detector.errors",
    "detector.events",
    "detector.exports",
    "detector.night",
    "detector.recordings",
    "detector.recordings.recording",
    "detector.recordings.wish",
    "detector.report",
    "detector.scoring",
    "detector.series",
    "detector.signal",
    "detector.summary",
    "detector.summary.digest",
    "firmware_bridge",
    "firmware_bridge.errors",
    "firmware_bridge.wearables",
)
"""What a stranger may import. All other modules may change without a word."""

OURS = ("detector", "firmware_bridge")


def described() -> str:
    """Every public name, a line each, in the order of the alphabet."""
    lines = [
        "# What strangers may rely on. Made by: python -m tests.project.public_names",
        "# A change of any line belongs into .github/CHANGELOG.md; see .github/CONTRIBUTING.md, Public names.",
    ]
    known: dict[tuple[str, int], str] = {}
    for name in MODULES:
        lines += ["", f"## {name}", *of_module(importlib.import_module(name), known)]
    lines += ["", "## commands", *of_commands(), "", "## files", *of_files()]
    return "\n".join(lines) + "\n"


def names_of(module: Any) -> list[str]:
    """Names in ``__all__``; where there is none, what the module itself defines without an underscore."""
    if hasattr(module, "__all__"):
        return sorted(module.__all__)
    return sorted(
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
    )


def of_module(module: Any, known: dict[tuple[str, int], str]) -> Iterator[str]:
    """Lines of a module; what stands under another name already is not said twice."""
    for name in names_of(module):
        value = getattr(module, name)
        first = known.setdefault((name, id(value)), module.__name__)
        if first == module.__name__:
            yield from of_value(name, value)
        else:
            yield f"{name}: that of {first}"


def of_value(name: str, value: Any) -> Iterator[str]:
    value = getattr(value, "__wrapped__", value)  # a function whose answers are kept
    if inspect.isclass(value):
        yield from of_class(name, value)
    elif get_origin(value) is Literal:
        yield f"{name} = one of {get_args(value)!r}"
    elif inspect.isfunction(value):
        yield f"{name}{signature(value)}"
    else:
        yield f"{name} = {constant(value)}"


def of_class(name: str, value: type) -> Iterator[str]:
    if issubclass(value, enum.Enum):
        yield f"enumeration {name}"
        yield from (f"    {one.name} = {one.value!r}" for one in value)
        return
    bases = ", ".join(base.__name__ for base in value.__bases__ if base is not object)
    if issubclass(value, Exception):
        yield f"error {name}({bases})"
    elif dataclasses.is_dataclass(value):
        yield f"record {name}"
        for field in dataclasses.fields(value):
            if not field.name.startswith("_"):
                yield f"    {field.name}: {annotation(field.type)}{default_of_field(field)}"
    elif getattr(value, "_is_protocol", False):
        yield f"protocol {name}"
    else:
        yield f"class {name}{signature(value)}"
    yield from of_members(value)


def of_members(value: type) -> Iterator[str]:
    """Public methods and properties, also those of ancestors of ours."""
    found: dict[str, Any] = {}
    for one in value.__mro__:
        if one.__module__.startswith(OURS):
            found = vars(one) | found
    fields = {field.name for field in dataclasses.fields(value)} if dataclasses.is_dataclass(value) else set()
    for name in sorted(set(found) - fields):
        member = found[name]
        if name.startswith("_"):
            continue
        if isinstance(member, property):
            yield f"    {name} -> {annotation(inspect.signature(member.fget).return_annotation)}"
        elif isinstance(member, classmethod | staticmethod):
            yield f"    {type(member).__name__} {name}{signature(member.__func__)}"
        elif inspect.isfunction(member):
            yield f"    {name}{signature(member)}"
        elif type(member).__name__ == "cached_property":
            yield f"    {name} -> {annotation(inspect.signature(member.func).return_annotation)}"


def signature(value: Any) -> str:
    """Parameters with their types and defaults, the same under every version of Python."""
    try:
        found = inspect.signature(value)
    except (TypeError, ValueError):
        return "(...)"
    parts: list[str] = []
    starred = False
    for one in found.parameters.values():
        if one.name in {"self", "cls"}:
            continue
        star = {one.VAR_POSITIONAL: "*", one.VAR_KEYWORD: "**"}.get(one.kind, "")
        if one.kind is one.KEYWORD_ONLY and not starred:
            parts.append("*")
        starred = starred or one.kind in {one.KEYWORD_ONLY, one.VAR_POSITIONAL}
        words = f"{star}{one.name}"
        if one.annotation is not one.empty:
            words += f": {annotation(one.annotation)}"
        if one.default is not one.empty:
            words += f" = {constant(one.default)}"
        parts.append(words)
    given = "" if found.return_annotation in {found.empty, None, "None"} else annotation(found.return_annotation)
    return f"({', '.join(parts)})" + (f" -> {given}" if given and not inspect.isclass(value) else "")


def annotation(value: Any) -> str:
    return value if isinstance(value, str) else inspect.formatannotation(value)


def default_of_field(field: dataclasses.Field[Any]) -> str:
    if field.default is not dataclasses.MISSING:
        return f" = {constant(field.default)}"
    return " = ..." if field.default_factory is not dataclasses.MISSING else ""


def constant(value: Any) -> str:
    """The value where it is made of numbers and words; else what it is."""
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, frozenset):
        return f"frozenset({sorted(value)})"
    try:
        ast.literal_eval(repr(value))
    except (SyntaxError, ValueError):
        return f"<{type(value).__name__}>"
    return repr(value)


def of_commands() -> Iterator[str]:
    """Commands with their arguments and options."""
    import click

    from detector.cli import main

    def walk(command: click.Command, name: str) -> Iterator[str]:
        if isinstance(command, click.Group):
            for word in sorted(command.commands):
                yield from walk(command.commands[word], f"{name} {word}")
            return
        arguments = [each.human_readable_name for each in command.params if isinstance(each, click.Argument)]
        options = sorted(
            word
            for each in command.params
            if isinstance(each, click.Option)
            for word in each.opts + each.secondary_opts
        )
        yield " ".join([name, *arguments, *options])

    return walk(main, "fasciwatch")


def of_files() -> Iterator[str]:
    """What stands in files that others read."""
    from detector.events import EVENT_FIELDS, KINDS
    from detector.exports import FORMATS
    from detector.exports.tables import GAP_FIELDS
    from detector.night import SUFFIX
    from detector.night.schema import APPLICATION_ID, SCHEMA_VERSION, columns_of, definitions
    from detector.recordings.formats import GROUP
    from detector.summary.digest import DIGEST_VERSION
    from detector.summary.judged.labelled import LABELLED_FIELDS

    yield f"kinds of events: {' '.join(KINDS)}"
    yield f"fields of an event: {' '.join(EVENT_FIELDS)}"
    yield f"fields of an event with its label (CSV): {' '.join(LABELLED_FIELDS)}"
    yield f"fields of a gap (CSV): {' '.join(GAP_FIELDS)}"
    yield f"formats of exports: {' '.join(FORMATS)}"
    yield f"entry points of other formats: {GROUP}"
    yield f"digest of a night: version {DIGEST_VERSION}"
    yield f"a night's name ends in: {SUFFIX}"
    yield f"a night's application_id: {APPLICATION_ID:#x}"
    yield f"a night's user_version: {SCHEMA_VERSION}"
    for table in sorted(definitions()):
        yield f"    table {table}: {' '.join(columns_of(table, SCHEMA_VERSION))}"


if __name__ == "__main__":
    LIST.write_text(described(), encoding="utf-8", newline="\n")
    print(f"written: {LIST}")  # noqa: T201 - a tool for developers
