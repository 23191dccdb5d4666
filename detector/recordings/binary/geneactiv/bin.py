"""GENEActiv's .bin: a header in words, then pages of 300 samples as hexadecimal digits.

A page says its number, the time of its first sample by the device's clock and the rate; the header the zone of that
clock, and each axis's gain and offset (GENEActiv instructions, appendix: acceleration = (100 · count - offset) / gain).
There is no checksum: a page that is no page, or whose digits are none, is a gap, and a stamp that contradicts both
neighbours, while the pages are counted on, is not believed.
"""

from __future__ import annotations

import calendar
import re
from array import array
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from detector.errors import RecordingError
from detector.recordings.binary.parts.build import Device, build, refuse_columns, zone_shift
from detector.recordings.binary.parts.files import portions
from detector.recordings.binary.parts.laying import Line
from detector.recordings.binary.parts.order import arrange, words
from detector.recordings.binary.parts.told import MINUTE_NS, Told
from detector.recordings.head import is_packed
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

    from detector.recordings.recording import Recording
    from detector.recordings.wish import Wish

FORMAT = "GENEActiv bin"
_BEGINS, _PAGE = b"Device Identity", b"\nRecorded Data"
"""How a file, and a page, begins: a line of its own, for notes about the subject may hold any words."""
_PORTION = 1 << 20
_LARGEST_PAGE = 1 << 14
"""Bytes of a page, four times over."""
_FEWEST_DIGITS = 12
"""Of a sample."""
_MOST_SAMPLES = 300
_STEP, _STEP_NS, _BACK_NS = 1.5, 30_000_000, 100_000_000
_STRAY_NS = NS // 4
"""A stamp that is off its neighbours' by more is none; the device writes halves of seconds."""
_NEAR = 0.1
_AT_ONCE = 256
"""Pages read at a time, where they stand here and there."""
_FARTHEST_H = 14
"""No zone is further from GMT."""
_PARTS = re.compile(
    rb"\s*\n(?:Device Unique Serial Code:[^\n]*\n\s*)?Sequence Number:(\d{1,9})\s*\n"
    rb"Page Time:(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d):(\d{3})\s*\n(?:Unassigned:[^\n]*\n\s*)?"
    rb"Temperature:([-\d.,]{1,12})\s*\nBattery voltage:([\d.,]{1,12})\s*\n(?:Device Status:[^\n]*\n\s*)?"
    rb"Measurement Frequency:([\d.,]{1,12})\s*\n"
)
_HEX = b"0123456789ABCDEFabcdef"

READS_GZIP = True
"""It is unpacked on the way where it is packed."""


def recognises(head: bytes, path: Path) -> bool:
    """Tell whether a file is one."""
    del path
    return head.startswith(_BEGINS) and (b"GENEActiv" in head[:4096] or _PAGE in head)


class _Header(NamedTuple):
    """What the header says."""

    serial: str
    rate_hz: float
    gains: tuple[float, float, float]
    offsets: tuple[float, float, float]
    offset_s: int | None
    pages: int | None


class _Page(NamedTuple):
    """One page whose every part is sound; `digits` is the place in the file at which its digits begin."""

    sequence: int
    ns: int
    celsius: float
    volts: float
    digits: int
    samples: int
    rate_hz: float


@dataclass(slots=True)
class _Survey:
    """What the first pass finds: as arrays, for a fortnight has tens of thousands of pages."""

    sequence: array[int] = field(default_factory=partial(array, "q"))
    ns: array[int] = field(default_factory=partial(array, "q"))
    counts: array[int] = field(default_factory=partial(array, "q"))
    digits: array[int] = field(default_factory=partial(array, "q"))
    after_damage: bytearray = field(default_factory=bytearray)
    told: Told = field(default_factory=Told)
    damaged: int = 0
    rates: set[float] = field(default_factory=set)


