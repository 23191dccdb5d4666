"""XDF, what LabRecorder writes of streams of the lab streaming layer: times are those of the recording computer."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.errors import RecordingError
from detector.recordings import units
from detector.recordings.binary import channels
from detector.recordings.binary.parts.build import Device, build
from detector.recordings.binary.parts.libraries import library
from detector.recordings.binary.parts.look import Look
from detector.recordings.binary.tables import lay_stamps
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

    from detector.recordings.recording import Recording
    from detector.recordings.wish import Wish

_MAGIC = b"XDF:"


def recognises(head: bytes, path: Path) -> bool:
    """Tell whether a file is one."""
    del path
    return head.startswith(_MAGIC)


def open(path: Path, wish: Wish) -> Recording:
    """Open a file and take the first stream of an accelerometer; pyxdf reads all of it into memory.

    Raises
    ------
    RecordingError
        Where pyxdf is not installed, the file is damaged, or no stream is an accelerometer's.
    """
    pyxdf = library("pyxdf", "xdf", path, "an XDF file")
    quiet = logging.getLogger("pyxdf")
    level = quiet.level
    quiet.setLevel(logging.CRITICAL)  # it tells of damage in a log, and goes on
    try:
        streams, _ = pyxdf.load_xdf(path, dejitter_timestamps=False)
        found = [(stream, *_named(stream)) for stream in streams]
    except Exception:  # noqa: BLE001 - pyxdf raises whatever comes up
        raise RecordingError(f"{path.name} is a damaged XDF file: copy it or record it again.") from None
    finally:
        quiet.setLevel(level)
    notes: list[str] = []
    refused = RecordingError(f"{path.name} holds no stream at all.")
    for stream, names, stated in found:
        try:
            if wish.columns is not None:
                xyz = channels.given(path.name, names, wish.columns)[1]
            else:
                xyz = channels.axes(path.name, names, notes)
        except RecordingError as error:
            refused = error
            continue
        return _open_stream(path, stream, xyz, {stated[i] for i in xyz}, wish, notes)
    raise refused


def _named(stream: Any) -> tuple[list[str], list[str]]:
    """Names and units of a stream's channels: as described, else by the type of the stream."""
    info = stream["info"]
    kind = str(info["type"][0] or "")
    count = int(info["channel_count"][0])
    described = ((info.get("desc") or [None])[0] or {}).get("channels") or [None]
    each = (described[0] or {}).get("channel") or []
    if isinstance(stream["time_series"], list) or count < 3:  # texts, or too few of them
        return [], []
    names = [str((channel.get("label") or [""])[0]) for channel in each]
    said = [str((channel.get("unit") or [""])[0]) for channel in each]
    if len(names) != count:
        is_acc = kind.lower().startswith("acc") and count == 3
        names = [f"acc {axis}" for axis in "xyz"] if is_acc else [f"{kind} {i + 1}" for i in range(count)]
        said = [""] * count
    elif kind.lower().startswith("acc"):
        names = [f"acc {name}" for name in names]
    return names, said


def _open_stream(
    path: Path, stream: Any, xyz: tuple[int, int, int], said: set[str], wish: Wish, notes: list[str]
) -> Recording:
    with np.errstate(invalid="ignore"):  # of the numbers that are none, some say so loudly
        values = np.asarray(stream["time_series"], np.float64)[:, list(xyz)]
    stamps = np.asarray(stream["time_stamps"], np.float64)
    if len(values) < 2 or len(stamps) != len(values) or not np.isfinite(stamps).all() or np.abs(stamps).max() > 4e9:
        raise RecordingError(f"{path.name} holds too few samples of its accelerometer, or none with times.")
    look = Look()
    look.add(values)
    stated = units.parse(next(iter(said))) if len(said) == 1 else None
    unit, units_from = look.unit(path.name, stated, wish, notes)
    pieces = lay_stamps(path.name, np.rint(stamps * NS).astype(np.int64), wish, notes)
    notes.append("Its times are those of the recording computer's own clock, and no dates.")
    rate_hz = len(values) / sum(piece.count / piece.rate_hz for piece in pieces)

    def read() -> Iterator[npt.NDArray[np.float32]]:
        out = units.to_g(values, unit)
        out[np.isnan(out).any(axis=1)] = np.nan
        yield out

    device = Device("XDF", "", rate_hz, look.lsb_g(unit), unit)
    return build(path, wish, device, pieces, read, notes=notes, has_date=False, units_from=units_from)
