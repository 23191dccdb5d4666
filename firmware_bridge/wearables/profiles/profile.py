"""What a profile in TOML may say of a wearable of one's own, and what it may not."""

from __future__ import annotations

import re
import stat
import struct
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from firmware_bridge.foreign_text import clean
from firmware_bridge.samples import DETECTABLE_HZ
from firmware_bridge.wearables.profiles.name_pattern import name_pattern

FIELDS = ("sequence", "time", "count", "scale", "skip")
"""What a field of the header may be."""

SAMPLES = {"3b": "i1", "3h": "i2", "3i": "i4", "3f": "f4"}
"""Notations of a sample, and numpy's of one number."""

_KEYS: dict[str, Any] = {
    "name": str,
    "model": str,
    "service": str,
    "data": str,
    "control": str,
    "start": str,
    "stop": str,
    "rate_hz": (int, float),
    "range_g": (int, float),
    "header": str,
    "fields": list,
    "samples": str,
    "scale_g": (int, float),
    "time_unit_s": (int, float),
    "time_of": str,
    "sequence_counts": str,
    "battery": bool,
    "wear": str,
}
_NEEDED = ("name", "model", "service", "data", "rate_hz", "range_g")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHORT_UUID = re.compile(r"[0-9a-f]{4}")
_RANGES = {
    "range_g": (1e-3, 1e5),
    "scale_g": (1e-12, 1e5),
    "time_unit_s": (1e-12, 10.0),
}
"""What each number may be: from the first one, to below the second."""
_SHOWN = 60
LONGEST_FRAME = 512
"""Bytes of a notification at the most: the longest value a characteristic can have (Bluetooth Core, Vol 3, Part F)."""
LARGEST_BYTES = 65_536
"""Of a profile's file."""
_HEADER = re.compile(r"[<>](?:\s*\d{0,3}[xcbB?hHiIlLqQefd])*\s*")
_LONGEST_WORDS = 1100


@dataclass(frozen=True, slots=True)
class Layout:
    """How a notification is laid out.

    Parameters
    ----------
    header
        What stands before the samples.
    fields
        What each of its numbers is, of `FIELDS`.
    dtype
        Of one number of a sample.
    scale_g
        g per unit, where the header holds none.
    time_unit_s
        Unit of the time field.
    time_wraps
        At what number of units it wraps.
    times_first
        Whether the time is that of the first sample rather than the last.
    sequence_wraps
        At what number the sequence wraps.
    counts_samples
        Whether the sequence counts samples rather than frames.
    """

    header: struct.Struct
    fields: tuple[str, ...]
    dtype: np.dtype[Any]
    scale_g: float
    time_unit_s: float
    time_wraps: int
    times_first: bool
    sequence_wraps: int
    counts_samples: bool


def read(path: Path) -> dict[str, Any]:
    """Read what a profile says, checked key by key.

    Returns
    -------
    dict
        Settings by their names, of the types that are meant.

    Raises
    ------
    OSError
        Where the file cannot be read.
    ValueError
        Where it is no TOML, or says something impossible.
    """
    seen = path.stat()
    if not stat.S_ISREG(seen.st_mode):  # a pipe would be waited for
        raise ValueError("it is no file")
    if seen.st_size > LARGEST_BYTES:
        raise ValueError(f"it has more than {LARGEST_BYTES} bytes, and a profile needs few")
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    _check(settings)
    return settings


def _check(settings: dict[str, Any]) -> None:
    """Raise `ValueError` where a key is missing, unknown, or of the wrong type or range."""
    if absent := [key for key in _NEEDED if key not in settings]:
        raise ValueError(f"{', '.join(absent)} must be given")
    for key, value in settings.items():
        _check_value(key, value)
    for key, words in (("time_of", ("first", "last")), ("sequence_counts", ("frames", "samples"))):
        if settings.get(key, words[0]) not in words:
            raise ValueError(f"{key} must be {' or '.join(words)}, not {_shown(settings[key])}")
    name_pattern(settings["name"])
    if any(key in settings for key in ("start", "stop")) and "control" not in settings:
        raise ValueError("start and stop need a control characteristic to be written to")


def _check_value(key: str, value: Any) -> None:
    if key not in _KEYS:
        raise ValueError(f"{_shown(key)} is not known; there are {', '.join(_KEYS)}")
    if not isinstance(value, _KEYS[key]) or (isinstance(value, bool) and _KEYS[key] is not bool):
        raise ValueError(f"{key} = {_shown(value)} is of the wrong type")
    if key == "rate_hz" and not DETECTABLE_HZ[0] <= value <= DETECTABLE_HZ[1]:
        raise ValueError(
            f"rate_hz = {_shown(value)} must be {DETECTABLE_HZ[0]:g} to {DETECTABLE_HZ[1]:g} to tell twitches"
        )
    if key in _RANGES:
        low, high = _RANGES[key]
        if not low <= value < high:
            raise ValueError(f"{key} = {_shown(value)} must be {low:g} or more, and below {high:g}")
    if isinstance(value, str):
        _check_words(key, value)


