"""ActiGraph's GT3X: an archive of ``info.txt`` and the log.

``log.bin`` is a row of records, each with a second and a checksum (ActiGraph, *GT3X File Format*): a second of samples
of 12 bits (kind 0x00) or of 16 (0x1A, the GT9X Link). What idle sleep mode left out is a gap, and never samples. Older
devices, and NHANES, have ``activity.bin``: samples of 12 bits from the start date on, with no stamps.
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from detector.errors import RecordingError
from detector.recordings.binary.actigraph.archive import INFO, LOG, OLD, PORTION, all_of, member, unpacked
from detector.recordings.binary.parts.build import Device, build, refuse_columns, zone_shift
from detector.recordings.binary.parts.order import words
from detector.recordings.head import ARCHIVE
from detector.recordings.recording import Reading
from detector.recordings.timing.times import BLOCK_S, Piece
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

    from detector.recordings.recording import Recording
    from detector.recordings.wish import Wish

    Indices = npt.NDArray[np.int64]

FORMAT = "ActiGraph GT3X"
_MOST_RECORDS = PORTION // 9
_LARGEST_INFO = 1 << 16
_ACTIVITY, _BATTERY, _EVENT, _ACTIVITY2 = 0x00, 0x02, 0x03, 0x1A
_NONE = -1
"""Stands for the kind of a record that is not read."""
_FELL_ASLEEP = 0x08
_FARTHEST_S = 14 * 3600
"""No zone is further from UTC."""
_TICKS_1970 = 621_355_968_000_000_000
"""Of 100 ns, from the year 1 to 1970."""
_MANY, _NEARLY_ALL = 10, 0.9
"""So many records, and such a share of them, tell the rate."""
_BITS = {_ACTIVITY: 36, _ACTIVITY2: 48}
"""Of a sample."""
_OLD_SCALES = {"MOS": 256.0, "NEO": 341.0, "CLE": 341.0}
"""Counts per g by how the serial number begins, where the file does not state them."""


def recognises(head: bytes, path: Path) -> bool:
    """Tell whether a file is one: by the names in the archive, or by the first where the archive was cut off."""
    if not head.startswith(ARCHIVE):
        return False
    first = head[30 : 30 + int.from_bytes(head[26:28], "little")].decode("latin-1")
    if any(member([first], name) for name in (LOG, OLD, INFO)):
        return True
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    return bool(member(names, INFO) and (member(names, LOG) or member(names, OLD)))


class _Info(NamedTuple):
    """What ``info.txt`` says."""

    serial: str
    model: str
    rate_hz: int
    per_g: float
    start_ns: int
    offset_s: int | None


@dataclass(slots=True)
class _Survey:
    """What the first pass finds, record by record of samples."""

    seconds: list[Indices] = field(default_factory=list)
    counts: list[Indices] = field(default_factory=list)
    slept: list[npt.NDArray[np.bool_]] = field(default_factory=list)
    damaged: list[npt.NDArray[np.bool_]] = field(default_factory=list)
    passed: int = 0
    volts: list[tuple[int, float]] = field(default_factory=list)
    asleep: bool = False
    hurt: bool = False
    tally: list[int] = field(default_factory=lambda: [0, 0])
    """Records that were moved, and that are there twice."""
    cut: bool = False


def open(path: Path, wish: Wish) -> Recording:
    """Open a recording, and check every record of it.

    Raises
    ------
    RecordingError
        Where the archive is damaged, or does not say what its numbers mean.
    """
    refuse_columns(path, wish, FORMAT)
    notes: list[str] = []
    info, is_old = _read_info(path, notes)
    name = f"{FORMAT} ({info.model})"
    if is_old:
        shift_ns = zone_shift(info.start_ns, wish, info.offset_s, "its info.txt", notes)
        rows = sum(len(xyz) for xyz in _read_old(path, info, notes))
        device = Device(name, info.serial, float(info.rate_hz), 1.0 / info.per_g)
        pieces = _pieces(
            np.zeros(1, np.int64), np.array([rows]), [GapCause.MISSING_IN_FILE], info.rate_hz, info.start_ns
        )
        pieces = _shifted(pieces, shift_ns)
        return build(path, wish, device, pieces, lambda: _read_old(path, info), notes=notes)
    found = _survey(path)
    if not found.seconds:
        raise RecordingError(f"{path.name} holds no record of acceleration: download it from the device again.")
    seconds, counts = np.concatenate(found.seconds), np.concatenate(found.counts)
    rate_hz = _rate(counts, info, notes)
    device = Device(name, info.serial, float(rate_hz), 1.0 / info.per_g)
    notes += words("record", found.tally[0], 0)
    kept = _once(seconds, counts, rate_hz, notes, found.tally[1])
    seconds = _sound(seconds, notes)
    shift_ns = zone_shift(int(seconds[0]) * NS, wish, info.offset_s, "its info.txt", notes)
    slept, hurt = np.concatenate(found.slept), np.concatenate(found.damaged)
    seconds, counts, slept, hurt = seconds[kept], counts[kept], slept[kept], hurt[kept]
    causes = [
        GapCause.FELL_ASLEEP if asleep else GapCause.DAMAGED if broken else GapCause.MISSING_IN_FILE
        for asleep, broken in zip(slept.tolist(), hurt.tolist(), strict=True)
    ]
    pieces = _shifted(_pieces(seconds, counts, causes, rate_hz, 0), shift_ns)
    if found.passed:
        notes.append(f"{found.passed} bytes of its log are damaged; the seconds in them are left out as gaps.")
    if found.cut:
        notes.append("Its archive is damaged: what follows the damage is left out.")
    if found_back := int(np.count_nonzero(np.diff(seconds) < 0)):
        notes.append(f"The device's clock goes back {found_back} time(s); what follows was laid after what was before.")
    slept_s = sum(
        (after.start_ns - before.end_ns) / NS
        for before, after in pairwise(pieces)
        if after.after_gap and after.cause == GapCause.FELL_ASLEEP
    )
    if slept_s:
        notes.append(f"It was in idle sleep mode for {slept_s:.0f} s, which are gaps.")
    readings = tuple(Reading("volts", second * NS + shift_ns, volts) for second, volts in found.volts)
    return build(path, wish, device, pieces, lambda: _read(path, info, kept), notes=notes, readings=readings)


def _rate(counts: Indices, info: _Info, notes: list[str]) -> int:
    """Return the samples in a second: those that nearly all records hold, whatever ``info.txt`` says."""
    usual = int(np.bincount(counts).argmax())
    if usual == info.rate_hz or len(counts) < _MANY or np.count_nonzero(counts == usual) < _NEARLY_ALL * len(counts):
        return info.rate_hz
    notes.append(f"Its {INFO} says {info.rate_hz} Hz, but its seconds hold {usual} samples: {usual} Hz was taken.")
    return usual


def _once(seconds: Indices, counts: Indices, rate_hz: int, notes: list[str], left_out: int) -> npt.NDArray[np.bool_]:
    """Tell which records are read: not a second one of the same second, unless both together make it up."""
    kept = np.ones(len(seconds), np.bool_)
    again = np.flatnonzero(np.diff(seconds) == 0) + 1
    for i in again.tolist():
        kept[i] = counts[i - 1] + counts[i] <= rate_hz
    if twice := int(np.count_nonzero(~kept)) + left_out:
        notes.append(f"{twice} second(s) are in its log twice; of each the first was read.")
    return kept


def _sound(seconds: Indices, notes: list[str]) -> Indices:
    """Put right the second of a record that contradicts the records around it, while they follow each other."""
    stray = np.zeros(len(seconds), np.bool_)
    stray[1:-1] = (seconds[2:] - seconds[:-2] == 2) & (np.abs(seconds[1:-1] - seconds[:-2]) > 2)
    if not stray.any():
        return seconds
    notes.append(f"The times of {int(stray.sum())} record(s) contradict those before and after, and were not used.")
    mended = seconds.copy()
    mended[stray] = seconds[np.flatnonzero(stray) - 1] + 1
    return mended


def _read_info(path: Path, notes: list[str]) -> tuple[_Info, bool]:
    """Read ``info.txt``, and tell whether the file is of the older kind."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            with archive.open(member(names, INFO)) as file:
                text = _text(file.read(_LARGEST_INFO))
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, ValueError, NotImplementedError, zlib.error, EOFError):
        raise RecordingError(
            f"{path.name} is a damaged archive of the format {FORMAT}: it was cut off or changed; copy it again."
        ) from None
    is_old = not member(names, LOG)
    if is_old and not member(names, OLD):
        raise RecordingError(f"{path.name} holds no {LOG}: download it from the device again.")
    logs = len(all_of(names, OLD if is_old else LOG))
    if logs > 1:
        notes.append(f"Its archive holds {logs} files {OLD if is_old else LOG}, of which one was read: unpack it.")
    pairs = (line.partition(":") for line in text.splitlines())
    lines = {name.strip().lower(): value.strip() for name, _, value in pairs}
    try:
        serial = lines.get("serial number", "")
        rate_hz = int(lines["sample rate"])
        scale = float(lines.get("acceleration scale", "0").replace(",", ".")) or _OLD_SCALES[serial[:3]]
        # Every record of a log has its own second; only the older kind needs the start.
        start_ns = (int(lines["start date"]) - _TICKS_1970) * 100 if is_old else 0
        if not (1 <= rate_hz <= 1000 and 1 <= scale <= 1 << 16 and abs(start_ns) < 1 << 62):
            raise ValueError
    except (KeyError, ValueError):
        raise RecordingError(
            f"{path.name} does not say its sample rate, start date or acceleration scale in {INFO}: download it from "
            "the device again."
        ) from None
    model = lines.get("device type", "") or serial[:3]
    return _Info(serial, model, rate_hz, scale, start_ns, _offset(lines.get("timezone", ""))), is_old


