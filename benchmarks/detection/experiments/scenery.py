"""Nights with everything in them that is no twitch: pulse, movements, limb movements, tremor, taps and gaps."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from benchmarks.detection.experiments.noises import GRAVITY_G
from benchmarks.detection.experiments.shapes import Shapes
from benchmarks.detection.limit import noise_per_sample_mg
from benchmarks.detection.truth import KnownNight, Truth
from detector.events import Kind
from firmware_bridge.virtual.twitch import unit_vectors

Array = npt.NDArray[np.float64]

MARGIN_S = 2.5
"""Quiet kept on both sides of whatever is put in."""

LEAD_S = 60.0
"""Noise before anything happens."""

_FINE = 8  # a tap is drawn at so many times the rate and then sampled, aliases and all


class Scenery:
    """A night being made: noise and sway first, then whatever is asked for, nothing on top of another.

    Parameters
    ----------
    hours
        Length.
    rate_hz
        Sampling rate in Hz.
    density_ug
        White noise in micro-g per root hertz.
    seed
        For all draws.
    sway_mg
        Amplitude of the breathing at 0.25 Hz, in mg.
    """

    def __init__(
        self,
        hours: float,
        rate_hz: float,
        density_ug: float,
        seed: int | Sequence[int],
        *,
        sway_mg: float = 3.0,
    ) -> None:
        self.rng = np.random.default_rng(seed)
        self.rate_hz = rate_hz
        self.length_s = 3600.0 * hours
        count = round(self.length_s * rate_hz)
        noise = self.rng.standard_normal((count, 3), dtype=np.float32)
        self.mg: Array = noise_per_sample_mg(density_ug, rate_hz) * noise + 1e3 * np.array(GRAVITY_G)
        time_s = np.arange(count) / rate_hz
        self.mg += sway_mg * np.sin(2 * np.pi * 0.25 * time_s)[:, None] * unit_vectors(self.rng, 1)
        self.truth: list[Truth] = []
        self.turns_s: list[float] = [0.0]
        self._busy: list[tuple[float, float]] = [(0.0, LEAD_S), (self.length_s - 10.0, self.length_s)]

    def room(self, duration_s: float, margin_s: float = MARGIN_S) -> float | None:
        """Take a free stretch somewhere; its start in s, or None when the night is full."""
        for _ in range(200):
            start = float(self.rng.uniform(LEAD_S, self.length_s - duration_s - 10.0))
            if self.take(start, duration_s, margin_s):
                return start
        return None

    def take(self, start_s: float, duration_s: float, margin_s: float = MARGIN_S) -> bool:
        """Take this stretch if it is free."""
        low, high = start_s - margin_s, start_s + duration_s + margin_s
        if low < 0 or high > self.length_s or any(low < end and high > start for start, end in self._busy):
            return False
        self._busy.append((start_s, start_s + duration_s))
        return True

    def add(self, start_s: float, wave_mg: Array) -> None:
        """Add an acceleration whose first sample lies at or after a time."""
        at = int(np.ceil(start_s * self.rate_hz))
        self.mg[at : at + len(wave_mg)] += wave_mg[: len(self.mg) - at]

    def note(self, onset_s: float, duration_s: float, kind: Kind, source: str, p2p_mg: float, **more: float) -> None:
        """Write down what was put in."""
        self.truth.append(Truth(onset_s, duration_s, kind, source, p2p_mg, **more))  # type: ignore[arg-type]

    def twitches(
        self,
        shapes: Shapes,
        count: int,
        range_mg: tuple[float, float],
        *,
        doublets: float = 0.05,
        margin_s: float = 0.8,
    ) -> None:
        """Single twitches of units in turn at random, some of them doublets 10 to 110 ms apart, which count once."""
        for which in self.rng.integers(len(shapes.tp_s), size=count):
            lasts_s = float(shapes.lasts_s[which])
            onset_s = self.room(lasts_s, margin_s)
            if onset_s is None:
                return
            size = _log_uniform(self.rng, *range_mg)
            self._one_twitch(shapes, which, onset_s, size)
            is_double = self.rng.random() < doublets
            if is_double:
                later_s = self.rng.uniform(0.01, 0.11)
                self._one_twitch(shapes, which, onset_s + later_s, size)
                lasts_s += later_s
            source = "doublet" if is_double else "twitch"
            self.note(onset_s, lasts_s, "twitch", source, size, unit=int(which), tp_s=float(shapes.tp_s[which]))

    def place_twitch(self, shapes: Shapes, which: int, onset_s: float, size_mg: float) -> None:
        """Put one twitch at a stated time, whatever else is near, unless that very stretch is taken."""
        lasts_s = float(shapes.lasts_s[which])
        if self.take(onset_s, lasts_s, 0.0):
            self._one_twitch(shapes, which, onset_s, size_mg)
            self.note(onset_s, lasts_s, "twitch", "twitch", size_mg, unit=which, tp_s=float(shapes.tp_s[which]))

    def trains(self, shapes: Shapes, count: int, range_mg: tuple[float, float]) -> None:
        """Runs of 4 to 12 twitches of one unit at most 0.25 s apart, irregular."""
        for which in self.rng.integers(len(shapes.tp_s), size=count):
            apart_s = self.rng.uniform(0.1, 0.25, self.rng.integers(3, 12))
            last_s = float(shapes.lasts_s[which])
            onset_s = self.room(float(apart_s.sum()) + last_s)
            if onset_s is None:
                return
            size = _log_uniform(self.rng, *range_mg)
            for at_s in onset_s + np.concatenate([[0.0], np.cumsum(apart_s)]):
                self._one_twitch(shapes, which, float(at_s), size)
            duration_s = float(apart_s.sum()) + last_s
            self.note(onset_s, duration_s, "train", "train", size, unit=int(which), tp_s=float(shapes.tp_s[which]))

    def _one_twitch(self, shapes: Shapes, which: int, onset_s: float, size_mg: float) -> None:
        late_s = np.ceil(onset_s * self.rate_hz) / self.rate_hz - onset_s
        shape = shapes.sampled(np.array([which]), np.array([late_s]), self.rate_hz)[0]
        self.add(onset_s, size_mg * shape[:, None] * shapes.directions[which])

    def movements(self, count: int, lasts_s: tuple[float, float] = (3.0, 30.0)) -> None:
        """Gross movements of 50 to 500 mg rms at 0.5 to 8 Hz that leave the limb turned by 20 to 250 mg."""
        for _ in range(count):
            duration_s = _log_uniform(self.rng, *lasts_s)
            start_s = self.room(duration_s)
            if start_s is None:
                return
            size = _log_uniform(self.rng, 50.0, 500.0)
            wave = self._restless(duration_s, size, (0.5, 8.0))
            self.add(start_s, wave)
            turn = unit_vectors(self.rng, 1)[0] * self.rng.uniform(20.0, 250.0)
            a, n = int(np.ceil(start_s * self.rate_hz)), len(wave)
            self.mg[a : a + n] += turn * (0.5 - 0.5 * np.cos(np.pi * np.arange(n) / n))[:, None]
            self.mg[a + n :] += turn
            self.turns_s.append(start_s + duration_s)
            self.note(start_s, duration_s, "movement", "movement", float(np.ptp(wave, axis=0).max()))

    def limb_movements(self, series: int) -> None:
        """Periodic limb movements: series of 4 to 10, 0.7 to 4 s each, 12 to 60 s apart, posture as before."""
        for _ in range(series):
            start_s = float(self.rng.uniform(LEAD_S, self.length_s - 60.0))
            every_s = float(self.rng.uniform(12.0, 60.0))
            for _ in range(int(self.rng.integers(4, 11))):
                duration_s = float(self.rng.uniform(0.7, 4.0))
                if self.take(start_s, duration_s):
                    wave = self._restless(duration_s, _log_uniform(self.rng, 15.0, 150.0), (1.0, 8.0))
                    self.add(start_s, wave)
                    p2p_mg = float(np.ptp(wave, axis=0).max())
                    self.note(start_s, duration_s, "limb_movement", "periodic limb movement", p2p_mg)
                start_s += every_s * self.rng.uniform(0.85, 1.15)

    def tremors(self, count: int) -> None:
        """Stretches of 2 to 30 s at 3.5 to 13 Hz, 3 to 70 mg p-p."""
        for _ in range(count):
            duration_s = _log_uniform(self.rng, 2.0, 30.0)
            start_s = self.room(duration_s)
            if start_s is None:
                return
            n = round(duration_s * self.rate_hz)
            time_s = np.arange(n) / self.rate_hz
            wander = np.cumsum(self.rng.standard_normal(n)) * 0.3 / np.sqrt(self.rate_hz)
            phase = 2 * np.pi * self.rng.uniform(3.5, 13.0) * time_s + wander
            swell = 1.0 + 0.25 * np.sin(2 * np.pi * self.rng.uniform(0.1, 0.5) * time_s + self.rng.uniform(0, 6))
            rise = np.minimum(1.0, np.minimum(time_s, time_s[::-1]) / 0.3)
            size = _log_uniform(self.rng, 8.0, 70.0)
            wave = 0.5 * size * rise * swell * np.sin(phase)
            self.add(start_s, wave[:, None] * unit_vectors(self.rng, 1))
            self.note(start_s, duration_s, "tremor", "tremor", size)

    def taps(self, count: int) -> None:
        """Taps on the case: 5 to 20 ms with a ringing above 40 Hz, sampled without a filter against aliases."""
        for _ in range(count):
            start_s = self.room(0.1)
            if start_s is None:
                return
            fine_hz = _FINE * self.rate_hz
            time_s = np.arange(round(0.15 * fine_hz)) / fine_hz
            ring = np.exp(-time_s / self.rng.uniform(0.004, 0.01)) * np.sin(
                2 * np.pi * self.rng.uniform(45.0, 180.0) * time_s + self.rng.uniform(0, 2 * np.pi)
            )
            size = _log_uniform(self.rng, 30.0, 400.0)
            wave = size * (ring / np.ptp(ring))[self.rng.integers(_FINE) :: _FINE]
            self.add(start_s, wave[:, None] * unit_vectors(self.rng, 1))
            self.note(start_s, 0.02, "tap", "tap", size)

    def pulse(
        self, p2p_mg: float, per_minute: float, *, changes: bool, span_s: tuple[float, float] | None = None
    ) -> None:
        """Heart beats of 5 to 14 Hz with respiratory arrhythmia; size and direction may change with every posture."""
        first, last = span_s or (0.0, self.length_s)
        beats_s = first + np.cumsum(60.0 / per_minute * self._arrhythmia(round((last - first) * per_minute / 50.0)))
        beats_s = beats_s[beats_s < last - 1.0]
        turns = sorted(t for t in self.turns_s if first <= t < last) if changes else [first]
        edges = [*turns, last] if turns and turns[0] == first else [first, *turns, last]
        time_s = np.arange(round(0.6 * self.rate_hz)) / self.rate_hz
        for start_s, end_s in pairwise(edges):
            gain = self.rng.uniform(0.5, 1.0) if changes else 1.0
            f_hz, direction = self.rng.uniform(5.0, 14.0), unit_vectors(self.rng, 1)[0]
            damping_s = self.rng.uniform(0.05, 0.12)
            fine = _beat(np.arange(0, 0.6, 1e-4), f_hz, damping_s)
            size = gain * p2p_mg
            for beat_s in beats_s[(beats_s >= start_s) & (beats_s < end_s)]:
                late_s = np.ceil(beat_s * self.rate_hz) / self.rate_hz - beat_s
                jitter = 1.0 + 0.08 * self.rng.standard_normal()
                wave = jitter * size / np.ptp(fine) * _beat(time_s + late_s, f_hz, damping_s)
                self.add(beat_s, wave[:, None] * direction)
            self.note(start_s, end_s - start_s, "pulse", f"pulse {per_minute:g}/min", size)

    def _arrhythmia(self, count: int) -> Array:
        """Beat-to-beat intervals over their mean: 4 % with the breath and 2 % of chance."""
        return np.asarray(
            1 + 0.04 * np.sin(0.25 * 2 * np.pi * np.arange(count)) + 0.02 * self.rng.standard_normal(count)
        )

    def _restless(self, duration_s: float, rms_mg: float, band_hz: tuple[float, float]) -> Array:
        n = round(duration_s * self.rate_hz)
        time_s = np.arange(n)[:, None] / self.rate_hz
        wave = np.zeros((n, 3))
        for _ in range(6):
            wave += np.sin(2 * np.pi * (self.rng.uniform(*band_hz, 3) * time_s + self.rng.random(3)))
        fade = np.minimum(1.0, np.minimum(np.arange(n), np.arange(n)[::-1]) / (0.15 * self.rate_hz))
        swell = 0.7 + 0.3 * np.sin(2 * np.pi * self.rng.uniform(0.2, 0.6) * time_s + self.rng.uniform(0, 6))
        return np.asarray(rms_mg * wave / wave.std() * fade[:, None] * swell)

    def finish(self, name: str, step_mg: float = 0.0) -> KnownNight:
        """Quantise, and hand the night over."""
        mg = np.rint(self.mg / step_mg) * step_mg if step_mg else self.mg
        truth = tuple(sorted(self.truth, key=lambda event: event.onset_s))
        xyz = np.ascontiguousarray((1e-3 * mg).astype(np.float32))
        return KnownNight(xyz, self.rate_hz, truth, self.rate_hz, resolution_mg=step_mg, name=name)


def _beat(time_s: Array, f_hz: float, damping_s: float) -> Array:
    """A beat: a swing that rises over one period and rings down."""
    t = np.maximum(time_s, 0.0)
    return np.asarray((1 - np.exp(-t * f_hz)) * np.exp(-t / damping_s) * np.sin(2 * np.pi * f_hz * t))


def _log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))
