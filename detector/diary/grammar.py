"""Treatments as a person types them and as a table holds them.

Such as ``massage: 20 min @ 18:30; baclofen: 10 mg; stretching``.
A backslash takes a character as it is, where a name has one of these signs in it. ``none`` says that there were none.
"""

from __future__ import annotations

import re
from datetime import time

from detector.diary.entries import Treatment, number_in, plain

NONE = "none"
_SIGNS = "\\;:@"
_AMOUNT = re.compile(r"([0-9]+(?:[.,][0-9]+)?)\s*(.*)", re.DOTALL)
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::00)?")


def treatments_in(words: str) -> tuple[Treatment, ...]:
    """Read treatments.

    Returns
    -------
    tuple of Treatment
        In their order; empty for ``none``.

    Raises
    ------
    ValueError
        Where one cannot be read, or cannot be.
    """
    if words.strip().casefold() == NONE:
        return ()
    parts = _split(words, ";")
    return tuple(treatment_in(part) for part in parts if part.strip())


def treatment_in(words: str) -> Treatment:
    """Read one treatment; raises as `treatments_in`."""
    name, *rest = _split(words, ":", 1)
    if not rest:  # a time alone: "massage @ 18:30"
        name, *at = _split(words, "@", 1)
        if at:
            return Treatment(_plainly(name), at=_time(at[0]))
        return Treatment(_plainly(name))
    before, *colon_in_time = _split(name, "@", 1)
    if colon_in_time:  # the first colon was that of a time
        return Treatment(_plainly(before), at=_time(f"{colon_in_time[0]}:{rest[0]}"))
    much, *at = _split(rest[0], "@", 1)
    amount, unit = None, ""
    if much.strip():
        found = _AMOUNT.fullmatch(much.strip())
        if found is None:
            raise ValueError(f"{much.strip()[:30]!r} is no amount such as 20 min")
        amount, unit = number_in(found[1]), _plainly(found[2])
    return Treatment(_plainly(name), amount, unit, _time(at[0]) if at else None)


def in_words(treatments: tuple[Treatment, ...] | None) -> str:
    """Write treatments so that `treatments_in` reads the same; "" for None."""
    if treatments is None:
        return ""
    if not treatments:
        return NONE
    told = "; ".join(map(treatment_words, treatments))
    return f"\\{told}" if told.casefold() == NONE else told


def treatment_words(each: Treatment) -> str:
    """Write one treatment."""
    words = _escaped(each.name)
    if each.amount is not None:
        words += f": {plain(each.amount)} {_escaped(each.unit)}".rstrip(" ")
    if each.at is not None:
        words += f" @ {each.at:%H:%M}"
    return words


def _time(words: str) -> time:
    form = _TIME.fullmatch(words.strip())
    if form is None:
        raise ValueError(f"{words.strip()[:20]!r} is no time of day such as 18:30")
    return time(int(form[1]), int(form[2]))


def _split(words: str, sign: str, most: int = 0) -> list[str]:
    """Split at a sign that no backslash stands before."""
    parts: list[str] = []
    begun: list[str] = []
    escaped = False
    for letter in words:
        if not escaped and letter == sign and (not most or len(parts) < most):
            parts.append("".join(begun))
            begun = []
            continue
        begun.append(letter)
        escaped = letter == "\\" and not escaped
    return [*parts, "".join(begun)]


def _escaped(words: str) -> str:
    return "".join(f"\\{letter}" if letter in _SIGNS else letter for letter in words)


def _plainly(words: str) -> str:
    return re.sub(r"\\(.)", r"\1", words, flags=re.DOTALL)
