"""Promise: what the guide for a person says that the program says is what it says."""

from __future__ import annotations

import re

import pytest

from tests.readme.texts import PROJECT

GUIDE = PROJECT / ".readme" / "person.md"


@pytest.fixture(scope="module")
def source():
    """All that the packages may say, each sentence in one piece."""
    files = [path for package in ("detector", "firmware_bridge") for path in (PROJECT / package).rglob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    return re.sub(r'"\s*\n\s*f?"', "", text)


def quoted():
    """Quotations in the first column of its two tables, each in the pieces that are between numbers and names."""
    text = GUIDE.read_text(encoding="utf-8")
    for heading in ("## The first morning", "## When it says something else"):
        table = text.split(heading, 1)[1].split("\n## ", 1)[0]
        for cell in re.findall(r"^\| (`.+?) \|", table, re.MULTILINE):
            yield from re.findall(r"`([^`]+)`", cell)


@pytest.mark.parametrize("words", list(quoted()))
def test_it_says_so(source, words):
    pieces = [piece.strip(" :;,.()%") for piece in re.split(r"\.\.\.|\d+(?:\.\d+)?", words)]
    assert any(map(str.strip, pieces))
    for piece in filter(None, pieces):
        assert piece in source, piece
