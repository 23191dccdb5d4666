"""Promise: every command and every option has a word of help, and stands in `.readme/commands.md`; no text for readers
names others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from detector.cli import main

PROJECT = Path(__file__).parents[3]
TABLE = PROJECT / ".readme" / "commands.md"
TEXTS = [PROJECT / "README.md", *sorted((PROJECT / ".readme").glob("*.md"))]
OF_ITSELF = {"--help", "--version"}


def leaves(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """All commands that do something, by what is typed for them."""
    if isinstance(command, click.Group):
        for word, each in command.commands.items():
            yield from leaves(each, f"{name} {word}")
    else:
        yield name, command


def options(command: click.Command) -> set[str]:
    return {
        word
        for each in command.params
        if isinstance(each, click.Option)
        for word in each.opts + each.secondary_opts
        if word.startswith("--")  # a short form is told by --help
    }


COMMANDS = dict(leaves(main, "fasciwatch"))


@pytest.fixture(scope="module")
def rows() -> dict[str, tuple[str, str, set[str]]]:
    """The table of commands: of each its arguments, what it does, and its options."""
    table = TABLE.read_text(encoding="utf-8")
    found = {}
    for usage, words, flags in re.findall(r"^\| `(.+?)` \| (.+?) \| (.*?) ?\|$", table, re.MULTILINE):
        name = re.match(r"[a-z ]+[a-z]", usage)[0]
        assert name not in found, f"{name} stands there twice"
        found[name] = usage.removeprefix(name).strip(), words, set(re.findall(r"`(--?[a-z-]+)`", flags))
    return found


def test_every_command_stands_in_the_table_and_no_other(rows):
    assert set(rows) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_stands_beside_its_command_and_no_other(rows, name):
    _, words, flags = rows[name]
    assert words
    assert flags == options(COMMANDS[name]) - OF_ITSELF


@pytest.mark.parametrize("name", COMMANDS)
def test_the_arguments_are_those_of_the_command(rows, name):
    wanted = [each.make_metavar(click.Context(COMMANDS[name])) for each in COMMANDS[name].params if is_argument(each)]
    assert rows[name][0].split() == wanted


def is_argument(parameter: click.Parameter) -> bool:
    return isinstance(parameter, click.Argument)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_has_a_word_of_help(name):
    command = COMMANDS[name]
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not OF_ITSELF & set(parameter.opts):
            assert parameter.help, parameter.opts


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.name)
def test_every_option_that_a_text_names_is_one(text):
    """Its examples name no option that has gone, or is misspelt."""
    known = set().union(*map(options, COMMANDS.values())) | OF_ITSELF
    for call in re.findall(r"fasciwatch ([a-z]+)((?: [^\s`#|]+)*)", text.read_text(encoding="utf-8")):
        assert set(re.findall(r"--[a-z-]+", call[1])) <= known, call
