"""Words that somebody else has chosen: the names of wearables and files, serial numbers, what a foreign night says.

Whoever advertises over Bluetooth, or hands a file on, could otherwise write to the terminal of who reads it: move its
cursor, change its title, write a line that looks like this program's, or turn a name around. So each of these words
goes through `clean` where it comes in, and everything that is said goes through it once more.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 80
"""Characters of a name at the most; the longest that Bluetooth's own description of a device allows is 248 bytes."""

STAND_IN = "\N{REPLACEMENT CHARACTER}"
"""Stands for what cannot be shown."""

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What changes the direction of what follows (Unicode Standard Annex 9)."""
_UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Controls (C0 and C1), halves of characters, and separators of lines and paragraphs."""
_OTHER_UNSEEN = frozenset("\u00ad\u180e\u200b\u2060\u2061\u2062\u2063\u2064\ufeff\ufff9\ufffa\ufffb")
_TAGS = range(0xE0000, 0xE0080)

_PLAIN = re.compile(r"[\x20-\x7e]*")
_FORMULA = ("=", "+", "-", "@")
_NOT_IN_A_NAME = re.compile(r'[<>:"/\\|?*]')
"""What Windows allows in no file's name; a slash is none anywhere."""
_LONGEST_NAME_BYTES = 120


def clean(words: str, longest: int | None = LONGEST) -> str:
    """Return words that can be shown: without controls, marks of direction and what else cannot be seen.

    Parameters
    ----------
    words
        As they came.
    longest
        Characters at the most; the rest is cut off, with an ellipsis in its place. None for no limit.

    Returns
    -------
    str
        One line, without space around it. Trailing zeros, with which firmware fills up its names, are left out; what
        else cannot be shown becomes `STAND_IN`. Words that can be shown stay as they are.
    """
    if not _PLAIN.fullmatch(words):
        words = words.rstrip("\0")
        # Space at the ends, line breaks among it, is nobody's name.
        words = "".join(STAND_IN if _is_unseen(letter) else letter for letter in words.strip())
    words = words.strip()
    return words if longest is None or len(words) <= longest else f"{words[: longest - 1]}…"


def line(words: str) -> str:
    """Return words of this program's own, with foreign ones in them, as one line that can be shown, however long."""
    if _PLAIN.fullmatch(words):
        return words
    return "".join(STAND_IN if _is_unseen(letter) else letter for letter in words)


def cell(words: str) -> str:
    """Return words as a cell of a table that a spreadsheet takes for no formula."""
    return f"'{words}" if words.startswith(_FORMULA) else words


def file_name(words: str) -> str:
    """Return words as part of a file's name, on every system, that no shell takes for an option or a hidden file."""
    name = " ".join(_NOT_IN_A_NAME.sub("_", line(words)).replace(STAND_IN, "_").split()).lstrip(".-~ ")
    short = name.encode()[:_LONGEST_NAME_BYTES].decode("utf-8", "ignore").rstrip(". ")
    return short or "unnamed"


def _is_unseen(letter: str) -> bool:
    return unicodedata.category(letter) in _UNSEEN or letter in _BIDI or letter in _OTHER_UNSEEN or ord(letter) in _TAGS
