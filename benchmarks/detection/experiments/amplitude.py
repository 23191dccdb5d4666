"""The amplitude of which nine in ten twitches are found at one false alarm an hour, against the limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.detection.experiments.ours import AtWishes, at_wishes, near, pooled
from benchmarks.detection.limit import Filters, clairvoyant_hits, filters
from benchmarks.detection.material.nights import isolated
from benchmarks.detection.material.noises import Noise
from benchmarks.detection.measuring.outcome import Comparison, Effort, Figure, Outcome, Rows, Target, at_most
from benchmarks.detection.measuring.psychometric import RECALL, amplitude, at_one_per_hour, interval, resamples
from benchmarks.detection.measuring.rates import poisson_interval
from benchmarks.detection.measuring.rivalry import Tuned, at_false_alarms, onsets_in
from benchmarks.detection.simulator import Isolated

SEED = 7702
WISHES = np.array([0.5, 1.0, 2.0])
"""Settings between which the amplitude at exactly one false alarm an hour is read."""

UNITS, FIRINGS = 10, 30
"""Motor units of a night, and how often each has fired before it counts as known."""

STRANGERS_DB, UNITS_DB, AIM_DB = 1.8, 1.3, 1.0
"""What must be reached above the limit, and what one may hope for."""

OURS_STRANGERS, OURS_UNITS, PERFECT = "fasciwatch, strangers", "fasciwatch, known units", "perfect knowledge of units"
LIMIT = "clairvoyant"


@dataclass(frozen=True, slots=True)
class Condition:
    """One rate and noise, with one family of shapes."""

    rate_hz: float
    density_ug: float
    held_out: bool

    @property
    def shapes(self) -> str:
        """Name of the family of shapes."""
        return "held-out shapes" if self.held_out else "training shapes"

    def __str__(self) -> str:
        return f"{self.rate_hz:g} Hz, {self.density_ug:g} ug/rtHz, {self.shapes}"

    @property
    def noise(self) -> Noise:
        """Noise without a twitch."""
        return Noise(str(self), self.rate_hz, (self.density_ug,) * 3)

    def matched(self, twitches: Isolated) -> Filters:
        """The clairvoyant's filters for some twitches."""
        return filters(twitches.waveforms_mg, self.rate_hz, self.density_ug)

    @property
    def range_mg(self) -> tuple[float, float]:
        """Amplitudes tried, peak to peak; twitches are found from about a tenth of the range on."""
        return 0.015 * self.density_ug, 0.15 * self.density_ug


CONDITIONS = tuple(
    Condition(rate_hz, density_ug, held_out)
    for held_out in (False, True)
    for rate_hz, density_ug in ((50.0, 100.0), (100.0, 100.0), (200.0, 100.0), (100.0, 45.0), (100.0, 220.0))
)


@dataclass(frozen=True, slots=True)
class Reached:
    """How far one method gets in one condition.

    Parameters
    ----------
    condition, method
        Which.
    amplitude_mg
        Amplitude for 90 % recall at one false alarm an hour, with its interval.
    above_db
        The same above the clairvoyant's on the same events.
    above_own_db
        The same where each twitch is measured in units of its own detectability rather than in mg, so that it matters
        not which shapes are loud.
    per_hour
        False alarms at the setting of 1, with their interval; NaN where they are so by construction.
    """

    condition: Condition
    method: str
    amplitude_mg: tuple[float, float, float]
    above_db: tuple[float, float, float]
    above_own_db: tuple[float, float, float]
    per_hour: tuple[float, float, float] = (np.nan, np.nan, np.nan)