def open(path: Path, wish: Wish) -> Recording:
    """Open a recording, and check every page of it.

    Raises
    ------
    RecordingError
        Where its header does not say what the numbers mean, or no page is sound.
    """
    refuse_columns(path, wish, FORMAT)
    header = _header(path)
    notes: list[str] = []
    found = _survey(path, notes)
    if not found.ns:
        raise RecordingError(f"{path.name} holds no sound page of samples: extract it from the device again.")
    if found.damaged:
        notes.append(f"{found.damaged} of {found.damaged + len(found.ns)} pages are damaged and left out as gaps.")
    if header.pages is not None and len(found.ns) + found.damaged < header.pages:
        notes.append(f"Its header tells of {header.pages} pages, and {len(found.ns) + found.damaged} are there.")
    short = sum(count < _MOST_SAMPLES for count in found.counts)
    if short:
        notes.append(f"{short} page(s) hold fewer than {_MOST_SAMPLES} samples: cut off, or the last of the recording.")
    notes += _put_in_order(found, path)
    shift_ns = zone_shift(found.ns[0], wish, header.offset_s, "its header", notes)
    rate_hz = header.rate_hz
    if rate_hz not in found.rates and len(found.rates) == 1 and 1 <= (said := min(found.rates)) <= 1000:
        notes.append(f"Its header says {rate_hz:g} Hz, but its pages {said:g} Hz, which was taken.")
        rate_hz = said
    line, rows = _line(found, rate_hz, notes)
    device = Device(FORMAT, header.serial, rate_hz, 100.0 / sorted(map(abs, header.gains))[1])
    pieces = line.pieces(rows, shift_ns)
    places, counts = np.frombuffer(found.digits, np.int64), np.frombuffer(found.counts, np.int64)
    read = partial(_read, path, header, places, counts)
    return build(path, wish, device, pieces, read, notes=notes, readings=found.told.shifted(shift_ns))


def _header(path: Path) -> _Header:
    """Read what stands before the first page."""
    head = next(portions(path, 1 << 16), b"").split(_PAGE)[0].decode("latin-1")
    lines = dict(line.strip().split(":", 1) for line in head.splitlines() if ":" in line)
    try:
        rate_hz = float(lines["Measurement Frequency"].lower().replace("hz", "").replace(",", "."))
        gains = tuple(float(lines[f"{axis} gain"].replace(",", ".")) for axis in "xyz")
        offsets = tuple(float(lines[f"{axis} offset"].replace(",", ".")) for axis in "xyz")
        if not (1 <= rate_hz <= 1000 and all(1e3 < abs(gain) < 1e6 for gain in gains)):
            raise ValueError
        if not all(abs(offset) < 1e6 for offset in offsets):
            raise ValueError
    except (KeyError, ValueError):
        raise RecordingError(
            f"{path.name} is a file of the format {FORMAT} whose header does not tell its rate or calibration: "
            "extract it from the device again."
        ) from None
    pages = lines.get("Number of Pages", "").strip()
    serial = lines.get("Device Unique Serial Code", "").strip()
    return _Header(
        serial,
        rate_hz,
        (gains[0], gains[1], gains[2]),
        (offsets[0], offsets[1], offsets[2]),
        _offset(lines.get("Time Zone", "")),
        int(pages) if pages.isdecimal() else None,
    )


def _offset(words: str) -> int | None:
    """Return an offset such as ``GMT -05:00`` in s, None where it is none."""
    zone = re.match(r"\s*(?:GMT|UTC)\s*(?:([+-])(\d{1,2}):?(\d\d)?)?\s*$", words)
    if zone is None or int(zone[2] or 0) > _FARTHEST_H:
        return None
    return (int(zone[2] or 0) * 3600 + int(zone[3] or 0) * 60) * (-1 if zone[1] == "-" else 1)


