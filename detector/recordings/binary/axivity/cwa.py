"""Axivity's CWA: AX3 (packed or not) and AX6.

After a header of 1024 bytes come blocks of 512 bytes, each with its own checksum, number and stamp (Open Movement,
``Docs/ax3/ax3-technical.md``). A stamp is the device's clock at one sample of the block, to 1/32768 s where its top bit
is set; the device has then already moved the sample's number by what it took the fraction for, which is undone here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from detector.errors import RecordingError
from detector.recordings.binary.parts.build import Device, build, refuse_columns, zone_shift
from detector.recordings.binary.parts.files import portions
from detector.recordings.binary.parts.laying import Line
from detector.recordings.binary.parts.order import arrange, words
from detector.recordings.binary.parts.told import MINUTE_NS, Told
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

    from detector.recordings.recording import Recording
    from detector.recordings.wish import Wish

    Bytes = npt.NDArray[np.uint8]
    Indices = npt.NDArray[np.int64]

FORMAT = "Axivity CWA"
_BLOCK = 512
_HEADER = b"MD\xfc\x03"
_BEGINS = b"AX\xfc\x01"
_AT_ONCE = 4096
"""Blocks decoded at a time: 2 MB."""
_DATA = 30
_PACKED, _WIDE = 0, 2
"""Ways of packing."""
_NAMED = 6
"""So many damaged blocks are named."""
_STEP = 1.5
_STEP_NS, _BACK_NS = 30_000_000, 100_000_000
"""A gap is more than so many periods and so long; a clock that was set back goes back by more than that. AX6 stamps
have steps of one sample where nothing is missing."""
_STRAY_NS = 2 * NS
"""A single stamp that is off by more while those around it agree is none."""
_NEAR = 0.1

READS_GZIP = True
"""It is unpacked on the way where it is packed."""


def recognises(head: bytes, path: Path) -> bool:
    """Tell whether a file is one: by its header, or by a block where the header is damaged."""
    del path
    return head.startswith(_HEADER) or any(
        head.startswith(_BEGINS, at) for at in range(0, min(len(head), 64 * _BLOCK), _BLOCK)
    )


@dataclass(frozen=True, slots=True)
class _Blocks:
    """The sound ones among some blocks, field by field, shape ``(n,)``; `raw` are the blocks, shape ``(n, 512)``."""

    raw: Bytes
    place: Indices
    sequence: Indices
    ns: Indices
    offset: Indices
    count: Indices
    rate_code: Indices
    axes: Indices
    packing: Indices
    counts_per_g: Indices
    celsius: npt.NDArray[np.float64]
    volts: npt.NDArray[np.float64]
    moved: int = 0
    repeated: Indices = field(default_factory=lambda: np.zeros(0, np.int64))
    """Places of those that were left out because they are there twice."""

    @property
    def rate_hz(self) -> npt.NDArray[np.float64]:
        """Nominal rate of each."""
        return _rate_hz(self.rate_code)


@dataclass(slots=True)
class _Survey:
    """What the first pass finds."""

    line: Line | None = None
    rate_code: int = 0
    first_ns: int = 0
    rows: int = 0
    total: int = 0
    damaged: int = 0
    named: list[int] = field(default_factory=list)
    set_back: int = 0
    moved: int = 0
    repeated: int = 0
    before: bool = False
    """Whether blocks follow that the device counted before."""
    stray: int = 0
    cut: bool = False
    steps: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(4, np.int64))
    counts_per_g: int = 256
    axes: int = 3
    packed: bool = False
    told: Told = field(default_factory=Told)
    last: tuple[int, int, int, int] | None = None
    """Place, number, stamped row and stamp of the block before."""


def open(path: Path, wish: Wish) -> Recording:
    """Open a recording, and check every block of it.

    Raises
    ------
    RecordingError
        Where no block is sound, or the device changed its rate.
    """
    refuse_columns(path, wish, FORMAT)
    found = _Survey()
    notes: list[str] = []
    for at, raw, rest in _portions(path, notes):
        _survey(found, at, raw, path)
        found.cut = rest > 0
    if found.line is None:
        raise RecordingError(
            f"{path.name} is a file of the format {FORMAT} without a sound block: copy it from the device again."
        )
    notes += _notes(found)
    shift_ns = zone_shift(found.first_ns, wish, None, "", notes)
    pieces = found.line.pieces(found.rows, shift_ns)
    if found.set_back:
        why = " (or blocks of an earlier time follow)" if found.before else ""
        notes.append(
            f"The device's clock was set back {found.set_back} time(s){why}; what follows was laid after what was "
            "before."
        )
    if found.stray:
        notes.append(f"The times of {found.stray} block(s) contradict those before and after, and were not used.")
    step = 2 ** int(np.argmax(found.steps)) if found.packed else 1
    device = Device(
        format=f"{FORMAT} ({'AX3' if found.axes == 3 and found.counts_per_g == 256 else 'AX6'})",
        serial=_serial(path),
        nominal_hz=float(_rate_hz(np.array([found.rate_code]))[0]),
        lsb_g=step / found.counts_per_g,
    )
    return build(path, wish, device, pieces, lambda: _read(path), notes=notes, readings=found.told.shifted(shift_ns))


def _notes(found: _Survey) -> list[str]:
    notes = ["It ends within a block: it was cut off."] if found.cut else []
    notes += words("block", found.moved, found.repeated)
    if not found.damaged:
        return notes
    names = ", ".join(map(str, found.named[:_NAMED])) + (" …" if found.damaged > _NAMED else "")
    return [*notes, f"{found.damaged} of {found.total} blocks are damaged and left out as gaps (block {names})."]


def _serial(path: Path) -> str:
    """Return the device's number of the header: 16 bits, and 16 more where they are used."""
    header = next(portions(path, 64), b"")
    if not header.startswith(_HEADER):
        return ""
    low, high = int.from_bytes(header[5:7], "little"), int.from_bytes(header[11:13], "little")
    return str(low | (0 if high == 0xFFFF else high) << 16)


