"""Promise: what the kernels number and what events say in words are the same kinds and flags, none more on any side."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from detector.events import KINDS, Event
from detector.signal import state
from detector.signal.detector import _FLAGS

NO_EVENTS = {"NOTHING", "BEAT"}
"""Numbers among the kinds that no event has: what is none, and a single beat of the pulse."""


def numbered_beside(name: str) -> dict[str, int]:
    """All names that `state` numbers in one statement together with this one."""
    for statement in ast.parse(Path(state.__file__).read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Tuple):
            names = [each.id for each in statement.targets[0].elts]
            if name in names:
                return {each: getattr(state, each) for each in names}
    raise AssertionError(f"{name} is not numbered with others")


def test_kinds():
    numbers = numbered_beside("TWITCH")
    assert {name: number for name, number in numbers.items() if name not in NO_EVENTS} == {
        kind.upper(): number for number, kind in enumerate(KINDS)
    }
    assert set(numbers) >= NO_EVENTS
    assert len(set(numbers.values())) == len(numbers)


def test_flags():
    numbers = numbered_beside("CLIPPED")
    assert {name.lower(): number for name, number in numbers.items()} == {word: number for number, word in _FLAGS}
    assert sorted(numbers.values()) == [1 << bit for bit in range(len(numbers))]


@pytest.mark.parametrize("word", [*KINDS, *(word for _, word in _FLAGS)])
def test_every_one_is_explained(word):
    glossary = Path(__file__).parents[3].joinpath(".readme", "glossary.md").read_text(encoding="utf-8")
    assert f"**{word.replace('_', ' ')}**" in glossary or f"`{word}`" in glossary
    if word not in KINDS:
        assert f"``{word}``" in (Event.__doc__ or "")
