"""The texts for readers, taken apart: fenced blocks, headings, links and pictures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
TEXTS = [PROJECT / "README.md", *sorted((PROJECT / ".readme").glob("*.md"))]
FOR_CONTRIBUTORS = sorted((PROJECT / ".github").glob("*.md"))

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(!?)\[((?:[^\]\[]|\[[^\]]*\])*)\]\(([^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block.

    Parameters
    ----------
    path, line
        The text it stands in, and where.
    language
        What stands beside its fence.
    code
        What is between the fences.
    """

    path: Path
    line: int
    language: str
    code: str

    @property
    def where(self) -> str:
        """Name of the text and line."""
        return f"{self.path.name}:{self.line}"


def blocks(path: Path) -> list[Block]:
    """Return the fenced blocks of a text, in their order."""
    text = path.read_text(encoding="utf-8")
    return [Block(path, text.count("\n", 0, found.start()) + 1, found[1], found[2]) for found in _FENCE.finditer(text)]


def prose(path: Path) -> str:
    """Return a text without its fenced blocks, and without code within lines."""
    return re.sub(r"`[^`\n]+`", "", _FENCE.sub("", path.read_text(encoding="utf-8")))


def links(path: Path) -> list[tuple[bool, str, str]]:
    """Return of each link whether it is a picture, its words, and where it leads; those of a picture's words, too."""
    return [(found[1] == "!", found[2], found[3]) for found in _LINK.finditer(prose(path))]


def anchors(path: Path) -> set[str]:
    """Return the anchors of a text's headings, as GitHub makes them."""
    found: set[str] = set()
    text = _FENCE.sub("", path.read_text(encoding="utf-8"))
    for heading in re.findall(r"^#{1,6} (.+)$", text, re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        plain = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        again = sum(1 for each in found if re.fullmatch(rf"{re.escape(plain)}(-\d+)?", each))
        found.add(f"{plain}-{again}" if again else plain)
    return found
