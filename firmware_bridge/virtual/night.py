"""A synthetic night: what a wearable on a sleeping person's calf would measure, with the truth beside it.

Gravity and postures, breathing, sensor noise, twitches of a few motor units, gross movements and a stretch in which the
pulse shows. Everything that happens is drawn when the night is made; the samples are rendered minute by minute, so the
memory does not grow with the hours, and each minute is the same however the night is consumed.

Rates and amplitudes are plausible, not measured: nobody has published labelled fasciculations on an accelerometer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from firmware_bridge.samples import NS, Samples
from firmware_bridge.virtual.twitch import LASTS_TP, acceleration, log_uniform, unit_vectors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

MINUTE_S = 60.0

_START_NS = 1_704_146_400 * NS  # 2024-01-01 22:00 UTC: any evening does
_G = 1e-3  # mg to g
_NOISE_MG = 1.0
_TWITCHES_PER_MINUTE = 1.5
_RATE_SPREAD = 1.0  # standard deviation of the logarithm of the rate, and its memory from minute to minute
_RATE_MEMORY = 0.8
_TP_S = (0.030, 0.160)
_P2P_MG = (3.0, 40.0)
_UNITS = 6
_DOUBLET_SHARE = 0.05
_DOUBLET_S = (0.010, 0.110)
_MOVEMENTS_PER_HOUR = 3.0
_MOVEMENT_S = (3.0, 45.0)
_MOVEMENT_MG = (30.0, 250.0)
_MOVEMENT_HZ = (0.6, 7.0)
_MOVEMENT_WAVES = 12
_MARGIN_S = 2.0
_QUIET_S = 2.5  # around a gross movement no twitch is drawn: nothing could tell it apart
_BREATH_MG = 3.0
_PULSE_SHARE = 0.05
_PULSE_MG = (1.0, 2.0)
_PULSE_HZ = 9.0
_PULSE_DECAY_S = 0.08
_HEART_HZ = 0.95
_SUPPORT_TP = 6.0  # after six contraction times a twitch has decayed to less than a ten-thousandth


@dataclass(frozen=True, slots=True)
class Truth:
    """Something that happens in the night.

    Parameters
    ----------
    onset_s
        When it begins, in s after the first sample.
    duration_s
        How long it lasts: for a twitch until its acceleration stays below 1 % of that.
    kind
        What it is.
    p2p_mg
        Peak-to-peak acceleration before any filter, in mg; of a movement and the pulse a typical value.
    unit
        Number of the motor unit, -1 where there is none.
    """

    onset_s: float
    duration_s: float
    kind: Literal["twitch", "movement", "pulse"]
    p2p_mg: float
    unit: int = -1


@dataclass(frozen=True, slots=True)
class _Twitches:
    """All discharges, sorted by onset; the second of a doublet is a discharge of its own."""

    onset_s: Array
    unit: npt.NDArray[np.int64]
    p2p_mg: Array


@dataclass(frozen=True, slots=True)
class _Movement:
    """A gross movement: a sum of slow waves under an envelope, while the limb turns to its next posture."""

    start_s: float
    duration_s: float
    hz: Array
    phase: Array
    amplitude_mg: Array


class _Block(NamedTuple):
    """A minute in the making: index of its first sample, times of all in s, and what they are so far in g."""

    first: int
    time_s: Array
    xyz: Array


class SyntheticNight:
    """An iterable of `Samples`, one block a minute; iterating again gives the same night again.

    Parameters
    ----------
    hours
        Length.
    rate_hz
        Sampling rate.
    seed
        What everything is drawn from.
    sensor
        Name in the `Samples`.
    start_ns
        UTC of the first sample, in ns.

    Attributes
    ----------
    truth
        All that happens, by onset. A doublet counts as one twitch.
    """

    def __init__(
        self, hours: float, rate_hz: float, seed: int, sensor: str = "synthetic night", start_ns: int = _START_NS
    ) -> None:
        self.rate_hz = rate_hz
        self.sensor = sensor
        self.start_ns = start_ns
        self._count = round(hours * 3600 * rate_hz)
        self._length_s = self._count / rate_hz
        self._seed = seed
        rng = np.random.default_rng((seed, 0))
        self._movements = self._draw_movements(rng)
        self._postures = unit_vectors(rng, len(self._movements) + 1)
        self._unit_tp_s = np.sort(log_uniform(rng, *_TP_S, _UNITS))
        self._unit_direction = unit_vectors(rng, _UNITS)
        self._twitches, twitch_truth = self._draw_twitches(rng)
        self._beats_s, self._beats_mg, pulse_truth = self._draw_pulse(rng)
        self._pulse_direction = unit_vectors(rng, 1)[0]
        self._breath_phase = rng.uniform(0, 2 * np.pi)
        movement_truth = [
            Truth(m.start_s, m.duration_s, "movement", float(2 * np.linalg.norm(m.amplitude_mg)))
            for m in self._movements
        ]
        self.truth = sorted([*twitch_truth, *movement_truth, *pulse_truth], key=lambda event: event.onset_s)

    def __iter__(self) -> Iterator[Samples]:
        """Render the night from its beginning, minute by minute."""
        per_minute = max(round(MINUTE_S * self.rate_hz), 1)
        for first in range(0, self._count, per_minute):
            count = min(per_minute, self._count - first)
            start_ns = self.start_ns + round(first * NS / self.rate_hz)
            yield Samples(start_ns, self.rate_hz, self._render(first, count), self.sensor)

    # Drawing.

    def _draw_movements(self, rng: np.random.Generator) -> list[_Movement]:
        movements: list[_Movement] = []
        free_s = 30.0
        while True:
            start_s = free_s + rng.exponential(3600 / _MOVEMENTS_PER_HOUR)
            duration_s = float(log_uniform(rng, *_MOVEMENT_S, 1)[0])
            if start_s + duration_s > self._length_s - MINUTE_S:
                return movements
            hz = log_uniform(rng, *_MOVEMENT_HZ, _MOVEMENT_WAVES)
            share = unit_vectors(rng, _MOVEMENT_WAVES) / np.sqrt(_MOVEMENT_WAVES)
            amplitude_mg = share * log_uniform(rng, *_MOVEMENT_MG, 1)
            phase = rng.uniform(0, 2 * np.pi, (_MOVEMENT_WAVES, 3))
            movements.append(_Movement(float(start_s), duration_s, hz, phase, amplitude_mg))
            free_s = start_s + duration_s + MINUTE_S

    def _draw_twitches(self, rng: np.random.Generator) -> tuple[_Twitches, list[Truth]]:
        minutes = int(np.ceil(self._length_s / MINUTE_S))
        shocks = rng.normal(0, _RATE_SPREAD * np.sqrt(1 - _RATE_MEMORY**2), minutes)
        shocks[:1] /= np.sqrt(1 - _RATE_MEMORY**2)
        log_rate = np.empty(minutes)
        level = 0.0
        for minute, shock in enumerate(shocks):
            level = _RATE_MEMORY * level + shock
            log_rate[minute] = level
        counts = rng.poisson(_TWITCHES_PER_MINUTE * np.exp(log_rate))
        onset_s = np.sort((np.repeat(np.arange(minutes), counts) + rng.uniform(size=counts.sum())) * MINUTE_S)
        # No filter rings in yet, and the last twitch ends within the night.
        onset_s = onset_s[(onset_s > _MARGIN_S) & (onset_s < self._length_s - _MARGIN_S)]
        for movement in self._movements:
            end_s = movement.start_s + movement.duration_s
            onset_s = onset_s[(onset_s < movement.start_s - _QUIET_S) | (onset_s > end_s + _QUIET_S)]
        unit = rng.integers(0, _UNITS, len(onset_s))
        p2p_mg = log_uniform(rng, *_P2P_MG, len(onset_s))
        lasts_s = LASTS_TP * self._unit_tp_s[unit]
        truth = [
            Truth(float(t), float(d), "twitch", float(p), int(u))
            for t, d, p, u in zip(onset_s, lasts_s, p2p_mg, unit, strict=True)
        ]
        again = rng.uniform(size=len(onset_s)) < _DOUBLET_SHARE
        second_s = onset_s[again] + rng.uniform(*_DOUBLET_S, int(again.sum()))
        all_s = np.concatenate((onset_s, second_s))
        order = np.argsort(all_s, kind="stable")
        units = np.concatenate((unit, unit[again]))[order]
        heights_mg = np.concatenate((p2p_mg, p2p_mg[again]))[order]
        return _Twitches(all_s[order], units, heights_mg), truth

    def _draw_pulse(self, rng: np.random.Generator) -> tuple[Array, Array, list[Truth]]:
        length_s = _PULSE_SHARE * self._length_s
        start_s = float(rng.uniform(0, self._length_s - length_s))
        # The heart quickens and slows with the breath: respiratory sinus arrhythmia of ±5 %.
        most = int(length_s * _HEART_HZ * 2) + 2
        intervals_s = (1 + 0.05 * np.sin(np.arange(most) * 1.6) + rng.normal(0, 0.01, most)) / _HEART_HZ
        beats_s = start_s + np.cumsum(intervals_s)
        beats_s = beats_s[beats_s < start_s + length_s]
        heights_mg = rng.uniform(*_PULSE_MG, len(beats_s))
        return beats_s, heights_mg, [Truth(start_s, length_s, "pulse", float(np.mean(_PULSE_MG)))]

    # Rendering.

    def _render(self, first: int, count: int) -> npt.NDArray[np.float32]:
        """Render samples `first` to `first + count`, in g, shape ``(count, 3)``."""
        time_s = (first + np.arange(count)) / self.rate_hz
        rng = np.random.default_rng((self._seed, 1, first))
        xyz = self._gravity(time_s) + rng.normal(0, _NOISE_MG * _G, (count, 3))
        block = _Block(first, time_s, xyz)
        self._add_movements(block)
        self._add_twitches(block)
        self._add_pulse(block)
        return xyz.astype(np.float32)

    def _gravity(self, time_s: Array) -> Array:
        """Gravity in the limb's frame: it turns during gross movements, and sways a little with the breath."""
        starts_s = np.array([m.start_s for m in self._movements])
        lengths_s = np.array([m.duration_s for m in self._movements])
        turned = np.searchsorted(starts_s, time_s, side="right")  # movements begun so far
        gravity = self._postures[turned]
        if len(starts_s):
            current = np.maximum(turned - 1, 0)
            progress = np.where(turned > 0, (time_s - starts_s[current]) / lengths_s[current], 1.0).clip(0, 1)[:, None]
            weight = progress**2 * (3 - 2 * progress)
            gravity = (1 - weight) * self._postures[current] + weight * gravity
            gravity = np.where(progress < 1, gravity, self._postures[turned])
        # The rate of breathing wanders between 0.2 and 0.3 Hz over ten minutes; the phase is its integral.
        wander = 2 * np.pi / 600
        phase = 2 * np.pi * 0.25 * time_s - 2 * np.pi * 0.05 / wander * np.cos(wander * time_s) + self._breath_phase
        across = np.cross(gravity, self._farthest_axis(gravity))
        tilted: Array = gravity + _BREATH_MG * _G * np.sin(phase)[:, None] * across
        tilted /= np.linalg.norm(tilted, axis=1, keepdims=True)
        return tilted

    @staticmethod
    def _farthest_axis(gravity: Array) -> Array:
        """Return for each row the coordinate axis farthest from it: what to build a perpendicular from."""
        axes: Array = np.eye(3)[np.argmin(np.abs(gravity), axis=1)]
        return axes

    def _add_movements(self, block: _Block) -> None:
        time_s = block.time_s
        for movement in self._movements:
            if movement.start_s > time_s[-1] or movement.start_s + movement.duration_s < time_s[0]:
                continue
            at_s = time_s - movement.start_s
            inside = (at_s >= 0) & (at_s < movement.duration_s)
            at_s = at_s[inside]
            envelope = np.sin(np.pi * at_s / movement.duration_s)[:, None] ** 0.5
            angles = 2 * np.pi * movement.hz[:, None] * at_s[:, None, None] + movement.phase
            block.xyz[inside] += _G * envelope * (movement.amplitude_mg * np.sin(angles)).sum(axis=1)

    def _add_twitches(self, block: _Block) -> None:
        support_s = _SUPPORT_TP * _TP_S[1]
        begin, end = np.searchsorted(self._twitches.onset_s, (block.time_s[0] - support_s, block.time_s[-1]))
        unit = self._twitches.unit[begin:end]
        tp_s = self._unit_tp_s[unit]
        self._add_waves(
            block,
            self._twitches.onset_s[begin:end],
            support_s,
            lambda at_s: acceleration(at_s, tp_s[:, None]) * self._twitches.p2p_mg[begin:end, None],
            self._unit_direction[unit],
        )

    def _add_pulse(self, block: _Block) -> None:
        support_s = 8 * _PULSE_DECAY_S
        begin, end = np.searchsorted(self._beats_s, (block.time_s[0] - support_s, block.time_s[-1]))
        heights_mg = self._beats_mg[begin:end, None] / 2

        def wave(at_s: Array) -> Array:
            rise = at_s / _PULSE_DECAY_S * np.exp(1 - at_s / _PULSE_DECAY_S)
            return np.where(at_s < 0, 0.0, heights_mg * rise * np.sin(2 * np.pi * _PULSE_HZ * at_s))

        directions = np.broadcast_to(self._pulse_direction, (end - begin, 3))
        self._add_waves(block, self._beats_s[begin:end], support_s, wave, directions)

    def _add_waves(
        self,
        block: _Block,
        onset_s: Array,
        support_s: float,
        wave_mg: Callable[[Array], Array],
        directions: Array,
    ) -> None:
        """Add one wave for each onset, made of times from onset of shape ``(events, samples)``."""
        if not len(onset_s):
            return
        index = np.ceil(onset_s * self.rate_hz).astype(np.int64)[:, None] + np.arange(int(support_s * self.rate_hz) + 1)
        added = _G * wave_mg(index / self.rate_hz - onset_s[:, None])[:, :, None] * directions[:, None, :]
        inside = (index >= block.first) & (index < block.first + len(block.xyz))
        np.add.at(block.xyz, index[inside] - block.first, added[inside])
