"""The file that is kept of a night: all that tables and reports need, without samples and without times of its making.

It is JSON, packed by gzip, whose checksum tells a damaged file. An event has every field as `replay` gives it: Python
writes a number as the shortest decimal that reads back as the same bits.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import secrets
import time
import zlib
from dataclasses import asdict, astuple, dataclass, fields
from typing import TYPE_CHECKING, Any, Self

from detector.cohort.settings import FORM
from detector.cohort.source import Source
from detector.errors import FasciwatchError
from detector.events import EVENT_FIELDS, Event
from detector.minutes import MeasuredMinute
from detector.series import Rate
from detector.summary.digest import NightDigest

if TYPE_CHECKING:
    from pathlib import Path

    from detector.summary.many.cache import Rates

PARTIAL = ".partial"
_LONG_DEAD_S = 3600.0
"""No file takes so long to write."""
_MINUTE_FIELDS = tuple(field.name for field in fields(MeasuredMinute))


class UnsoundError(FasciwatchError):
    """A result that is damaged, or no result."""


@dataclass(frozen=True, slots=True)
class Signal:
    """How well one wearable's samples came in.

    Parameters
    ----------
    name
        Of the wearable.
    rate_hz
        True rate over the night, in Hz; None without samples.
    samples
        How many.
    gaps
        Start and end (UTC in ns) and cause of each.
    wear
        Start and end (UTC in ns) and state of each stretch: worn, off the body, charging or unclear.
    minutes
        What each minute says of its hearing; none where that is not known.
    """

    name: str
    rate_hz: float | None
    samples: int
    gaps: tuple[tuple[int, int, str], ...]
    wear: tuple[tuple[int, int, str], ...]
    minutes: tuple[MeasuredMinute, ...]

    @property
    def gap_s(self) -> float:
        """Time lost to gaps, in s."""
        return sum(end_ns - start_ns for start_ns, end_ns, _ in self.gaps) / 1e9


@dataclass(frozen=True, slots=True)
class Result:
    """What is kept of a night.

    Parameters
    ----------
    key
        Of its task.
    place
        Where the wearable was worn by the table; "" where that does not say.
    source
        What it was made of.
    format
        Name of the recording's format.
    version, settings, settings_hash, python, numba
        What made it.
    digest
        The night in numbers.
    rates
        Of each wearable the rate at each of its levels.
    signals
        Of each wearable how well its samples came in.
    notes
        What reading it told.
    events
        In the order in which `replay` gives them.
    """

    key: str
    place: str
    source: Source
    format: str
    version: str
    settings: str
    settings_hash: str
    python: str
    numba: str | None
    digest: NightDigest
    rates: tuple[Rates, ...]
    signals: tuple[Signal, ...]
    notes: tuple[str, ...]
    events: tuple[Event, ...]

    def to_bytes(self) -> bytes:
        """Write it: the same bytes for the same result."""
        told: dict[str, Any] = {
            "form": FORM,
            "key": self.key,
            "place": self.place,
            "source": asdict(self.source),
            "format": self.format,
            "version": self.version,
            "settings": self.settings,
            "settings_hash": self.settings_hash,
            "python": self.python,
            "numba": self.numba,
            "digest": json.loads(self.digest.to_json()),
            "rates": [[rate and astuple(rate) for rate in each] for each in self.rates],
            "signals": [_of_signal(signal) for signal in self.signals],
            "notes": self.notes,
            "events": {name: [getattr(event, name) for event in self.events] for name in EVENT_FIELDS},
        }
        return gzip.compress(json.dumps(told, separators=(",", ":")).encode(), mtime=0)

    @classmethod
    def read(cls, path: Path, *, in_short: bool = False) -> Self:
        """Read a result.

        Parameters
        ----------
        path
            The file.
        in_short
            Whether to leave out events and minutes, which are most of it.

        Raises
        ------
        UnsoundError
            Where it is damaged, or none of this version's.
        OSError
            Where there is none.
        """
        try:
            told = json.loads(gzip.decompress(path.read_bytes()))
            if told.pop("form") != FORM:
                raise UnsoundError(f"{path} is a result of another version of fasciwatch")
            told["source"] = Source(**told["source"])
            told["digest"] = NightDigest.from_json(json.dumps(told["digest"]))
            told["rates"] = tuple(tuple(rate and Rate(*rate) for rate in each) for each in told["rates"])
            told["signals"] = tuple(_signal_of(each, in_short=in_short) for each in told["signals"])
            told["notes"] = tuple(told["notes"])
            columns = told["events"]
            rows = () if in_short else zip(*(columns[name] for name in EVENT_FIELDS), strict=True)
            told["events"] = tuple(Event(*row) for row in rows)
            return cls(**told)
        except (gzip.BadGzipFile, EOFError, zlib.error, ValueError, TypeError, KeyError, AttributeError) as error:
            raise UnsoundError(f"{path} is damaged") from error

    def save(self, target: Path, written_ns: int | None) -> None:
        """Write it to a file: all of it, or nothing.

        Parameters
        ----------
        target
            The file; its folder is made where it is missing.
        written_ns
            When the recording was written to: the file gets this time, by which the recording is known again at a
            glance. None where that cannot be relied upon.

        Raises
        ------
        FasciwatchError
            Where it cannot be written.
        """
        save(target, self.to_bytes(), written_ns)


def save(target: Path, content: bytes, written_ns: int | None = None) -> None:
    """Write a file: all of it, once the disk has it, or nothing.

    Raises
    ------
    FasciwatchError
        Where it cannot be written.
    """
    partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}{PARTIAL}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with partial.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if written_ns is not None:
                os.utime(partial, ns=(written_ns, written_ns))
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise FasciwatchError(f"{target} cannot be written ({error.strerror})") from error


def clear_partial(folder: Path) -> None:
    """Delete what was left half written where a process was killed; what another one may be writing now stays."""
    with contextlib.suppress(OSError), os.scandir(folder) as found:
        for entry in found:
            if entry.name.endswith(PARTIAL):
                with contextlib.suppress(OSError):
                    if time.time() - entry.stat().st_mtime > _LONG_DEAD_S:
                        os.unlink(entry.path)  # noqa: PTH108 - as it was found


def _of_signal(signal: Signal) -> dict[str, Any]:
    minutes = {name: [getattr(minute, name) for minute in signal.minutes] for name in _MINUTE_FIELDS}
    return {
        "name": signal.name,
        "rate_hz": signal.rate_hz,
        "samples": signal.samples,
        "gaps": signal.gaps,
        "wear": signal.wear,
        "minutes": minutes,
    }


def _signal_of(told: dict[str, Any], *, in_short: bool) -> Signal:
    minutes = () if in_short else zip(*(told["minutes"][name] for name in _MINUTE_FIELDS), strict=True)
    return Signal(
        told["name"],
        told["rate_hz"],
        told["samples"],
        tuple(map(tuple, told["gaps"])),
        tuple(map(tuple, told["wear"])),
        tuple(MeasuredMinute(*minute) for minute in minutes),
    )
