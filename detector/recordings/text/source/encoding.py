"""The encoding of a text, and its first lines."""

from __future__ import annotations

import re
import unicodedata

from detector.recordings.head import HEAD_BYTES

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_WIDE = 0.9
"""Share of every other byte that is 0 in UTF-16 of mostly ASCII."""
_LEAST = 8
_CHINESE = "CJK UNIFIED"
_EASTERN = {
    "cp949": re.compile("가속도|시간"),
    "cp932": re.compile("時間|時刻"),
    "gb18030": re.compile("加速度"),
    "big5": re.compile("加速度|時間"),
}
"""Encodings, and words by which they are told: every text is one in some of them."""


def is_text(head: bytes) -> bool:
    """Tell whether a file is text by its beginning: whole lines without control characters, or UTF-16.

    What a crash has left unwritten at the end, NUL bytes, does not count.
    """
    if encoding_of(head).startswith("utf-16"):
        return True
    lines = whole_lines(head.rstrip(b"\0\x1a"), cut=len(head) == HEAD_BYTES)
    return bool(lines.strip()) and _CONTROL.search(lines) is None


def whole_lines(head: bytes, *, cut: bool) -> bytes:
    """Leave out the line that is cut off where the beginning of a file ends."""
    return head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1] if cut else head


def encoding_of(head: bytes) -> str:
    """Name the encoding of a text by its beginning."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    some = head[: 1 << 12]
    if len(some) >= _LEAST:
        for at, name in ((1, "utf-16-le"), (0, "utf-16-be")):
            wide, narrow = some[at::2], some[1 - at :: 2]
            if wide.count(0) >= _WIDE * len(wide) and narrow.count(0) == 0:
                return name
    body = whole_lines(head.rstrip(b"\0"), cut=len(head) == HEAD_BYTES)
    for name in ("utf-8", *_EASTERN):
        try:
            text = body.decode(name)
        except UnicodeDecodeError:
            continue
        if name == "utf-8" or _EASTERN[name].search(text) or (name == "gb18030" and _is_chinese(text)):
            return name
    return "latin-1"  # older Windows exports; it can only matter in the header


def _is_chinese(text: str) -> bool:
    """Tell whether what is not ASCII is Chinese throughout; the letters of other languages decode to rare signs."""
    foreign = [sign for sign in text if ord(sign) > 127]  # noqa: PLR2004 - ASCII
    chinese = sum(
        unicodedata.name(sign, "").startswith(_CHINESE) or sign in "\u00b0\uff08\uff09\uff1a\uff0c\u00b2"
        for sign in foreign
    )
    return len(foreign) >= 2 and chinese == len(foreign) and "加" in text  # noqa: PLR2004


def first_lines(head: bytes) -> tuple[list[str], str]:
    """Decode the first whole lines of a text; gives its encoding, too."""
    encoding = encoding_of(head)
    if encoding.startswith("utf-16"):
        text = head[: len(head) // 2 * 2].decode(encoding, "replace")
        if len(head) == HEAD_BYTES:
            text = text[: text.rfind("\n") + 1] or text
    else:
        text = whole_lines(head.rstrip(b"\0"), cut=len(head) == HEAD_BYTES).decode(encoding, "replace")
    text = text.removeprefix("\ufeff").replace("\0", "")
    # As the rows are counted: by line feeds, or by carriage returns where there are no line feeds.
    if "\n" not in text:
        text = text.replace("\r", "\n")
    return [line.rstrip("\r") for line in text.split("\n")], encoding
