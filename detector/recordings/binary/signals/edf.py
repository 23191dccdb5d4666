"""EDF, EDF+ and BDF: records of a header's signals side by side (Kemp 1992, Kemp and Olivan 2003).

edfio understands the header; the records are read here, some at a time, for a night of many signals may be larger than
memory. Where records of EDF+ say their own onset, they are believed: between them may be gaps.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.errors import RecordingError
from detector.recordings import units
from detector.recordings.binary.parts import channels
from detector.recordings.binary.parts.build import Device, build, check_year, zone_shift
from detector.recordings.binary.parts.files import portions
from detector.recordings.binary.parts.look import Look
from detector.recordings.recording import Reading
from detector.recordings.timing.times import BLOCK_S, Piece
from detector.recordings.wish import check_rate
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

    from detector.recordings.recording import Recording
    from detector.recordings.wish import Wish

_EDF, _BDF = b"0       ", b"\xffBIOSEMI"
_FIXED, _EACH = 256, 256
_NUMBERS = (104, 136)
"""Bytes of each signal's part of the header between which its ranges stand."""
_PORTION = 1 << 20
_LARGEST_RECORD, _AT_ONCE = 1 << 26, 1 << 16
"""Bytes of a record, and samples of an axis made physical at a time: some software writes a night as one record."""
_ONSET = re.compile(rb"([+-]\d{1,12}(?:\.\d{1,9})?)(?:\x15[\d.]*)?\x14")
_MINUTE_S = 60
_CELSIUS = re.compile(r"\s*(deg|°|grad)?\s*c(elsius)?\s*", re.IGNORECASE)
_WARMTH = re.compile(r"temp", re.IGNORECASE)
_NOT_WORN = re.compile(r"room|amb|env|rect|core|oral|nas|air", re.IGNORECASE)
"""Temperatures that are not those of the skin under a wearable."""
_ZONE = re.compile(r"TZ=([+-])(\d\d):?(\d\d)")

READS_GZIP = True
"""It is unpacked on the way where it is packed."""


