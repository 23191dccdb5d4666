"""What of a night is exported: its wearables, its events with their labels, what made it; without names by default."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.night import Night, Sensor, evening
from detector.night.sentences import as_night_error
from detector.night.upkeep.age import is_being_recorded
from detector.summary.judged.labelled import iso_utc, placed_labelled
from detector.summary.zone import zone_of
from detector.version import __version__
from firmware_bridge.foreign_text import file_name
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    import numpy.typing as npt

    from detector.night.codec.segment import Anchors
    from firmware_bridge.samples import Gap

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EVERYTHING = np.array([[-(2**63), 2**63 - 1]])


@dataclass(frozen=True, slots=True, eq=False)
class Wearable:
    """A wearable whose samples are exported.

    Parameters
    ----------
    sensor
        As the night knows it.
    alias
        What it is called in the export: where it was worn, or a number; fit for a file's name.
    anchors
        Its rows, as they were when the export began: what is recorded later is left out.
    gaps
        In the order of time.
    start_ns
        Whole second, UTC in ns, that times in files without time stamps count from.
    """

    sensor: Sensor
    alias: str
    anchors: Anchors
    gaps: list[Gap]
    start_ns: int

    @property
    def sample_count(self) -> int:
        """Number of samples."""
        return int(self.anchors.length.sum())


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A night that is exported.

    Parameters
    ----------
    night
        It is open.
    name
        The date of its evening, or ``undated-`` and part of its identity: what its files are called.
    identity
        The same of the same recording, whatever is said of it later.
    subject
        Code of the person.
    zone
        The wearer's time zone; None for this computer's.
    wearables
        Those that have samples.
    events
        Onset (UTC in ns, or on the clock of the samples) and row by `detector.summary.judged.labelled.LABELLED_FIELDS`.
    facts
        What made it; what JSON knows.
    is_recording
        Whether it is being recorded at this moment.
    named
        Whether names of wearables, serial numbers, files and reviewers go along.
    """

    night: Night
    name: str
    identity: str
    subject: str
    zone: tzinfo | None
    wearables: tuple[Wearable, ...]
    events: list[tuple[int, dict[str, Any]]] = field(repr=False)
    facts: dict[str, Any] = field(repr=False)
    is_recording: bool
    named: bool

    @property
    def sample_count(self) -> int:
        """Number of samples of all wearables."""
        return sum(each.sample_count for each in self.wearables)

    def events_of(self, wearable: Wearable) -> list[tuple[int, dict[str, Any]]]:
        """Return the events of a wearable that hold: those a reviewer says are none are left out.

        An event that a reviewer says is of another kind is told as of that.
        """
        found = []
        for onset_ns, row in self.events:
            if row["sensor"] == wearable.alias and row["label"] != "no":
                is_kind = row["label"] not in {None, "yes", "unsure"}
                found.append((onset_ns, row | {"kind": row["label"]} if is_kind else row))
        return found

    def blocks(self, wearable: Wearable) -> Iterator[tuple[Anchors, npt.NDArray[np.float32]]]:
        """Yield the samples of a wearable minute by minute, no more than there were when the export began."""
        left = wearable.sample_count
        for anchors, xyz in self.night.minutes_of_samples(wearable.sensor.name, _EVERYTHING):
            if len(xyz) > left:
                rows = int(np.searchsorted(np.cumsum(anchors.length), left, side="right"))
                cut = type(anchors)(anchors.start_ns[:rows], anchors.rate_hz[:rows], anchors.length[:rows])
                if rows:
                    yield cut, xyz[:left]
                return
            yield anchors, xyz
            left -= len(xyz)
            if not left:
                return


def open_source(night: Night, *, subject: str, named: bool) -> Source:
    """Gather what is exported of a night.

    Parameters
    ----------
    night
        It stays open as long as the export goes on.
    subject
        Code of the person.
    named
        As in `Source`.

    Raises
    ------
    NightError
        Where it is damaged.
    """
    night.see_that_it_is_whole()
    with as_night_error(night.path):
        return _gathered(night, subject, named=named)


