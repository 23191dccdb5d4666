"""Marks: what somebody says there is, and when."""

from __future__ import annotations

from dataclasses import dataclass, replace

from firmware_bridge.samples import NS


@dataclass(frozen=True, slots=True)
class Mark:
    """One annotation.

    Parameters
    ----------
    onset_ns
        UTC in ns; where `Annotations.is_absolute` is false, ns since the beginning of the recording.
    duration_s
        How long it lasts; 0 for a moment.
    label
        What it is, in the words of the file.
    p2p_mg
        Its size, where the file tells it: peak to peak, in mg.
    """

    onset_ns: int
    duration_s: float
    label: str
    p2p_mg: float | None = None

    @property
    def end_ns(self) -> int:
        """When it ends, on the same clock."""
        return self.onset_ns + round(self.duration_s * NS)


@dataclass(frozen=True, slots=True)
class Annotations:
    """What one file says.

    Parameters
    ----------
    form
        What kind of file it is, in words.
    marks
        In the order of time.
    is_absolute
        Whether their times are UTC, and not seconds from some beginning.
    notes
        Sentences worth telling the user.
    """

    form: str
    marks: tuple[Mark, ...]
    is_absolute: bool = False
    notes: tuple[str, ...] = ()

    def from_beginning(self, start_ns: int) -> Annotations:
        """Put marks that count from a beginning on the clock on which that is at a time, in ns."""
        if self.is_absolute:
            return self
        moved = tuple(replace(mark, onset_ns=mark.onset_ns + start_ns) for mark in self.marks)
        return replace(self, marks=moved, is_absolute=True)

    def later(self, offset_s: float) -> Annotations:
        """Move all marks to later times."""
        offset_ns = round(offset_s * NS)
        return replace(self, marks=tuple(replace(mark, onset_ns=mark.onset_ns + offset_ns) for mark in self.marks))
