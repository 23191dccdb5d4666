"""Two sensors on one sleeper whose clocks are apart: shocks that stay twitches, and twitches lost to chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from benchmarks.bodies.figures import share
from benchmarks.detection.measuring.outcome import Cell, Effort, Figure, Outcome, Rows, at_most
from benchmarks.detection.measuring.rates import poisson_interval
from benchmarks.detection.simulator.draws import Array, stream
from detector.coincidence import coincidence, expected_by_chance
from detector.events import Event
from detector.signal import DetectorConfig, detect
from firmware_bridge.virtual.twitch import acceleration, log_uniform, unit_vectors

SEED = 91_508
HOURS = 8.0
RATES_HZ = ((52.0, 100.0), (52.0, 52.0), (100.0, 100.0))
SHOCKS_PER_HOUR = 20.0
FEW_PER_HOUR = 5.0
TWITCHES_PER_HOUR = (2.0, 20.0, 60.0)
OFFSETS_MS = (0.0, 50.0, 80.0, 100.0, 150.0)
DRIFTS_MS = (10.0, 50.0)
REMAIN = 0.05
"""Asked of the shocks that both detectors saw: so few may stay a twitch under either sensor."""

_NOISE_G = 100e-6  # per root Hz
_START = datetime(2027, 1, 10, 22, tzinfo=UTC)
_TRAVEL_S, _CLOCK_S = 0.03, 0.003
_SIDES = ("left", "right")
_MATCH_S, _ALONE_S = 0.5, 4.0
_FIRST = 5

Ahead = Callable[[float], float]


@dataclass(frozen=True, slots=True, eq=False)
class Shaken:
    """A night of two sensors by one clock.

    Parameters
    ----------
    events
        What each one's detector found.
    shocks_s
        Onsets of what shook both.
    own_s
        Onsets of the twitches under each.
    """

    events: dict[str, list[Event]]
    shocks_s: Array
    own_s: dict[str, Array]


def clocks(effort: Effort) -> Outcome:
    """Share of shocks that stay twitches at each offset, and true twitches lost, with 2 to 60 an hour under each."""
    nights = round(effort.scaled(1, 8))
    asked = [
        (rates, per_hour, SHOCKS_PER_HOUR, n)
        for rates in RATES_HZ
        for per_hour in TWITCHES_PER_HOUR
        for n in range(nights)
    ]
    with ThreadPoolExecutor() as pool:
        made = list(pool.map(lambda one: _shaken(*one), asked))
    hours = HOURS * len(made)
    figures, body = [], []
    for name, ahead in _ways():
        counts = np.sum([_remain(night, way) for night in made for way in ahead], axis=0)
        remain, seen, late_remain, late_seen = (int(n) for n in counts)
        figures.append(share(f"shocks that stay twitches, {name}", remain, seen, at_most(REMAIN)))
        row: tuple[Cell, ...] = (name, hours * len(ahead), seen, remain / seen, late_remain / max(late_seen, 1))
        body.append(row)
    with ThreadPoolExecutor() as pool:
        few = list(pool.map(lambda one: _shaken(one[0], one[1], FEW_PER_HOUR, nights + one[3]), asked))
    ways = [_ahead(sign * OFFSETS_MS[-1] / 1e3, 0.0) for sign in (1, -1)]
    remain, seen, late_remain, late_seen = (
        int(n) for n in np.sum([_remain(night, way) for night in few for way in ways], axis=0)
    )
    name = f"{OFFSETS_MS[-1]:g} ms apart, {FEW_PER_HOUR:g} shocks/h"
    figures.append(share(f"shocks that stay twitches, {name}", remain, seen, at_most(REMAIN)))
    body.append((name, HOURS * len(few) * len(ways), seen, remain / seen, late_remain / max(late_seen, 1)))
    lost = [
        _lost_row(per_hour, [m for m, a in zip(made, asked, strict=True) if a[1] == per_hour])
        for per_hour in TWITCHES_PER_HOUR
    ]
    return Outcome(
        name="clocks",
        title=f"nights of {HOURS:g} h, {SHOCKS_PER_HOUR:g} shocks/h that reach both sensors, whose clocks are apart",
        figures=(*figures, *(figure for figure, _ in lost)),
        rows=(
            Rows(
                "shocks that both detectors saw, and either or both alone would call a twitch",
                ("clocks", "hours", "shocks", "share that stays a twitch", f"after the first {_FIRST} of a night"),
                tuple(body),
            ),
            Rows(
                "true twitches told as movement (clocks 150 ms apart)",
                ("twitches/h under each", "hours", "lost", "expected by chance"),
                tuple(row for _, row in lost),
            ),
        ),
        notes=(
            f"sensors at {' and '.join(f'{a:g} with {b:g}' for a, b in RATES_HZ)} Hz",
            "shocks of 12 to 120 mg p-p and 50 to 150 ms, 0 to 12 dB weaker and 0 to 30 ms later at the second",
            "each offset with both signs; before three shared events the clocks are taken to agree",
        ),
        seeds=(SEED,),
    )


def _ways() -> list[tuple[str, list[Ahead]]]:
    steady = [
        (f"{ms:g} ms apart", [_ahead(sign * ms / 1e3, 0.0) for sign in ((1, -1) if ms else (1,))]) for ms in OFFSETS_MS
    ]
    drifting = [
        (f"100 ms apart, drifting by {ms:g} ms in the night", [_ahead(0.1, sign * ms / 1e3) for sign in (1, -1)])
        for ms in DRIFTS_MS
    ]
    return steady + drifting


def _ahead(begins_s: float, drift_s: float) -> Ahead:
    """What the right one's clock is ahead at a time of the night, in s."""
    return lambda at_s: begins_s + drift_s * at_s / (3600 * HOURS)