def _gathered(night: Night, subject: str, *, named: bool) -> Source:
    recording = is_being_recorded(night.path)
    runs = night.runs
    zone = zone_of(runs)
    sensors = night.sensors
    anchors = {each.name: night.anchors(each.name) for each in sensors}
    aliases = _aliases(sensors, named=named)
    starts = {name: int(places.start_ns.min()) for name, places in anchors.items() if len(places.start_ns)}
    dated = [starts[each.name] for each in sensors if each.has_date and each.name in starts]
    wearables = []
    for each in sensors:
        places = anchors[each.name]
        if len(places.start_ns):
            # All that have dates count from one moment, so that their events can be compared.
            first_ns = min(dated) if each.has_date else starts[each.name]
            whole_ns = first_ns // NS * NS
            wearables.append(Wearable(each, aliases[each.name], places, night.gaps(each.name), whole_ns))
    first = min(dated, default=min((one.start_ns for one in wearables), default=0))
    told = f"{first}|{runs[0].made_by.source_sha256 if runs else ''}"
    identity = hashlib.sha256(told.encode()).hexdigest()[:16]
    name = evening(min(dated), zone).isoformat() if dated else f"undated-{identity[:6]}"
    reviewers: dict[str, str] = {}
    events = [(at, _without_names(row, aliases, reviewers, named=named)) for at, row in placed_labelled(night)]
    left_out = sum(row["label"] == "no" for _, row in events)
    facts = {
        "night": name,
        "identity": identity,
        "subject": subject,
        "exported_by": f"fasciwatch {__version__}",
        "is_medical_device": False,
        "made_by": [_run(run, named=named) for run in runs],
        "timezone": next((run.made_by.timezone for run in reversed(runs) if run.made_by.timezone), None),
        "was_being_recorded": recording,
        "wearables": [_facts_of(one, named=named) for one in wearables],
        "events": dict(sorted(Counter(row["kind"] for _, row in events).items())),
        "events_that_a_reviewer_says_are_none": left_out,
    }
    return Source(night, name, identity, subject, zone, tuple(wearables), events, facts, recording, named)


def local(utc_ns: int, zone: tzinfo | None) -> datetime:
    """Return a moment on the wearer's clock."""
    return (_EPOCH + timedelta(microseconds=utc_ns // 1000)).astimezone(zone)


def _aliases(sensors: tuple[Sensor, ...], *, named: bool) -> dict[str, str]:
    """Call each wearable by its place or a number, or by its name; none as another one."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for number, sensor in enumerate(sensors, 1):
        word = sensor.name if named else (sensor.place or f"sensor{number}")
        # One word of plain letters: it stands in names of files and channels that many tools split.
        plain = re.sub(r"[^0-9A-Za-z]+", "-", file_name(word)).strip("-") or f"sensor{number}"
        found[sensor.name] = _free(plain, taken)
    return found


def _free(plain: str, taken: set[str]) -> str:
    """Return a name that is none of those taken, also where only letters and digits are kept of it, as in BIDS."""
    names = itertools.chain([plain], (f"{plain}-{number}" for number in itertools.count(2)))
    name = next(name for name in names if name.replace("-", "").casefold() not in taken)
    taken.add(name.replace("-", "").casefold())
    return name


def _without_names(
    row: dict[str, Any], aliases: dict[str, str], reviewers: dict[str, str], *, named: bool
) -> dict[str, Any]:
    told = row | {"sensor": aliases[row["sensor"]]}
    if row["reviewer"] is not None and not named:
        told["reviewer"] = reviewers.setdefault(row["reviewer"], f"reviewer{len(reviewers) + 1}")
    return told


def _run(run: Any, *, named: bool) -> dict[str, Any]:
    made = run.made_by
    told: dict[str, Any] = {
        "version": made.version,
        "settings": dict(made.settings),
        "settings_sha256": run.settings_sha256,
        "source": made.source,
    }
    if named:
        told |= {"source_name": made.source_name, "source_sha256": made.source_sha256}
    return told


def _facts_of(one: Wearable, *, named: bool) -> dict[str, Any]:
    sensor, anchors = one.sensor, one.anchors
    told: dict[str, Any] = {
        "alias": one.alias,
        "model": sensor.model,
        "place": sensor.place,
        "nominal_hz": sensor.nominal_hz,
        "true_hz": float(anchors.length.sum() / anchors.seconds.sum()),
        "range_g": sensor.range_g,
        "lsb_g": sensor.lsb_g,
        "firmware": sensor.firmware,
        "has_date": sensor.has_date,
        "first_sample_utc": iso_utc(int(anchors.start_ns[0])) if sensor.has_date else None,
        "samples": one.sample_count,
        "gaps": len(one.gaps),
        "gap_s": sum(gap.end_ns - gap.start_ns for gap in one.gaps) / NS,
    }
    return told | {"name": sensor.name, "serial": sensor.serial} if named else told