def _portions(path: Path, notes: list[str] | None = None) -> Iterator[tuple[int, Bytes, int]]:
    """Yield whole sectors, shape ``(n, 512)``, the place of the first (that of the first block is 0), and bytes left.

    A damaged header is two sectors without a block.
    """
    at = -2
    for data in portions(path, _AT_ONCE * _BLOCK, notes):
        whole = np.frombuffer(data, np.uint8, len(data) // _BLOCK * _BLOCK).reshape(-1, _BLOCK)
        if at < 0:
            at = 0 if data.startswith(_BEGINS) else -2
            whole, at = whole[-at:], 0
        yield at, whole, len(data) % _BLOCK
        at += len(whole)


def _survey(found: _Survey, at: int, raw: Bytes, path: Path) -> None:
    """Take in some blocks."""
    blocks = _sound(raw, at)
    used = np.flatnonzero((raw != 0xFF).any(axis=1) if len(blocks.raw) < len(raw) else np.ones(len(raw), np.bool_)) + at
    found.total += len(used)
    damaged = np.setdiff1d(used, np.append(blocks.place, blocks.repeated))
    found.damaged += len(damaged)
    found.named += damaged[: _NAMED + 1 - len(found.named)].tolist()
    found.moved += blocks.moved
    found.repeated += len(blocks.repeated)
    if not len(blocks.raw):
        return
    if found.line is None:
        found.rate_code = int(blocks.rate_code[0])
        found.line = Line(NS / float(blocks.rate_hz[0]))
        found.first_ns = int(blocks.ns[0])
        found.counts_per_g, found.axes = int(blocks.counts_per_g[0]), int(blocks.axes[0])
        found.packed = bool(blocks.packing[0] == _PACKED)
        found.line.begin(0)
    other = np.flatnonzero(blocks.rate_code & 15 != found.rate_code & 15)
    if len(other):
        first, then = _rate_hz(np.array([found.rate_code]))[0], blocks.rate_hz[other[0]]
        raise RecordingError(
            f"{path.name} changes its rate from {first:g} to {then:g} Hz at block {blocks.place[other[0]]}: read the "
            "two parts apart."
        )
    if found.packed:
        words = blocks.raw[:, _DATA : _DATA + 480].view("<u4")
        found.steps += np.bincount((words[:: max(1, len(words) // 64)] >> 30).ravel(), minlength=4)
    rows = found.rows + np.cumsum(blocks.count) - blocks.count
    _breaks(found, blocks, rows)
    found.rows += int(blocks.count.sum())
    last_ns = found.told.last_ns
    fresh = np.flatnonzero(np.diff(blocks.ns // MINUTE_NS, prepend=-1 if last_ns is None else last_ns // MINUTE_NS))
    found.told.add(blocks.ns[fresh].tolist(), blocks.celsius[fresh].tolist(), blocks.volts[fresh].tolist())


def _breaks(found: _Survey, blocks: _Blocks, rows: Indices) -> None:
    """Feed the stamps to the line, which begins anew where samples are missing or the clock was set."""
    line = found.line
    assert line is not None  # noqa: S101 - for the types
    stamped = rows + blocks.offset
    before = found.last or (int(blocks.place[0]) - 1, int(blocks.sequence[0]) - 1, int(stamped[0]), int(blocks.ns[0]))
    found.stray += _mend(stamped, blocks, line.period_ns)
    steps = [
        np.diff(values, prepend=first)
        for values, first in zip((blocks.place, blocks.sequence, stamped, blocks.ns), before, strict=True)
    ]
    found.last = (int(blocks.place[-1]), int(blocks.sequence[-1]), int(stamped[-1]), int(blocks.ns[-1]))
    place, number, passed, elapsed = steps
    ordinary = (number == 1) & (passed > 0)
    period = float(np.median(elapsed[ordinary] / passed[ordinary])) if ordinary.any() else 0.0
    if abs(period / line.period_ns - 1) > _NEAR:
        period = line.period_ns
    excess = elapsed - passed * period
    coarse_ns = 0 if blocks.offset.any() or (blocks.ns % NS).any() else NS  # of old firmware: whole seconds
    lost = excess > max(_STEP * period, _STEP_NS) + coarse_ns
    back = excess < -_BACK_NS - coarse_ns
    found.set_back += int(back.sum())
    found.before |= bool((back & (number <= 0)).any())
    edges = np.flatnonzero(lost | back)
    for first, end in zip([0, *edges], [*edges, len(rows)], strict=True):
        if first in edges:
            damage = place[first] > 1
            cause = GapCause.CLOCK_STEP if back[first] else GapCause.DAMAGED if damage else GapCause.MISSING_IN_FILE
            line.begin(int(rows[first]), cause)
        line.add(stamped[first:end], blocks.ns[first:end])


def _mend(stamped: Indices, blocks: _Blocks, period_ns: float) -> int:
    """Put right, and count, stamps that contradict those before and after, which follow each other."""
    ns = blocks.ns
    if len(ns) < 3:
        return 0
    due = np.diff(stamped) * period_ns
    counted = np.diff(blocks.sequence) == 1
    around = np.abs(ns[2:] - ns[:-2] - due[:-1] - due[1:]) <= _NEAR * (due[:-1] + due[1:])
    off = np.abs(np.diff(ns)[:-1] - due[:-1]) > _STRAY_NS
    at = np.flatnonzero(counted[:-1] & counted[1:] & around & off) + 1
    share = (stamped[at] - stamped[at - 1]) / np.maximum(stamped[at + 1] - stamped[at - 1], 1)
    ns[at] = ns[at - 1] + np.rint(share * (ns[at + 1] - ns[at - 1])).astype(np.int64)
    return len(at)


def _read(path: Path) -> Iterator[npt.NDArray[np.float32]]:
    """Read all samples, in g."""
    from detector.recordings.binary.axivity.kernels import decode

    for at, raw, _ in _portions(path):
        blocks = _sound(raw, at)
        out = np.empty((int(blocks.count.sum()), 3), np.float32)
        scales = (1.0 / blocks.counts_per_g).astype(np.float32)
        decode(blocks.raw.view("<u2"), blocks.count, blocks.axes, blocks.packing == _PACKED, scales, out)
        yield out


def _sound(raw: Bytes, at: int) -> _Blocks:
    """Keep the blocks whose checksum holds and whose fields make sense."""
    from detector.recordings.binary.axivity.kernels import sums

    totals = np.empty(len(raw), np.uint16)
    sums(raw.view("<u2"), totals)
    place = np.flatnonzero((totals == 0) & (raw[:, 0] == ord("A")) & (raw[:, 1] == ord("X")))
    heads = np.concatenate((raw[:, :_DATA], raw[:, -2:]), axis=1)[place]
    get = {
        name: heads[:, first : first + np.dtype(kind).itemsize].copy().view(kind)[:, 0].astype(np.int64)
        for name, first, kind in _FIELDS
    }
    _of_old_firmware(get)
    stamp, fraction, axes, packing = get["stamp"], get["fraction"], get["axes"] >> 4, get["axes"] & 15
    month, day = stamp >> 22 & 15, stamp >> 17 & 31
    bytes_each = np.where(packing == _PACKED, 4, 2 * axes)
    sense = (month >= 1) & (month <= 12) & (day >= 1) & (get["count"] * bytes_each <= 480) & (get["count"] > 0)
    sense &= ((packing == _PACKED) & (axes == 3)) | ((packing == _WIDE) & np.isin(axes, (3, 6, 9)))
    sense &= get["rate"] & 15 >= 5  # slower than 3 Hz there is nothing
    months = ((stamp >> 26) + 30) * 12 + month - 1
    days = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + day - 1
    seconds = days * 86400 + (stamp >> 12 & 31) * 3600 + (stamp >> 6 & 63) * 60 + (stamp & 63)
    fine = np.where(fraction & 0x8000, (fraction & 0x7FFF) << 1, 0)
    offset = get["offset"] + (fine * _rate_hz(get["rate"]).astype(np.int64) >> 16)
    sense &= np.abs(offset) < 1 << 15
    ns = seconds * NS + (fine * NS >> 16)
    sound = np.flatnonzero(sense)
    order, moved, repeated = arrange(get["sequence"][sound], ns[sound], get["sum"][sound])
    k = sound[order]
    return _Blocks(
        raw=raw[place[k]] if moved or len(k) < len(raw) else raw,
        place=place[k] + at,
        sequence=get["sequence"][k],
        ns=ns[k],
        offset=offset[k],
        count=get["count"][k],
        rate_code=get["rate"][k],
        axes=axes[k],
        packing=packing[k],
        counts_per_g=1 << 8 + (get["light"][k] >> 13),
        celsius=((get["temperature"][k] & 0x3FF) * 150 - 20500) / 1000,
        volts=(get["battery"][k] + 512) * 6 / 1024,
        moved=moved,
        repeated=place[np.setdiff1d(sound, k)] + at if repeated else np.zeros(0, np.int64),
    )


def _of_old_firmware(get: dict[str, Indices]) -> None:
    """Put right the fields of blocks without a code of their rate: they hold the rate where the offset is now."""
    old = (get["rate"] == 0) & (get["offset"] > 0)
    if old.any():
        halved = np.log2(3200.0 / np.maximum(get["offset"], 1))
        get["rate"] = np.where(old & (halved == np.rint(halved)), 15 - halved.astype(np.int64), get["rate"])
        get["offset"] = np.where(old, 0, get["offset"])


_FIELDS = (
    ("fraction", 4, "<u2"),
    ("sequence", 10, "<u4"),
    ("stamp", 14, "<u4"),
    ("light", 18, "<u2"),
    ("temperature", 20, "<u2"),
    ("battery", 23, "u1"),
    ("rate", 24, "u1"),
    ("axes", 25, "u1"),
    ("offset", 26, "<i2"),
    ("count", 28, "<u2"),
    ("sum", 30, "<u2"),
)
"""Name, first byte and type of what is read of a block's head, behind which its checksum is put."""


def _rate_hz(code: Indices) -> npt.NDArray[np.float64]:
    return 3200.0 / (1 << 15 - (code & 15))
