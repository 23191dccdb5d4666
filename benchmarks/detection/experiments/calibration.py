"""Whether the false alarms a user asks for are those that noise causes."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from benchmarks.detection.material.noises import COLOURED, QUANTISED, WHITE, Noise
from benchmarks.detection.measuring.outcome import Cell, Effort, Figure, Outcome, Rows, within_factor
from benchmarks.detection.measuring.rates import poisson_interval
from benchmarks.detection.recorded import quiet_recordings
from benchmarks.detection.truth import KnownNight
from detector.signal import Detector, DetectorConfig

SEED = 7701
WISHES = (0.5, 1.0, 5.0)
"""False alarms an hour that a user may ask for."""

RECORDED_WISHES = (5.0, 60.0, 600.0)
"""Asked of the short real recordings: at fewer nothing would be seen in their minutes."""

ON_NOISE, ON_RECORDINGS = 2.0, 3.0
"""Factors that the false alarms may be off by."""


@dataclass(frozen=True, slots=True)
class Count:
    """Events in noise of a known length."""

    name: str
    wish: float
    hours: float
    kinds: Counter[str]

    @property
    def events(self) -> int:
        """Events of any kind."""
        return self.kinds.total()

    @property
    def per_hour(self) -> float:
        """False alarms an hour."""
        return self.events / self.hours

    def figure(self, factor: float | None) -> Figure:
        """As a factor of what was asked for."""
        low, high = poisson_interval(self.events, self.hours * self.wish)
        target = None if factor is None else within_factor(1.0, factor)
        return Figure(f"got over asked {self.wish:g}/h: {self.name}", self.per_hour / self.wish, low, high, "", target)


def calibration(effort: Effort) -> Outcome:
    """Count events where there is nothing but noise."""
    hours = effort.scaled(48.0, 480.0)
    noises = (*WHITE, *COLOURED, *QUANTISED)
    with ThreadPoolExecutor() as pool:  # the kernels release the interpreter's lock
        per_noise = list(pool.map(lambda noise: on_noise(noise, hours), noises))
    simulated = [count for counts in per_noise for count in counts]
    nights, skipped = quiet_recordings()
    stretches = [count for night in nights for count in on_recording(night)]
    names = dict.fromkeys(night.name for night in nights)
    recorded = [
        _pooled(name, [count for count in stretches if count.name == name], wish)
        for name in names
        for wish in RECORDED_WISHES
    ]
    pooled = [_pooled("all real recordings", recorded, wish) for wish in RECORDED_WISHES] if recorded else []
    notes = [
        "an event of any kind is a false alarm here",
        (
            f"the real recordings are {sum(n.observed_s for n in nights) / 60:.0f} min in all: too short to show 1/h, "
            "so that more is asked of the same threshold; a heart beat in them counts as false"
        ),
        *(f"skipped: {reason}" for reason in skipped),
    ]
    return Outcome(
        name="calibration",
        title="false alarms asked for and got",
        figures=tuple(
            [count.figure(ON_NOISE) for count in simulated] + [count.figure(ON_RECORDINGS) for count in pooled]
        ),
        rows=(
            Rows(f"simulated noise, {hours:g} h each", _columns(WISHES), _rows(simulated, WISHES)),
            Rows("real still recordings", _columns(RECORDED_WISHES), _rows([*recorded, *pooled], RECORDED_WISHES)),
        ),
        notes=tuple(notes),
        curves={
            name: {
                "asked_per_hour": [count.wish for count in simulated if count.name == name],
                "got_per_hour": [count.per_hour for count in simulated if count.name == name],
            }
            for name in dict.fromkeys(count.name for count in simulated)
        },
        seeds=(SEED,),
    )


def on_noise(noise: Noise, hours: float, wishes: tuple[float, ...] = WISHES) -> list[Count]:
    """Run one detector a wish over the same noise."""
    detectors = [
        Detector(noise.rate_hz, DetectorConfig(false_alarms_per_hour=wish, resolution_mg=noise.step_mg))
        for wish in wishes
    ]
    kinds: list[Counter[str]] = [Counter() for _ in wishes]
    for chunk in noise.chunks(hours, SEED):
        for detector, count in zip(detectors, kinds, strict=True):
            count.update(event.kind for event in detector.push(chunk))
    for detector, count in zip(detectors, kinds, strict=True):
        count.update(event.kind for event in detector.flush())
    return [Count(noise.name, wish, hours, count) for wish, count in zip(wishes, kinds, strict=True)]


def on_recording(night: KnownNight) -> list[Count]:
    """Run one detector a wish over a recording of a sensor at rest."""
    return [
        Count(
            night.name,
            wish,
            night.observed_s / 3600,
            # A heart beat that is called a pulse is no false alarm; in pure noise it would be.
            Counter(event.kind for event in night.detect(false_alarms_per_hour=wish) if event.kind != "pulse"),
        )
        for wish in RECORDED_WISHES
    ]


def _pooled(name: str, counts: list[Count], wish: float) -> Count:
    """Counts at one wish together."""
    these = [count for count in counts if count.wish == wish]
    kinds = sum((count.kinds for count in these), Counter())
    return Count(name, wish, sum(count.hours for count in these), kinds)


def _columns(wishes: tuple[float, ...]) -> tuple[str, ...]:
    return ("noise", "hours", *(f"asked {wish:g}/h: got [95 %]" for wish in wishes), "kinds at the most")


def _rows(counts: list[Count], wishes: tuple[float, ...]) -> tuple[tuple[Cell, ...], ...]:
    table: dict[str, list[Count]] = {}
    for count in counts:
        table.setdefault(count.name, []).append(count)
    rows: list[tuple[Cell, ...]] = []
    for name, these in table.items():
        cells: list[Cell] = [name, these[0].hours]
        for count in sorted(these, key=lambda c: wishes.index(c.wish)):
            low, high = poisson_interval(count.events, count.hours)
            cells.append(f"{count.per_hour:.2f} [{low:.2f}, {high:.2f}]")
        rows.append((*cells, ", ".join(f"{n} {kind}" for kind, n in these[-1].kinds.most_common())))
    return tuple(rows)
