"""Promise: what the page on the Raspberry Pi tells to type is there, it leaves out no extra, and its links lead
somewhere; what is asked of the package index is what pyproject.toml wants."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click

from benchmarks.__main__ import suites
from benchmarks.wheels import wanted
from detector.cli import main

PAGE = Path(__file__).resolve().parents[2] / ".readme" / "raspberry-pi.md"
WORDS = PAGE.read_text(encoding="utf-8")


def typed() -> list[list[str]]:
    """The words after each ``fasciwatch`` in the page's examples, up to a comment."""
    lines = [
        line
        for block in re.findall(r"^```sh\n(.*?)^```", WORDS, re.DOTALL | re.MULTILINE)
        for line in block.splitlines()
    ]
    lines += re.findall(r"`(fasciwatch [^`]+)`", WORDS)
    found = []
    for line in lines:
        words = shlex.split(line, comments=True)
        at = next((i for i, word in enumerate(words) if word == "fasciwatch" or word.endswith("/bin/fasciwatch")), None)
        if at is not None and words[at + 1 :]:
            found.append(words[at + 1 :])
    return found


def test_its_commands_and_options_are_there():
    assert len(typed()) >= 8
    for words in typed():
        command: click.Command = main
        rest = iter(words)
        while isinstance(command, click.Group):
            command = command.commands[next(rest)]
        known = {option for each in command.params for option in each.opts + each.secondary_opts}
        assert {word.partition("=")[0] for word in words if word.startswith("--")} <= known, command.name


def test_its_benchmarks_are_there():
    asked = re.findall(r"python -m benchmarks (\S+?)(?: --(\S+) (\w+))?`", WORDS)
    assert len(asked) >= 4
    for name, option, _ in asked:
        assert name in suites.commands
        assert not option or f"--{option}" in {word for each in suites.commands[name].params for word in each.opts}


def test_it_tells_of_every_extra(project):
    table = WORDS.split("| extra |", 1)[1].split("\n\n", 1)[0]
    assert set(re.findall(r"`(\w+)`", table)) == set(project["project"]["optional-dependencies"])
    assert "| core |" in table


def test_its_links_lead_somewhere():
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", WORDS):
        assert link.startswith("https://") or (PAGE.parent / link).exists(), link


def test_an_extra_is_asked_for_with_those_it_takes_along(project):
    needs = wanted()
    assert set(needs) == {"core", *project["project"]["optional-dependencies"]}
    assert set(needs["parquet"]) <= set(needs["test"])
    assert not [each for listed in needs.values() for each in listed if each.startswith("fasciwatch")]
