"""Promise: every example of the texts for readers is run as it stands, or is listed with the reason why not; what they
show as printed has the shape of what is."""

from __future__ import annotations

import re
import shlex
import sys

import click
import pytest

from detector.cli import main
from tests.readme.not_run import ELSEWHERE, NOT_RUN
from tests.readme.texts import PROJECT, TEXTS, Block, blocks

HAVE_RECORDED = {"person.md", "clinician.md"}
"""Texts whose reader has nights of their own by then."""

LANGUAGES = {"sh", "python", "text", "toml"}


def is_listed(block: Block) -> bool:
    return any(block.path.name == name and block.code.startswith(begin) for name, begin in NOT_RUN)


def is_run(block: Block) -> bool:
    return block.language in {"sh", "python"} and not is_listed(block) and block.path.name not in ELSEWHERE


RUN = [path for path in TEXTS if any(map(is_run, blocks(path)))]


@pytest.mark.skipif(sys.platform == "win32", reason="the examples are written for a POSIX shell")
@pytest.mark.parametrize("path", RUN, ids=lambda path: path.name)
def test_the_examples(path, who):
    """From the top of a text to its end, as somebody does who follows it."""
    reader = who(path.name in HAVE_RECORDED)
    printed = ""
    for block in blocks(path):
        if is_run(block):
            printed = reader.type(block)
        elif block.language == "text" and not is_listed(block):
            assert_printed(block, printed)


def assert_printed(block: Block, printed: str) -> None:
    """See that the lines of a block were printed in that order: in their shape, for numbers and times may differ."""
    lines = map(shape, printed.splitlines())
    for line in filter(None, map(shape, block.code.splitlines())):
        assert line in lines, f"{block.where}: {line!r} was not printed, or not there:\n{printed}"


def shape(line: str) -> str:
    """Return a line with each number as 0 and each bar as one stroke."""
    return re.sub(r"█+", "█", re.sub(r"\d+([.:]\d+)*", "0", line)).strip()


def test_a_shape_is_that_of_other_numbers_and_no_other_words():
    assert shape("  22:00    24 ████ (10 min)") == shape("  23:00    24 ██ (9 min)")
    assert shape("22 twitches") != shape("22 movements")


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_each_block_says_what_it_is(path):
    assert {block.language for block in blocks(path)} <= LANGUAGES


def test_a_text_with_a_test_of_its_own_has_it():
    for name, test in ELSEWHERE.items():
        assert name in {path.name for path in TEXTS}
        assert name in (PROJECT / test).read_text(encoding="utf-8")


def test_what_is_not_run_is_listed_once_and_still_there():
    found = [(path.name, each.code) for path in TEXTS for each in blocks(path)]
    for name, begin in NOT_RUN:
        assert sum(text == name and code.startswith(begin) for text, code in found) == 1, (name, begin)
    assert all(reason for reason in NOT_RUN.values())


@pytest.mark.parametrize(
    "block", [each for path in TEXTS for each in blocks(path) if is_listed(each)], ids=lambda block: block.where
)
def test_what_is_not_run_is_a_command_all_the_same(block):
    """Each command of fasciwatch is parsed, up to the point at which it would begin."""
    for line in block.code.splitlines():
        words = shlex.split(line, comments=True)
        if words[:1] == ["fasciwatch"]:
            parse(words[1:])


def parse(words: list[str]) -> None:
    command: click.Command = main
    context = None
    while isinstance(command, click.Group):
        context = click.Context(command, parent=context, info_name=command.name)
        command = command.commands[words.pop(0)]
    command.make_context(command.name, words, parent=context)