def _text(data: bytes) -> str:
    """Decode text that an editor may have saved in its own way."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    return data.decode("utf-16" if wide else "utf-8-sig", "replace")


def _offset(words: str) -> int | None:
    """Return an offset such as ``-05:00:00`` in s, None where it is none."""
    sign = -1 if words.strip().startswith("-") else 1
    parts = words.strip().lstrip("+-").split(":")
    if len(parts) < 2 or not all(part.isdecimal() for part in parts):
        return None
    seconds = int(parts[0][:4]) * 3600 + int(parts[1][:4]) * 60
    return sign * seconds if seconds <= _FARTHEST_S else None


def _records(path: Path, tally: list[int]) -> Iterator[tuple[npt.NDArray[np.uint8], Indices, int, bool]]:
    """Yield portions of the log with the records in them (see `walk`), bytes passed over, and whether it was cut.

    To `tally` is added how many records were moved to where they belong, and how many are there twice.
    """
    from detector.recordings.binary.actigraph.kernels import walk

    left, lost = b"", False
    table = np.empty((_MOST_RECORDS, 5), np.int64)
    source = unpacked(path, LOG)
    cut = False
    while True:
        more = next(source, b"")
        if more is None:
            cut, more = True, b""
        data = np.frombuffer(left + more, np.uint8)
        count, done, lost = walk(data, not more, lost, table)
        records = table[:count].copy()
        _arrange(data, records, tally)
        yield data, records, len(data) - done if not more else 0, cut
        if not more and count < _MOST_RECORDS:
            return
        left = data[done:].tobytes()


def _arrange(data: npt.NDArray[np.uint8], records: Indices, tally: list[int]) -> None:
    """Sort the records of a portion where that closes holes, and take those out that are there twice."""
    kind, second, place, length, _ = records.T
    at = np.flatnonzero(((kind == _ACTIVITY) | (kind == _ACTIVITY2)) & (_counts(kind, length) > 0))
    if (np.diff(second[at]) > 0).all():
        return
    seen: set[tuple[int, bytes]] = set()
    for i in at.tolist():
        key = int(second[i]), data[place[i] : place[i] + length[i]].tobytes()
        if key in seen:
            records[i, 0] = _NONE
            tally[1] += 1
        seen.add(key)
    at = at[records[at, 0] != _NONE]
    order = np.argsort(second[at], kind="stable")
    if np.count_nonzero(np.diff(second[at][order]) != 1) < np.count_nonzero(np.diff(second[at]) != 1):
        tally[0] += int(np.count_nonzero(order != np.arange(len(order))))
        records[at] = records[at[order]]


def _survey(path: Path) -> _Survey:
    """Look at every record."""
    found = _Survey()
    for data, records, rest, cut in _records(path, found.tally):
        kind, second, place, length, passed = records.T
        found.passed += int(passed.sum()) + rest
        found.cut |= cut
        is_data = ((kind == _ACTIVITY) | (kind == _ACTIVITY2)) & (_counts(kind, length) > 0)
        first_byte = data[place] if len(data) else np.zeros(len(place), np.uint8)
        sleeps = (kind == _EVENT) & (length == 1) & (first_byte == _FELL_ASLEEP)
        sleeps |= (kind == _ACTIVITY) & (length <= 1)
        slept, hurt = np.cumsum(sleeps) + found.asleep, np.cumsum(passed > 0) + found.hurt
        at = np.flatnonzero(is_data)
        if len(at):
            found.seconds.append(second[at])
            found.counts.append(_counts(kind, length)[at])
            found.slept.append(np.diff(slept[at], prepend=0) > 0)
            found.damaged.append(np.diff(hurt[at], prepend=0) > 0)
            found.asleep, found.hurt = bool(sleeps[at[-1] :].any()), bool((passed[at[-1] + 1 :] > 0).any())
        elif len(records):
            found.asleep, found.hurt = bool(slept[-1]), bool(hurt[-1])
        for i in np.flatnonzero((kind == _BATTERY) & (length == 2)).tolist():
            volts = int.from_bytes(data[place[i] : place[i] + 2].tobytes(), "little") / 1000
            found.volts.append((int(second[i]), volts))
    return found


def _counts(kind: Indices, length: Indices) -> Indices:
    """Samples in each payload."""
    return length * 8 // np.where(kind == _ACTIVITY2, _BITS[_ACTIVITY2], _BITS[_ACTIVITY])


def _pieces(seconds: Indices, counts: Indices, causes: list[GapCause], rate_hz: int, origin_ns: int) -> list[Piece]:
    """Lay records of a second each: those that follow on without a gap, a minute a piece."""
    # A record with more samples than its second should hold has its own rate; one with fewer ends before the next.
    after = np.ones(len(seconds), np.bool_)
    after[1:] = (np.diff(seconds) != 1) | (counts[:-1] != rate_hz) | (counts[1:] > rate_hz)
    own = (counts > rate_hz) & (len(seconds) > 1)
    edges = np.flatnonzero(after)
    ends = np.append(edges[1:], len(seconds))
    rows = np.append(0, np.cumsum(counts))
    pieces: list[Piece] = []
    longest = round(BLOCK_S * rate_hz)
    for first, end in zip(edges.tolist(), ends.tolist(), strict=True):
        row, until = int(rows[first]), int(rows[end])
        start_ns = origin_ns + int(seconds[first]) * NS
        rate = float(counts[first] if own[first] else rate_hz)
        after_gap = False
        if pieces:
            due_ns = pieces[-1].end_ns
            after_gap = start_ns > due_ns + NS / rate_hz / 2
            start_ns = start_ns if after_gap else due_ns
        for at in range(row, until, longest):
            pieces.append(Piece(at, min(longest, until - at), start_ns, rate, after_gap, causes[first]))
            start_ns, after_gap = pieces[-1].end_ns, False
    return pieces


def _shifted(pieces: list[Piece], shift_ns: int) -> list[Piece]:
    return [Piece(p.first, p.count, p.start_ns + shift_ns, p.rate_hz, p.after_gap, p.cause) for p in pieces]


def _read(path: Path, info: _Info, wanted: npt.NDArray[np.bool_]) -> Iterator[npt.NDArray[np.float32]]:
    """Read the samples of the records that are wanted, in g."""
    from detector.recordings.binary.actigraph.kernels import take16, unpack12

    begun = 0
    for data, records, _, _ in _records(path, [0, 0]):
        kind, _, place, length, _ = records.T
        counts = _counts(kind, length)
        kept = np.flatnonzero(((kind == _ACTIVITY) | (kind == _ACTIVITY2)) & (counts > 0))
        begun, kept = begun + len(kept), kept[wanted[begun : begun + len(kept)]]
        out = np.empty((int(counts[kept].sum()), 3), np.float32)
        done = 0
        edges = [0, *(np.flatnonzero(np.diff(kind[kept])) + 1), len(kept)]
        for first, end in pairwise(edges):
            some = kept[first:end]
            if len(some):
                decode = unpack12 if kind[some[0]] == _ACTIVITY else take16
                done += decode(data, place[some], counts[some], info.per_g, out[done:])
        yield out


def _read_old(path: Path, info: _Info, notes: list[str] | None = None) -> Iterator[npt.NDArray[np.float32]]:
    """Read the samples of an older file, in g: two take nine bytes."""
    from detector.recordings.binary.actigraph.kernels import unpack12

    left = b""
    for more in unpacked(path, OLD):
        if more is None and notes is not None:
            notes.append("Its archive is damaged: what follows the damage is left out.")
        data = left + (more or b"")
        count = len(data) // 9 * 2
        out = np.empty((count, 3), np.float32)
        if count:
            unpack12(np.frombuffer(data, np.uint8), np.zeros(1, np.int64), np.array([count]), info.per_g, out)
        left = data[count // 2 * 9 :]
        yield out
