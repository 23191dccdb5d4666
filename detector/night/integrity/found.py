"""What is found in looking at a night: what of it is sound, what is not there, and what is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from detector.night.schema import SEAL, sealed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from detector.night.integrity.salvage import Table
    from detector.night.records import Sensor


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong with a night.

    Parameters
    ----------
    what
        In words.
    sensor
        The wearable it is about, if it is about one.
    start_ns
        When, in UTC in ns, where that is known.
    """

    what: str
    sensor: str | None = None
    start_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Consecutive samples that are sound, as they are stored.

    Parameters
    ----------
    table, stored
        Where, and the row there.
    first_index, end_index
        Numbers of the first sample and of the one after the last.
    rows
        Of each row the numbers of its first sample and of the one after its last, its start and its end (UTC in ns).
    """

    table: str
    stored: tuple[Any, ...]
    first_index: int
    end_index: int
    rows: tuple[tuple[int, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Hole:
    """Samples that are not there, and that no gap tells of.

    Parameters
    ----------
    before_index
        Number of the first sample after it.
    start_ns, end_ns
        UTC between which they lay, in ns.
    """

    before_index: int
    start_ns: int
    end_ns: int


@dataclass(slots=True)
class Inspection:
    """What is sound of a night, and what is not.

    Parameters
    ----------
    tables
        What can be read of each, sound or not; those that others refer to first.
    sensors
        Names by number.
    parts, holes
        By the number of the sensor.
    sound
        Of every other table the rows that are sound.
    findings
        What is wrong.
    wearables
        The wearables themselves, by number.
    unsealed
        How many events and gaps have no checksum: an older fasciwatch wrote them.
    """

    tables: dict[str, Table] = field(default_factory=dict)
    sensors: dict[int, str] = field(default_factory=dict)
    parts: dict[int, list[Part]] = field(default_factory=dict)
    holes: dict[int, list[Hole]] = field(default_factory=dict)
    sound: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    wearables: dict[int, Sensor] = field(default_factory=dict)
    unsealed: int = 0

    def named(self, table: str) -> Iterator[tuple[tuple[Any, ...], Mapping[str, Any]]]:
        """Yield the rows of a table, each as it is and by the names of its columns."""
        found = self.tables[table]
        return ((row, dict(zip(found.columns, row, strict=True))) for row in found.rows)

    def values(self, table: str) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...], Any]]:
        """Yield the rows of a table: each as it is, the values that its checksum is over, and the checksum."""
        found = self.tables[table]
        places = [found.columns.index(name) for name in (*sealed(table), SEAL)]
        for row in found.rows:
            *values, stored = (row[place] for place in places)
            yield row, tuple(values), stored

    def sound_by_name(self, table: str) -> Iterator[Mapping[str, Any]]:
        """Yield the sound rows of a table by the names of its columns."""
        return (dict(zip(self.tables[table].columns, row, strict=True)) for row in self.sound[table])

    def find(self, what: str, number: object = None, start_ns: int | None = None) -> None:
        """Add to what is wrong."""
        # A damaged number may be of any type.
        self.findings.append(Finding(what, self.sensors.get(number) if isinstance(number, int) else None, start_ns))