def recognises(head: bytes, path: Path) -> bool:
    """Tell whether a file is one: by its first bytes, and the number of its signals."""
    del path
    return head.startswith((_EDF, _BDF)) and head[184:192].strip().isdigit() and head[252:256].strip().isdigit()


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the samples are.

    Parameters
    ----------
    skipped
        Bytes of the header.
    record
        Bytes of a record.
    width
        Bytes of a value.
    starts, count
        First byte of each axis in a record, and samples of it there.
    gains, offsets
        What makes counts physical.
    seconds
        Length of a record.
    onsets
        First byte of the signal that says when a record begins, and its bytes; None where there is none.
    warmth
        First byte, gain and offset of a temperature of the skin; None where there is none.
    """

    skipped: int
    record: int
    width: int
    starts: tuple[int, int, int]
    count: int
    gains: npt.NDArray[np.float64]
    offsets: npt.NDArray[np.float64]
    seconds: float
    onsets: tuple[int, int] | None
    warmth: tuple[int, float, float] | None = None


def open(path: Path, wish: Wish) -> Recording:
    """Open a file, and look at every record.

    Raises
    ------
    RecordingError
        Where its header is damaged, or it has no accelerometer.
    """
    notes: list[str] = []
    header, skipped = _header(path)
    kind = "BDF" if type(header).__name__ == "Bdf" else "EDF"
    layout, stated, zero_ns = _layout(path, header, skipped, kind, wish, notes)
    look = Look()
    onsets: list[npt.NDArray[np.float64]] = []
    warmth: list[tuple[float, float]] = []
    records = 0
    for raw, cut in _records(path, layout):
        for values in _physical(raw, layout):
            look.add(values)
        onsets.append(_onsets(raw, layout, records))
        warmth += _warmth(raw, layout, onsets[-1], warmth[-1][0] if warmth else -np.inf)
        records += len(raw)
        if cut:
            notes.append("It ends within a record: it was cut off.")
    if not records:
        raise RecordingError(f"{path.name} holds no record of samples: it was cut off; copy it again.")
    promised = header.num_data_records
    if 0 < promised != records:
        notes.append(f"Its header tells of {promised} records, and {records} are there.")
    unit, units_from = look.unit(path.name, stated, wish, notes)
    rate_hz = layout.count / layout.seconds
    check_rate(rate_hz, f"The sampling rate of {path.name}")
    begun = _begun(header, zero_ns, wish, notes)
    pieces = _lay(np.concatenate(onsets), layout, begun, notes)

    def read() -> Iterator[npt.NDArray[np.float32]]:
        for raw, _ in _records(path, layout):
            for values in _physical(raw, layout):
                yield units.to_g(values, unit)

    plus = "+" if header.reserved.startswith(("EDF+", "BDF+")) else ""
    serial = re.search(r"SER=([A-Za-z0-9]+)", header.local_recording_identification)
    device = Device(f"{kind}{plus}", serial[1] if serial else "", rate_hz, look.lsb_g(unit), unit)
    readings = tuple(Reading("celsius", begun + round(at_s * NS), celsius) for at_s, celsius in warmth)
    return build(
        path,
        wish,
        device,
        pieces,
        read,
        notes=notes,
        has_date=zero_ns is not None,
        units_from=units_from,
        readings=readings,
    )


def _begun(header: Any, zero_ns: int | None, wish: Wish, notes: list[str]) -> int:
    """Tell when a file begins, UTC in ns; 0 where its header has no date."""
    if zero_ns is None:
        notes.append("Its header holds no date, so its times count from its start.")
        return 0
    return zone_shift(zero_ns, wish, _offset(header), "its header", notes) + zero_ns


def _header(path: Path) -> tuple[Any, int]:
    """Let edfio read the header; gives its bytes, too."""
    import edfio

    head = next(portions(path, _FIXED), b"")
    try:
        size = _FIXED + _EACH * int(head[252:256])
        head = next(portions(path, size), b"")
        if len(head) < size or int(head[184:192]) != size:
            raise ValueError
        head = _with_points(head)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that no records follow
            if head.startswith(_BDF):
                import io

                header: Any = edfio.read_bdf(io.BytesIO(head), header_encoding="latin-1")
            else:
                header = edfio.read_edf(head, header_encoding="latin-1")
        header._num_data_records = head[236:244]  # noqa: SLF001 - it has counted those that are not there
    except Exception:  # noqa: BLE001 - edfio raises whatever comes up
        raise RecordingError(f"{path.name} has a damaged header: it was cut off or changed; copy it again.") from None
    return header, size


def _with_points(head: bytes) -> bytes:
    """Write the header's numbers with decimal points, where somebody's software wrote commas."""
    count = int(head[252:256])
    first, end = _FIXED + count * _NUMBERS[0], _FIXED + count * _NUMBERS[1]
    numbers = [(236, 252), (first, end)]
    for at, until in numbers:
        head = head[:at] + head[at:until].replace(b",", b".") + head[until:]
    return head


def _layout(
    path: Path, header: Any, skipped: int, kind: str, wish: Wish, notes: list[str]
) -> tuple[_Layout, units.Unit | None, int | None]:
    """Find the axes among the signals; gives the unit they state and the start by the file's clock, too."""
    width = 3 if kind == "BDF" else 2
    try:
        signals = list(header._signals)  # noqa: SLF001 - the public ones leave out annotations
        labels = [signal.label for signal in signals]
        counts = np.array([signal.samples_per_data_record for signal in signals], np.int64)
        seconds = float(header.data_record_duration)
        header.num_data_records  # noqa: B018 - it may not be a number
    except Exception:  # noqa: BLE001 - edfio raises whatever comes up
        raise RecordingError(f"{path.name} has a damaged header: it was cut off or changed; copy it again.") from None
    if not np.isfinite(seconds) or seconds <= 0 or (counts < 0).any() or not 0 < counts.sum() * width < _LARGEST_RECORD:
        raise RecordingError(f"{path.name} has a damaged header: its records have no length; copy it again.")
    ordinary = [i for i, label in enumerate(labels) if not label.endswith("Annotations")]
    names = [labels[i] for i in ordinary]
    if wish.columns is not None:
        timed, picked = channels.given(path.name, names, wish.columns)
        if timed is not None:
            raise RecordingError(f"{path.name} has no column of times: name three channels, x, y and z.")
    else:
        picked = channels.axes(path.name, names, notes, wish.sensor)
    xyz = [ordinary[i] for i in picked]
    if len({int(counts[i]) for i in xyz}) > 1 or counts[xyz[0]] < 1:
        raise RecordingError(f"The axes of {path.name} have different rates: name three others with --columns.")
    try:
        ranges = [(*signals[i].physical_range, *signals[i].digital_range) for i in xyz]
        gains = np.array([(high - low) / (most - least) for low, high, least, most in ranges])
        offsets = np.array([low - gain * least for (low, _, least, _), gain in zip(ranges, gains, strict=True)])
        words = [signals[i].physical_dimension for i in xyz]
    except Exception:  # noqa: BLE001 - edfio raises whatever comes up
        raise RecordingError(f"{path.name} does not say what its counts mean: its header is damaged.") from None
    if not (np.isfinite(gains).all() and np.isfinite(offsets).all() and gains.all()):
        raise RecordingError(f"{path.name} does not say what its counts mean: its header is damaged.")
    begins = np.cumsum(counts) - counts
    talking = next((i for i, label in enumerate(labels) if label.endswith("Annotations")), None)
    onsets = None if talking is None else (int(begins[talking]) * width, int(counts[talking]) * width)
    x, y, z = (int(begins[i]) * width for i in xyz)
    layout = _Layout(
        skipped=skipped,
        record=int(counts.sum()) * width,
        width=width,
        starts=(x, y, z),
        count=int(counts[xyz[0]]),
        gains=gains,
        offsets=offsets,
        seconds=seconds,
        onsets=onsets,
        warmth=_skin([signals[i] for i in ordinary if counts[i]], begins[[i for i in ordinary if counts[i]]], width),
    )
    return layout, units.common(path.name, words, wish.units), _start(header)


