"""XDF, what LabRecorder writes of streams of the lab streaming layer: times are those of the recording computer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from detector.errors import RecordingError
from detector.recordings.binary.parts import channels
from detector.recordings.binary.tables.table import Table, open_table
from detector.recordings.binary.xdf import chunks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from detector.recordings.binary.xdf.chunks import Stream
    from detector.recordings.recording import Recording
    from detector.recordings.wish import Wish

_OF_OTHERS = re.compile(
    r"\s*(deg|degrees?|°|dps|mdps|rad|rads|radians?|[um\u00b5\u03bc]?t|tesla|(milli)?gauss|[um\u00b5]?v(olts?)?|uv|hz|"
    r"%|pa|hpa|celsius|°c)\s*(([/.* ]|per)?\s*(s|sec|seconds?)(\^?-1)?)?\s*",
    re.IGNORECASE,
)
"""Units of angles, turning, magnetism and the like."""

READS_GZIP = True
"""It is unpacked on the way where it is packed."""


def recognises(head: bytes, path: Path) -> bool:
    """Tell whether a file is one."""
    del path
    return head.startswith(chunks.MAGIC)


def open(path: Path, wish: Wish) -> Recording:
    """Open a file and take the first stream of an accelerometer.

    Raises
    ------
    RecordingError
        Where the file is damaged, or no stream is an accelerometer's.
    """
    notes: list[str] = []
    streams = chunks.survey(path, notes)
    refused = RecordingError(f"{path.name} is a damaged XDF file without a sound stream: copy it or record it again.")
    found: dict[str, tuple[int, tuple[int, int, int]]] = {}
    other: list[str] = []
    for number, stream in streams.items():
        try:
            if wish.columns is not None:
                xyz = channels.given(path.name, stream.names, wish.columns)[1]
            else:
                xyz = channels.axes(path.name, stream.names if stream.dtype else [], [])
        except RecordingError as error:
            refused = error
            continue
        name = stream.name or f"stream {number}"
        if wish.columns is None and any(_OF_OTHERS.fullmatch(stream.stated[i]) for i in xyz):
            other.append(name)
            continue
        found[name if name not in found else f"{name} ({number})"] = number, xyz
    if not found and other:
        raise RecordingError(
            f"{path.name} holds no accelerometer by the units of its streams ({', '.join(other[:20])}): name three "
            "channels with --columns if one is."
        )
    if not found:
        raise refused
    filled = {name: at for name, at in found.items() if streams[at[0]].samples > 1}
    if filled and len(filled) < len(found) and wish.sensor is None:
        notes.append(f"Without samples: {', '.join(name for name in found if name not in filled)}.")
        found = filled
    # What is named an accelerometer comes before what has axes and no name.
    named = [name for name, (number, _) in found.items() if channels.rank(_words(streams[number])) == 0]
    number, xyz = found[channels.choose(path.name, named or list(found), wish.sensor, notes)]
    if wish.columns is None:
        channels.axes(path.name, streams[number].names, notes)  # which tells of others in the stream
    return _open_stream(path, number, streams[number], xyz, wish, notes)


def _words(stream: Stream) -> str:
    return " ".join((stream.kind, stream.name, *stream.names))


def _open_stream(
    path: Path, number: int, stream: Stream, xyz: tuple[int, int, int], wish: Wish, notes: list[str]
) -> Recording:
    if stream.samples < 2:
        raise RecordingError(f"{path.name} holds too few samples of its accelerometer {stream.name}: record again.")
    line = stream.line
    if line is None:
        notes.append(
            "A clock was set while it was recorded, or what it says of the clocks is damaged; its times are those of "
            "the stream's own."
        )
    ahead, growth = line or (0.0, 0.0)

    damage = chunks.Damage()

    def read(some: Sequence[int]) -> Iterator[Sequence[npt.NDArray[Any]]]:
        for stamps, values in chunks.samples(path, number, stream, damage):
            at = stamps + (ahead + growth * stamps)
            yield [values[:, xyz[i]] if i < 3 else at for i in some]

    names = [stream.names[i] for i in xyz]
    table = Table(path, "XDF", [*names, "time"], read, said=[stream.stated[i] for i in xyz], is_date=False)
    recording = open_table(table, wish, notes, (3, (0, 1, 2)))
    if damage.short:
        notes.append(
            f"{damage.short} chunk(s) of samples are damaged or cut off: what cannot be read of them is missing."
        )
    if stream.promised > recording.n:
        notes.append(f"Its footer tells of {stream.promised} samples, and {recording.n} are there.")
    notes.append("Its times are those of the recording computer's own clock, and no dates.")
    return recording
