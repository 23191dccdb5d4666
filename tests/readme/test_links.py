"""Promise: every link, anchor and picture of the texts for readers leads somewhere, and each text can be reached."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from urllib.parse import unquote

import pytest

from tests.readme.texts import FOR_CONTRIBUTORS, PROJECT, TEXTS, anchors, links, prose

ALL = [*TEXTS, *FOR_CONTRIBUTORS]
NAMES = [path.name for path in ALL]


@pytest.mark.parametrize("path", ALL, ids=NAMES)
def test_each_link_leads_somewhere(path):
    for is_picture, words, target in links(path):
        assert words.strip(), f"{target} has no words"
        if re.match(r"https?:", target):
            assert not is_picture, f"{target} lies elsewhere"
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / unquote(file)).resolve() if file else path
        assert there.is_relative_to(PROJECT), target
        assert there.exists(), target
        if anchor:
            assert anchor in anchors(there), target


@pytest.mark.parametrize("path", ALL, ids=NAMES)
def test_what_looks_like_a_link_is_one(path):
    """No bracket is left open, and no reference without its definition."""
    rest = re.sub(r"!?\[((?:[^\]\[]|\[[^\]]*\])*)\]\([^)\s]+\)", "", prose(path))
    assert "](" not in rest
    assert not re.search(r"\]\[", rest)


@pytest.mark.parametrize("path", ALL, ids=NAMES)
def test_a_list_of_contents_names_every_part_in_order(path):
    """Where a text begins with a list of its parts, that is complete."""
    listed = re.findall(r"^- \[(.+)\]\(#(.+)\)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    if listed:
        headings = re.findall(r"^## (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert [words for words, _ in listed] == headings


def test_each_text_and_picture_can_be_reached_from_the_readme():
    reached, todo = set(), [PROJECT / "README.md"]
    while todo:
        path = todo.pop()
        if path in reached:
            continue
        reached.add(path)
        if path.suffix == ".md":
            targets = [target.partition("#")[0] for _, _, target in links(path) if not target.startswith("http")]
            todo += [(path.parent / unquote(target)).resolve() for target in targets if target]
    assert set((PROJECT / ".readme").iterdir()) <= reached


@pytest.mark.parametrize("path", sorted((PROJECT / ".readme").glob("*.svg")), ids=lambda path: path.name)
def test_a_drawing_needs_nothing_from_elsewhere(path):
    ET.parse(path)  # noqa: S314 - our own
    urls = set(re.findall(r"https?://[^\s\"')]+", path.read_text(encoding="utf-8")))
    assert {url for url in urls if not url.startswith("http://www.w3.org/")} == set()