def _offset(header: Any) -> int | None:
    """Return the offset from UTC in s that a Faros states, None where nothing says it."""
    zone = _ZONE.search(header.local_recording_identification)
    if zone is None:
        return None
    return (int(zone[2]) * 3600 + int(zone[3]) * 60) * (-1 if zone[1] == "-" else 1)


def _start(header: Any) -> int | None:
    """Return the start by the file's clock, in ns, to the second: edfio's own looks into the records for the rest.

    None where there is none: software that takes out who was recorded often takes out the date, too.
    """
    written_time, written_date = header._starttime, header._startdate  # noqa: SLF001 - see above
    try:
        said = header.recording.startdate  # with all four digits of the year
    except Exception:  # noqa: BLE001 - it is not EDF+, or the date has been taken out of it
        said = None
    try:
        hour, minute, second = (int(part) for part in re.split(r"[.:]", written_time.decode("latin-1").strip()))
        parts = re.split(r"[./-]", written_date.decode("latin-1").strip())
        day, month = int(parts[0]), int(parts[1])
        agrees = said is not None and (said.day, said.month, f"{said.year % 100:02d}") == (day, month, parts[2])
        if agrees or (said is not None and parts[2] == "yy"):  # what EDF+ writes from 2085 on
            year = said.year
        else:
            year = int(parts[2])
            year += 1900 if year >= 85 else 2000  # the clipping date of EDF
        check_year(year)
        start = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - the zone follows
    except (ValueError, IndexError, AttributeError):
        return None
    return int(np.datetime64(start, "ns").astype(np.int64))


