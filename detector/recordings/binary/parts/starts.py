"""The start that a file states beside its table: a number, a date in words, or date and time of day apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.errors import RecordingError
from detector.recordings.text.dates.stamps import recognise
from detector.recordings.timing.utc import MISSING, to_utc
from firmware_bridge.foreign_text import clean
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from detector.recordings.wish import Wish

CENTURY_S = (1e8, 4.2e9)
"""Seconds since 1970 that are meant as dates: 1973 to 2103."""
_SCALES = (1, 10**3, 10**6, 10**9)
_WHOSE = (
    r"(?:recording|acquisition|measurement|meas|session|file|first|absolute|unix|utc|epoch|time ?stamp|acc\w*|data)"
)
_WHAT = r"(?:time|date|datetime|time ?stamp|stamp|utc|unix|epoch|local|at|of|recording|ns|us|ms|s|sec|seconds|iso)"
_NAMED = re.compile(
    rf"(?:{_WHOSE} )*(?:start(?:ed|ing)?|begin|began|beginning|t ?0)(?:time|date)?(?: {_WHAT})*"
    r"|(?:recording|acquisition|measurement|meas) (?:date|time|datetime|time ?stamp)(?: (?:time|utc))?"
)
_LONGEST = 64


def start_of(facts: Iterable[tuple[str, Any]], path_name: str, wish: Wish) -> tuple[int | None, list[str]]:
    """Find the start among what a file says of itself.

    Parameters
    ----------
    facts
        Names and values; of a name such as ``group/start`` the last part counts.
    path_name
        Name of the file, for messages.
    wish
        What the user says of zone and dates.

    Returns
    -------
    int or None, list of str
        In ns since 1970-01-01 UTC, None where nothing says it; and what to tell where it is used: which was taken, or
        not understood.
    """
    facts = list(facts)
    named = [(name, value) for name, value in facts if _NAMED.fullmatch(_plain(name))]
    apart = {_plain(name): _words(value) for name, value in reversed(facts) if _plain(name) in ("date", "time")}
    if len(apart) > 1:
        named.append(("date and time", f"{apart['date']} {apart['time']}"))
    lost: list[str] = []
    notes: list[str] = []
    for name, value in named:
        ns = _number(value)
        ns = ns if ns is not None else _text(_words(value), path_name, wish, notes)
        if ns is not None:
            when = np.datetime_as_string(np.datetime64(round(ns / 1e6), "ms")).replace("T", " ")
            notes.append(f"Its start is that of its {clean(name)!r}: {when} UTC.")
            return ns, notes
        if re.search(r"\d\D+\d", _words(value)):
            lost.append(f"The start that its {clean(name)!r} states, {clean(_words(value))!r}, is not understood.")
    return None, lost[:1]


def _plain(name: str) -> str:
    """Return a name in small words, such as ``start time`` of ``StartTime``."""
    last = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.rpartition("/")[2])
    return " ".join(re.findall(r"[a-z]+|\d+", last.lower()))


def _words(value: Any) -> str:
    first = np.asarray(value).ravel()[:1].tolist()
    word = first[0] if first else ""
    return (word.decode("utf-8", "replace") if isinstance(word, bytes) else str(word)).strip()[:_LONGEST]


def _number(value: Any) -> int | None:
    """Return a number that is an epoch, in words or not, or a date of numpy's; None for anything else."""
    first = np.asarray(value).ravel()[:1]
    if first.dtype.kind == "M" and len(first) and not np.isnat(first[0]):
        seconds = int(first.astype("datetime64[s]").astype(np.int64)[0])
        return int(first.astype("datetime64[ns]").astype(np.int64)[0]) if abs(seconds) < CENTURY_S[1] else None
    words = _words(value)
    if not re.fullmatch(r"\d{9,19}(\.\d+)?(e\+?\d+)?", words):
        return None
    for scale in _SCALES:
        if CENTURY_S[0] * scale < float(words) < CENTURY_S[1] * scale:
            if words.isdigit():
                return int(words) * (NS // scale)
            whole = int(float(words))
            return whole * (NS // scale) + round((float(words) - whole) * (NS // scale))
    return None


def _text(words: str, path_name: str, wish: Wish, notes: list[str]) -> int | None:
    """Read a date and time in words."""
    told: list[str] = []
    try:
        found = recognise(path_name, [words], [], told, order=wish.dates, zone_said=wish.zone_said)
    except RecordingError:  # day or month first, or a zone of several: the samples can be read all the same
        return None
    if found is None or not found.is_date:
        return None
    ns = found.to_ns(np.array([words.encode("latin-1", "replace")]))
    if ns[0] == MISSING:
        return None
    notes += told
    if not found.is_local:
        return int(ns[0])
    if not found.zone:
        notes.append(f"Its start has no time zone and was taken as {wish.timezone}.")
    return int(to_utc(ns, found.zone or wish.timezone)[0])