def _check_words(key: str, value: str) -> None:
    if len(value) > _LONGEST_WORDS:
        raise ValueError(f"{key} has {len(value)} characters, more than {_LONGEST_WORDS}")
    if key in ("model", "wear") and (not value.strip() or clean(value, None) != value):
        raise ValueError(f"{key} = {_shown(value)} holds what cannot be shown, or nothing")
    if key in ("start", "stop"):
        _hex(key, value)


def _shown(value: object) -> str:
    """Write a value that may be of any length into a sentence."""
    try:
        words = repr(value)
    except (ValueError, RecursionError):  # a number of thousands of digits
        words = "what it is"
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"


def _codes(notation: str) -> list[str]:
    """Return the letters of a header's numbers in struct's notation, one each.

    Raises
    ------
    ValueError
        Where it is no such notation, holds what is no number, or is longer than a notification.
    """
    if notation[:1] not in ("<", ">"):
        raise ValueError(f"header = {_shown(notation)} must begin with < (little-endian) or > (big-endian)")
    if not _HEADER.fullmatch(notation):
        raise ValueError(
            f"header = {_shown(notation)} is no layout in struct's notation: numbers are x (spare), b, B, h, H, i, I, "
            "q, Q, e, f, d and ?, each after how many there are, below 1000"
        )
    # By hand, before anything of that length is made.
    parts = [(int(times or 1), code) for times, code in re.findall(r"(\d*)(\S)", notation[1:])]
    if sum(times * struct.calcsize(f"<{code}") for times, code in parts) >= LONGEST_FRAME:
        raise ValueError(f"header = {_shown(notation)} leaves no room in a notification of {LONGEST_FRAME} bytes")
    return [code for times, code in parts for _ in range(times) if code != "x"]


def layout_of(settings: dict[str, Any]) -> Layout:
    """Return how notifications are laid out, by settings as `read` returns them.

    Returns
    -------
    Layout
        How a notification is taken apart.

    Raises
    ------
    ValueError
        Where they say something impossible.
    """
    fields = tuple(settings.get("fields", ()))
    notation = settings.get("header", "<")
    codes = _codes(notation)
    if len(codes) != len(fields) or any(field not in FIELDS for field in fields):
        raise ValueError(f"fields must name each of the header's {len(codes)} numbers, of {', '.join(FIELDS)}")
    if any(fields.count(field) > 1 for field in FIELDS if field != "skip"):
        raise ValueError("fields names one thing twice")
    code_of = dict(zip(fields, codes, strict=True))
    for field in ("sequence", "time", "count"):
        if code_of.get(field, "B") not in "BHIQ":
            raise ValueError(f"{field} must be an unsigned number (B, H, I or Q)")
    if code_of.get("scale", "f") not in "fd":
        raise ValueError("scale must be f or d")
    samples = settings.get("samples", "3h")
    if samples not in SAMPLES:
        raise ValueError(f"samples = {_shown(samples)} is none of {', '.join(SAMPLES)}")
    if "scale" not in fields and "scale_g" not in settings:
        raise ValueError("scale_g must be given where the header has no scale")
    return Layout(
        struct.Struct(notation),
        fields,
        np.dtype(notation[0] + SAMPLES[samples]),
        float(settings.get("scale_g", 1.0)),
        float(settings.get("time_unit_s", 1e-3)),
        1 << 8 * struct.calcsize("<" + code_of.get("time", "I")),
        settings.get("time_of", "first") == "first",
        1 << 8 * struct.calcsize("<" + code_of.get("sequence", "H")),
        settings.get("sequence_counts", "frames") == "samples",
    )


def _hex(key: str, value: str) -> bytes:
    try:
        return bytes.fromhex(value)
    except ValueError as error:
        raise ValueError(f'{key} = {_shown(value)} is not hexadecimal, such as "01 00"') from error


def uuid_of(text: str) -> str:
    """Write a UUID in full and lower case."""
    known = text.strip().lower()
    if _SHORT_UUID.fullmatch(known):
        return f"0000{known}-0000-1000-8000-00805f9b34fb"
    if not _UUID.fullmatch(known):
        raise ValueError(f"{_shown(text)} is no UUID")
    return known