def _records(path: Path, layout: _Layout) -> Iterator[tuple[npt.NDArray[np.uint8], bool]]:
    """Yield whole records, shape ``(n, bytes)``, and whether part of one is left over at the end."""
    size = max(1, _PORTION // layout.record) * layout.record
    skip = layout.skipped
    left = b""
    for data in portions(path, size):
        left += data[skip:]
        skip = max(0, skip - len(data))
        whole = len(left) // layout.record
        yield np.frombuffer(left, np.uint8, whole * layout.record).reshape(whole, layout.record), False
        left = left[whole * layout.record :]
    if left:
        yield np.empty((0, layout.record), np.uint8), True


def _physical(raw: npt.NDArray[np.uint8], layout: _Layout) -> Iterator[npt.NDArray[np.float64]]:
    """Yield the axes in the file's unit, shape ``(n, 3)``: of all records, or of parts of one where it is long."""
    if layout.count <= _AT_ONCE:
        yield _part(raw, layout, 0, layout.count)
        return
    for i in range(len(raw)):
        for at in range(0, layout.count, _AT_ONCE):
            yield _part(raw[i : i + 1], layout, at, min(at + _AT_ONCE, layout.count))


def _part(raw: npt.NDArray[np.uint8], layout: _Layout, at: int, end: int) -> npt.NDArray[np.float64]:
    parts = []
    for start, gain, offset in zip(layout.starts, layout.gains, layout.offsets, strict=True):
        data = np.ascontiguousarray(raw[:, start + at * layout.width : start + end * layout.width])
        if layout.width == 2:
            counts = data.view("<i2").astype(np.float64)
        else:
            three = data.reshape(len(raw), end - at, 3).astype(np.int32)
            counts = ((three[..., 0] | three[..., 1] << 8 | three[..., 2] << 16) << 8 >> 8).astype(np.float64)
        parts.append(counts * gain + offset)
    return np.stack(parts, axis=-1).reshape(-1, 3)


def _onsets(raw: npt.NDArray[np.uint8], layout: _Layout, first: int) -> npt.NDArray[np.float64]:
    """Return when each record begins, in s after the start: NaN where an annotation should say it and does not."""
    if layout.onsets is None:
        return np.asarray((first + np.arange(len(raw))) * layout.seconds, np.float64)
    start, size = layout.onsets
    found = [_ONSET.match(record.tobytes()) for record in raw[:, start : start + size]]
    return np.array([float(match[1]) if match else np.nan for match in found], np.float64)


def _skin(signals: list[Any], begins: npt.NDArray[np.int64], width: int) -> tuple[int, float, float] | None:
    """Find a temperature of the skin; gives its first byte in a record, gain and offset."""
    for signal, begin in zip(signals, begins.tolist(), strict=True):
        try:
            label, unit = str(signal.label), str(signal.physical_dimension)
            if _WARMTH.search(label) and not _NOT_WORN.search(label) and _CELSIUS.fullmatch(unit):
                (low, high), (least, most) = signal.physical_range, signal.digital_range
                gain = (high - low) / (most - least)
                return begin * width, gain, low - gain * least
        except Exception:  # noqa: BLE001, S112 - edfio raises whatever comes up; it is no channel to stumble over
            continue
    return None


def _warmth(
    raw: npt.NDArray[np.uint8], layout: _Layout, onsets: npt.NDArray[np.float64], last_s: float
) -> list[tuple[float, float]]:
    """Return when, in s after the start, and how warm: once a minute."""
    found: list[tuple[float, float]] = []
    if layout.warmth is None:
        return found
    start, gain, offset = layout.warmth
    for at_s, record in zip(onsets.tolist(), raw[:, start : start + layout.width], strict=True):
        if at_s >= last_s + _MINUTE_S:
            count = int.from_bytes(record.tobytes(), "little", signed=True)
            found.append((at_s, count * gain + offset))
            last_s = at_s
    return found


def _lay(onsets: npt.NDArray[np.float64], layout: _Layout, begun: int, notes: list[str]) -> list[Piece]:
    """Lay the records one after another, a minute a piece; where one begins later than due there is a gap."""
    period_s = layout.seconds / layout.count
    due = onsets[:-1] + layout.seconds
    unknown = np.isnan(onsets)
    if unknown.any():
        notes.append(f"{int(unknown.sum())} record(s) do not say when they begin and were taken to follow on.")
        for i in np.flatnonzero(unknown).tolist():
            onsets[i] = onsets[i - 1] + layout.seconds if i else 0.0
        due = onsets[:-1] + layout.seconds
    if (onsets[1:] < due - period_s / 2).any():
        notes.append("Some records begin before the one before them ends; they were laid after it.")
    edges = [0, *(np.flatnonzero(np.abs(onsets[1:] - due) > period_s / 2) + 1).tolist(), len(onsets)]
    longest = max(1, round(BLOCK_S / layout.seconds))
    rate_hz = layout.count / layout.seconds
    pieces: list[Piece] = []
    for first, end in pairwise(edges):
        start_ns = begun + round(float(onsets[first]) * NS)
        after_gap = bool(pieces)
        if after_gap:
            after_gap = start_ns > pieces[-1].end_ns + period_s * NS / 2
            start_ns = start_ns if after_gap else pieces[-1].end_ns
        for at in range(first, end, longest):
            count = (min(at + longest, end) - at) * layout.count
            pieces.append(Piece(at * layout.count, count, start_ns, rate_hz, after_gap))
            start_ns, after_gap = pieces[-1].end_ns, False
    return pieces