def _pages(path: Path, notes: list[str]) -> Iterator[list[_Page | None]]:
    """Yield the pages, some at a time; None stands for one that is damaged."""
    left, begins = b"", 0
    for data in portions(path, _PORTION, notes):
        # What stands before the first page is the header, and what follows the last mark may go on.
        text = left + data
        last = text.rfind(_PAGE)
        if last < 0:
            left = text[-len(_PAGE) :]
            begins += len(text) - len(left)
            continue
        at = text.find(_PAGE)
        pages = []
        for part in text[at:last].split(_PAGE)[1:]:
            at += len(_PAGE)
            pages.append(_page(part, begins + at))
            at += len(part)
        yield pages
        left = text[last : last + _PORTION]
        begins += last
    if left.startswith(_PAGE):
        yield [_page(left[len(_PAGE) :], begins + len(_PAGE))]


def _page(part: bytes, begins: int) -> _Page | None:
    """Understand what follows the words that begin a page, and where it does."""
    part = part.rstrip(b"\0 \r\n")
    found = _PARTS.match(part + b"\n") if len(part) < _LARGEST_PAGE else None
    if found is None:
        return None
    digits = part[found.end() :].rstrip()
    if digits.translate(None, _HEX):
        return None
    year, month, day, hour, minute, second, ms = (int(found[i]) for i in range(2, 9))
    count = len(digits) // _FEWEST_DIGITS
    if not (1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second < 60):
        return None
    if not 0 < count <= _MOST_SAMPLES or not 1970 <= year < 2200:
        return None
    try:
        celsius, volts, rate_hz = (float(found[i].replace(b",", b".")) for i in (9, 10, 11))
    except ValueError:
        return None
    ns = calendar.timegm((year, month, day, hour, minute, second)) * NS + ms * 1_000_000
    return _Page(int(found[1]), ns, celsius, volts, begins + found.end(), count, rate_hz)


def _survey(path: Path, notes: list[str]) -> _Survey:
    """Look at every page."""
    found = _Survey()
    damaged = False
    for pages in _pages(path, notes):
        for page in pages:
            if page is None:
                found.damaged += 1
                damaged = True
                continue
            found.sequence.append(page.sequence)
            found.ns.append(page.ns)
            found.counts.append(page.samples)
            if len(found.rates) < 2:
                found.rates.add(page.rate_hz)
            found.digits.append(page.digits)
            found.after_damage.append(damaged)
            damaged = False
            last_ns = found.told.last_ns
            if last_ns is None or abs(page.ns - last_ns) >= MINUTE_NS:
                found.told.add((page.ns,), (page.celsius,), (page.volts,))
    return found


def _put_in_order(found: _Survey, path: Path) -> list[str]:
    """Sort the pages by their numbers, each once; tells what was done. Those of a packed file stay as they are."""
    numbers = np.array(found.sequence, np.int64)
    order, moved, repeated = arrange(numbers, np.array(found.ns, np.int64), np.array(found.counts, np.int64))
    if moved:
        with path.open("rb") as file:
            if is_packed(file):
                return []
    if moved or repeated:
        some = order.tolist()
        found.sequence, found.ns, found.counts, found.digits = (
            array("q", [each[i] for i in some]) for each in (found.sequence, found.ns, found.counts, found.digits)
        )
        found.after_damage = bytearray(found.after_damage[i] for i in some)
    return words("page", moved, repeated)


def _line(found: _Survey, nominal_hz: float, notes: list[str]) -> tuple[Line, int]:
    """Lay the pages, after the stamps that cannot be were put right; gives the number of samples, too."""
    counts = np.frombuffer(found.counts, np.int64)
    rows = np.cumsum(counts) - counts
    ns = np.array(found.ns, np.int64)
    period_ns = NS / nominal_hz
    stray = _stray(np.frombuffer(found.sequence, np.int64), ns, counts, period_ns)
    if stray.any():
        notes.append(f"The times of {int(stray.sum())} page(s) contradict those before and after, and were not used.")
    known = ~stray
    ns[stray] = np.interp(rows[stray], rows[known], ns[known]).astype(np.int64)
    elapsed, passed = np.diff(ns), np.diff(rows)
    fitting = np.abs(elapsed / passed / period_ns - 1) < _NEAR
    period = float(np.median(elapsed[fitting] / passed[fitting])) if fitting.any() else period_ns
    excess = elapsed - passed * period
    back = excess < -_BACK_NS
    if back.any():
        notes.append(
            f"The device's clock goes back {int(back.sum())} time(s); what follows was laid after what was before."
        )
    edges = (np.flatnonzero((excess > max(_STEP * period, _STEP_NS)) | back) + 1).tolist()
    line = Line(period_ns)
    for first, end in zip([0, *edges], [*edges, len(rows)], strict=True):
        damage = bool(found.after_damage[first])
        cause = GapCause.DAMAGED if damage else GapCause.MISSING_IN_FILE
        line.begin(int(rows[first]), GapCause.CLOCK_STEP if first and back[first - 1] else cause)
        line.add(rows[first:end], ns[first:end])
    return line, int(counts.sum())