@dataclass(frozen=True, slots=True, eq=False)
class Bench:
    """Isolated twitches, their limit and their resamples; methods are held against it."""

    condition: Condition
    scored: npt.NDArray[np.bool_]
    p2p_mg: npt.NDArray[np.float64]
    loudness: npt.NDArray[np.float64]
    weights: npt.NDArray[np.float64]
    limit_mg: npt.NDArray[np.float64]
    limit_own: npt.NDArray[np.float64]

    @classmethod
    def of(
        cls,
        condition: Condition,
        nights: Sequence[Isolated],
        draws: int,
        scored: npt.NDArray[np.bool_],
    ) -> Bench:
        """Find the limit on the twitches that count."""
        banks = [condition.matched(one) for one in nights]
        keep = scored
        p2p_mg = np.array([event.p2p_mg for one in nights for event in one.night.truth])[keep]
        loudness = np.concatenate([bank.deflection / bank.threshold(1.0) for bank in banks])[keep]
        weights = resamples(len(p2p_mg), draws, SEED)
        hit = clairvoyant(nights, banks, 1.0)[keep]
        return cls(
            condition,
            keep,
            p2p_mg,
            loudness,
            weights,
            amplitude(p2p_mg, hit, weights),
            amplitude(loudness, hit, weights),
        )

    def limit(self) -> Reached:
        """The limit itself."""
        zero = (0.0, 0.0, 0.0)
        return Reached(self.condition, LIMIT, interval(self.limit_mg), zero, zero)

    def reached(self, method: str, hit: npt.NDArray[np.bool_]) -> Reached:
        """Hold a method against the limit that has one false alarm an hour by construction."""
        hit = hit[self.scored]
        mg = amplitude(self.p2p_mg, hit, self.weights)
        own = amplitude(self.loudness, hit, self.weights)
        return self._reached(method, mg, own)

    def reached_at_wishes(self, method: str, found: AtWishes) -> Reached:
        """Hold fasciwatch against it, read at exactly one false alarm an hour."""

        def exactly(size: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
            by_wish = np.array([amplitude(size, hit[self.scored], self.weights) for hit in found.hits])
            return at_one_per_hour(by_wish, WISHES, found.false_alarms, found.hours, SEED)

        count = int(found.false_alarms[list(WISHES).index(1.0)])
        per_hour = (count / found.hours, *poisson_interval(count, found.hours))
        return self._reached(method, exactly(self.p2p_mg), exactly(self.loudness), per_hour)

    def _reached(
        self,
        method: str,
        mg: npt.NDArray[np.float64],
        own: npt.NDArray[np.float64],
        per_hour: tuple[float, float, float] = (np.nan, np.nan, np.nan),
    ) -> Reached:
        above = interval(20 * np.log10(mg / self.limit_mg))
        above_own = interval(20 * np.log10(own / self.limit_own))
        return Reached(self.condition, method, interval(mg), above, above_own, per_hour)


def limit(effort: Effort) -> Outcome:
    """Measure everyone's amplitude for 90 % recall at one false alarm an hour."""
    rivals = (
        {} if not effort.with_rivals else {rate: at_false_alarms(rate, 1.0, effort) for rate in (50.0, 100.0, 200.0)}
    )
    with ThreadPoolExecutor() as pool:
        reached = [one for many in pool.map(lambda c: list(_condition(c, effort, rivals)), CONDITIONS) for one in many]
    return Outcome(
        name="limit",
        title=f"amplitude for {RECALL:.0%} recall at 1 false alarm/h, against the clairvoyant matched filter",
        figures=tuple(_figure(one) for one in reached if one.method not in (LIMIT, PERFECT)),
        rows=(Rows("amplitude and dB above the limit [95 %]", _COLUMNS, tuple(_row(one) for one in reached)),),
        comparisons=tuple(_comparison(reached, condition) for condition in CONDITIONS) if rivals else (),
        notes=_NOTES,
        curves=_curves(reached),
        seeds=(SEED,),
    )


def _condition(condition: Condition, effort: Effort, rivals: dict[float, list[Tuned]]) -> Iterator[Reached]:
    count = round(effort.scaled(2000, 12000))
    hours, draws = effort.scaled(20.0, 300.0), round(effort.scaled(100, 400))
    seed = (SEED, round(condition.rate_hz), round(condition.density_ug), int(condition.held_out))
    place = (condition.rate_hz, condition.density_ug, condition.range_mg)

    strangers = isolated(count, *place, (*seed, 0), condition.held_out)
    bench = Bench.of(condition, [strangers], draws, np.ones(count, bool))
    yield bench.limit()
    yield bench.reached_at_wishes(
        OURS_STRANGERS, at_wishes(strangers.night, WISHES.tolist(), condition.noise, hours, SEED)
    )
    truth_s = np.array([event.onset_s for event in strangers.night.truth])
    for rival in rivals.get(condition.rate_hz, ()):
        yield bench.reached(rival.name, near(truth_s, onsets_in(strangers.night, rival)))

    nights = round(effort.scaled(4, 16))
    known = [
        isolated(count // nights + UNITS * FIRINGS, *place, (*seed, 1 + night), condition.held_out, UNITS)
        for night in range(nights)
    ]
    after = [known_by_then(np.array([event.unit for event in one.night.truth]), FIRINGS) for one in known]
    bench = Bench.of(condition, known, draws, np.concatenate(after))
    found = [
        at_wishes(one.night, WISHES.tolist(), condition.noise, hours / nights, (SEED, i)) for i, one in enumerate(known)
    ]
    yield bench.reached_at_wishes(OURS_UNITS, pooled(found))
    yield bench.reached(PERFECT, clairvoyant(known, [condition.matched(one) for one in known], 1.0 / UNITS))


def clairvoyant(nights: Sequence[Isolated], banks: Sequence[Filters], per_hour: float) -> npt.NDArray[np.bool_]:
    """Which twitches of all the nights their own matched filters find."""
    return np.concatenate(
        [clairvoyant_hits(one.night.xyz, one.index, bank, per_hour) for one, bank in zip(nights, banks, strict=True)]
    )


def known_by_then(unit: npt.NDArray[np.integer], firings: int) -> npt.NDArray[np.bool_]:
    """Events before which every unit has fired so many times, shape ``(n,)``."""
    fired = np.array([np.cumsum(unit == one) - (unit == one) for one in np.unique(unit)])
    return np.asarray((fired >= firings).all(axis=0))


_COLUMNS = (
    "condition",
    "method",
    "amplitude mg p-p",
    "dB above the limit",
    "dB, each twitch in its own detectability",
    "false/h in noise at the setting 1",
)

_NOTES = (
    "isolated twitches every 3 s, amplitudes log-uniform, white noise and gravity only",
    "strangers: every twitch has a shape and direction of its own",
    f"known units: twitches after each of {UNITS} units has fired {FIRINGS} times, against the limit on those same",
    f"perfect knowledge: the {UNITS} units' own matched filters share the one false alarm an hour",
    "fasciwatch is read at exactly 1 false alarm/h in noise that follows the twitches, from settings of 0.5, 1 and 2",
    "rivals: threshold for 1 false alarm/h on separate noise",
)


def _target(one: Reached) -> Target | None:
    if one.condition.density_ug != 100.0:  # what was asked for is at this density
        return None
    return {OURS_STRANGERS: at_most(STRANGERS_DB), OURS_UNITS: at_most(UNITS_DB)}.get(one.method)


def _figure(one: Reached) -> Figure:
    return Figure(f"{one.method}: {one.condition}", *one.above_db, unit="dB above the limit", target=_target(one))


def _row(one: Reached) -> tuple[str, ...]:
    return (
        str(one.condition),
        one.method,
        _spread(one.amplitude_mg),
        _spread(one.above_db),
        _spread(one.above_own_db),
        _spread(one.per_hour),
    )


def _spread(value: tuple[float, float, float]) -> str:
    return "" if np.isnan(value[0]) else f"{value[0]:.2f} [{value[1]:.2f}, {value[2]:.2f}]"


def _comparison(reached: list[Reached], condition: Condition) -> Comparison:
    these = {one.method: one.above_db[0] for one in reached if one.condition == condition}
    ours = these[OURS_STRANGERS]
    rivals = {m: db for m, db in these.items() if m not in (LIMIT, OURS_STRANGERS, OURS_UNITS, PERFECT)}
    return Comparison(f"dB above the limit: {condition}", ours, rivals, more_is_better=False)


def _curves(reached: list[Reached]) -> dict[str, dict[str, list[float]]]:
    curves: dict[str, dict[str, list[float]]] = {}
    for one in reached:
        points = curves.setdefault(f"{one.method}, {one.condition.shapes}", {})
        for key, value in (
            ("rate_hz", one.condition.rate_hz),
            ("density_ug", one.condition.density_ug),
            ("above_db", one.above_db[0]),
            ("low_db", one.above_db[1]),
            ("high_db", one.above_db[2]),
        ):
            points.setdefault(key, []).append(value)
    return curves