def _shaken(rates_hz: tuple[float, float], per_hour: float, shocks_per_hour: float, number: int) -> Shaken:
    seed = (SEED, *(round(rate) for rate in rates_hz), round(per_hour), number)
    rng = stream(seed, "shocks")
    seconds = 3600.0 * HOURS
    count = round(shocks_per_hour * HOURS)
    shocks_s = 10.0 + np.sort(4.0 * rng.permutation(int(seconds / 4) - 5)[:count])
    own_s = [np.sort(rng.uniform(5.0, seconds - 5.0, round(per_hour * HOURS))) for _ in _SIDES]  # they meet by chance
    p2p_g, tp_s = log_uniform(rng, 0.012, 0.12, count), rng.uniform(0.05, 0.15, count)
    arrivals = (
        (np.ones(count), np.zeros(count)),
        (log_uniform(rng, 0.25, 1.0, count), rng.uniform(0, _TRAVEL_S, count)),
    )
    events = {}
    for side, rate_hz, at_s, (gain, late_s) in zip(_SIDES, rates_hz, own_s, arrivals, strict=True):
        xyz = _NOISE_G * np.sqrt(rate_hz / 2) * rng.standard_normal((int(seconds * rate_hz), 3)) + [0.0, 0.0, 1.0]
        onset_s = shocks_s + late_s + rng.uniform(-_CLOCK_S, _CLOCK_S, count)
        own_tp_s = tp_s * rng.uniform(0.8, 1.25, count)  # each place of the body moves its own way
        for k, direction in enumerate(unit_vectors(rng, count)):
            part, since_s = _after(onset_s[k], 3.0, rate_hz)
            xyz[part] += (gain * p2p_g)[k] * acceleration(since_s, np.array(own_tp_s[k]))[:, None] * direction
        for k, direction in enumerate(unit_vectors(rng, len(at_s))):
            part, since_s = _after(at_s[k], 0.5, rate_hz)
            xyz[part] += 0.02 * acceleration(since_s, np.array(0.06))[:, None] * direction
        found = detect((np.rint(1000 * xyz) * 1e-3).astype(np.float32), rate_hz, DetectorConfig(resolution_mg=1.0))
        events[side] = [_dated(replace(event, sensor=side), 0.0) for event in found]
    return Shaken(events, shocks_s, dict(zip(_SIDES, own_s, strict=True)))


def _after(onset_s: float, lasts_s: float, rate_hz: float) -> tuple[slice, Array]:
    part = slice(int(onset_s * rate_hz) + 1, int((onset_s + lasts_s) * rate_hz))
    return part, np.arange(part.start, part.stop) / rate_hz - onset_s


def _dated(event: Event, ahead_s: float) -> Event:
    onset = _START + timedelta(microseconds=round(1e6 * (event.onset_s + ahead_s)))
    return replace(event, onset_utc=onset.isoformat(timespec="microseconds"))


def _told(night: Shaken, ahead: Ahead) -> dict[str, list[Event]]:
    """What the events are told as where the right one's clock is ahead; `Event.onset_s` stays the true time."""
    right = [_dated(event, ahead(event.onset_s)) for event in night.events["right"]]
    return coincidence({"left": night.events["left"], "right": right})


def _remain(night: Shaken, ahead: Ahead) -> tuple[int, int, int, int]:
    """Shocks that stay a twitch, of those both saw and one would call a twitch; the same after the first of a night."""
    told = _told(night, ahead)
    alone = {side: _at(night.events[side], night.shocks_s) for side in _SIDES}
    after = {side: _at(told[side], night.shocks_s) for side in _SIDES}
    rows = [
        any(_twitches(after[side][k]) for side in _SIDES)
        for k in range(len(night.shocks_s))
        if all(alone[side][k] for side in _SIDES) and any(_twitches(alone[side][k]) for side in _SIDES)
    ]
    return sum(rows), len(rows), sum(rows[_FIRST:]), len(rows[_FIRST:])


def _at(events: Sequence[Event], at_s: Array) -> list[list[Event]]:
    """Events about each of some times, which are in order and far apart."""
    onsets_s = np.array([event.onset_s for event in events])
    first, last = np.searchsorted(onsets_s, at_s - _MATCH_S), np.searchsorted(onsets_s, at_s + _MATCH_S)
    return [list(events[a:b]) for a, b in zip(first, last, strict=True)]


def _twitches(events: Sequence[Event]) -> bool:
    return any(event.kind in {"twitch", "train"} for event in events)


def _lost_row(per_hour: float, nights: Sequence[Shaken]) -> tuple[Figure, tuple[Cell, ...]]:
    lost, true, expected = 0, 0, 0.0
    for night in nights:
        told = _told(night, _ahead(0.15, 0.0))
        for side in _SIDES:
            own_s = night.own_s[side]
            apart_s = np.abs(own_s[:, None] - night.shocks_s).min(axis=1)  # a shock on top of it is another matter
            lost += sum(
                any(event.flags == "coincident" for event in found)
                for found in _at(told[side], own_s[apart_s > _ALONE_S])
            )
            true += int((apart_s > _ALONE_S).sum())
            expected += HOURS * expected_by_chance(per_hour, per_hour)
    low, high = poisson_interval(lost, true)
    name = f"share of true twitches told as movement, {per_hour:g}/h under each"
    return Figure(name, lost / true, low, high), (per_hour, HOURS * len(nights), lost, expected)