def _stray(
    sequence: npt.NDArray[np.int64], ns: npt.NDArray[np.int64], counts: npt.NDArray[np.int64], period_ns: float
) -> npt.NDArray[np.bool_]:
    """Tell which stamps cannot be: the pages are counted on, the stamps around agree, and this one does not."""
    stray = np.zeros(len(ns), np.bool_)
    if len(ns) < 3:
        return stray
    due = counts * period_ns
    counted = (np.diff(sequence)[:-1] == 1) & (np.diff(sequence)[1:] == 1)
    around = np.abs(ns[2:] - ns[:-2] - due[:-2] - due[1:-1]) < _STRAY_NS
    stray[1:-1] = counted & around & (np.abs(ns[1:-1] - ns[:-2] - due[:-2]) > _STRAY_NS)
    if sequence[1] - sequence[0] == 1 and abs(ns[1] - ns[0] - due[0]) > NS and abs(ns[2] - ns[1] - due[1]) < _STRAY_NS:
        ns[0] = ns[1] - round(due[0])
    return stray


def _read(
    path: Path, header: _Header, places: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]
) -> Iterator[npt.NDArray[np.float32]]:
    """Read all samples, in g, of pages whose places are known."""
    from detector.recordings.binary.geneactiv.kernels import decode

    if (np.diff(places) < 0).any():
        yield from _read_apart(path, header, places, counts)
        return
    gains, offsets = np.array(header.gains), np.array(header.offsets)
    ends = places + counts * _FEWEST_DIGITS
    text, begins, page = b"", 0, 0
    for data in portions(path, _PORTION):
        text += data
        until = int(np.searchsorted(ends, begins + len(text), side="right"))
        some = slice(page, until)
        out = np.empty((int(counts[some].sum()), 3), np.float32)
        decode(np.frombuffer(text, np.uint8), places[some] - begins, counts[some], gains, offsets, out)
        yield out
        page = until
        done = int(places[page]) - begins if page < len(places) else len(text)
        done = min(done, len(text))
        text, begins = text[done:], begins + done


def _read_apart(
    path: Path, header: _Header, places: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]
) -> Iterator[npt.NDArray[np.float32]]:
    """Read all samples, in g, of pages that stand here and there in a file that is not packed."""
    from detector.recordings.binary.geneactiv.kernels import decode

    gains, offsets = np.array(header.gains), np.array(header.offsets)
    with path.open("rb") as file:
        for first in range(0, len(places), _AT_ONCE):
            some = slice(first, first + _AT_ONCE)
            texts = []
            for place, count in zip(places[some].tolist(), counts[some].tolist(), strict=True):
                file.seek(place)
                texts.append(file.read(count * _FEWEST_DIGITS))
            sizes = np.array([len(text) for text in texts])
            out = np.empty((int(counts[some].sum()), 3), np.float32)
            if (sizes < counts[some] * _FEWEST_DIGITS).any():
                return  # it has become shorter, as whoever takes the samples finds out
            begins = np.cumsum(sizes) - sizes
            decode(np.frombuffer(b"".join(texts), np.uint8), begins, counts[some], gains, offsets, out)
            yield out
