"""Body movements: gross movements, hypnic jerks, limb movements, tremor, and a bed that someone else moves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.detection.simulator.draws import Array, between
from benchmarks.detection.simulator.stage import Stage
from firmware_bridge.virtual.twitch import acceleration, unit_vectors

CLEAR_OF_MOVEMENT_S = 2.5
LIMB_INTERVAL_S = (10.0, 90.0)
TREMOR_HZ = (3.5, 13.0)


def add_movements(stage: Stage) -> None:
    """Gross movements: bands of noise on all axes that swell and fade; `posture` turns gravity under them."""
    plan = stage.plan
    count = stage.count("movement", plan.movements_per_hour)
    rng = stage.rng("movement")
    lasts_s, rms_mg = between(rng, plan.movement_s, count), between(rng, plan.movement_rms_mg, count)
    onset_s = stage.places("movement", lasts_s, CLEAR_OF_MOVEMENT_S)
    found = [(float(t), float(t + d)) for t, d in zip(onset_s, lasts_s, strict=True) if not np.isnan(t)]
    stage.turns = sorted(found)
    for i in np.flatnonzero(~np.isnan(onset_s)) if stage.hears("movement") else []:
        own = stage.rng("movement", int(i))
        wobble = _wobble(own, float(lasts_s[i]), 0.5, 8.0, float(rms_mg[i]))
        p2p_mg = stage.sound(onset_s[i], lasts_s[i], wobble)
        stage.tell(onset_s[i], lasts_s[i], "movement", "movement", p2p_mg)


def add_jerks(stage: Stage) -> None:
    """Hypnic jerks: 75 to 250 ms of 150 to 1000 mg on all axes, and the body's swinging after."""
    rng = stage.rng("hypnic jerk")
    count = stage.count("hypnic jerk", stage.plan.jerks_per_hour)
    lasts_s, size_mg = between(rng, (0.075, 0.25), count), between(rng, (150.0, 1000.0), count)
    total_s = lasts_s + 0.8
    onset_s = stage.places("hypnic jerk", total_s, CLEAR_OF_MOVEMENT_S)
    for i in np.flatnonzero(~np.isnan(onset_s)) if stage.hears("hypnic jerk") else []:
        own = stage.rng("hypnic jerk", int(i))
        direction = unit_vectors(own, 1)[0]
        swing = _ring_down(own, own.uniform(3.0, 6.0, 3), 0.8, 0.15 * size_mg[i])

        def jerk(
            time_s: Array,
            tp_s: float = lasts_s[i] / 2.0,
            size: float = size_mg[i],
            direction: Array = direction,
            swing: Callable[[Array], Array] = swing,
        ) -> Array:
            return np.asarray(size * acceleration(time_s, np.array(tp_s))[:, None] * direction + swing(time_s))

        stage.tell(onset_s[i], total_s[i], "movement", "hypnic jerk", stage.sound(onset_s[i], total_s[i], jerk))


def add_limb_series(stage: Stage) -> None:
    """Periodic limb movements: 0.5 to 10 s every 10 to 90 s; the limb goes back to where it was."""
    rng = stage.rng("periodic limb movement")
    count = stage.count("periodic limb movement", stage.plan.limb_series_per_hour)
    start = rng.random(count)
    for series in range(count):
        own = stage.rng("periodic limb movement", series)
        length, typical_s = int(own.integers(4, 31)), float(between(own, (15.0, 40.0), 1)[0])
        intervals = np.clip(typical_s * np.exp(0.2 * own.standard_normal(length)), *LIMB_INTERVAL_S)
        lasts_s = np.clip(2.0 * np.exp(0.5 * own.standard_normal(length)), 0.5, np.minimum(10.0, intervals - 3.0))
        size_mg = float(between(own, (30.0, 250.0), 1)[0]) * own.uniform(0.7, 1.3, length)
        direction = unit_vectors(own, 1)[0]
        onset_s = 25.0 + (stage.length_s - 40.0) * start[series] + np.cumsum(intervals) - intervals[0]
        for i in range(length):
            if stage.take(float(onset_s[i]), float(onset_s[i] + lasts_s[i])) and stage.hears("periodic limb movement"):
                wave = _limb(stage.rng("limb", series, i), float(lasts_s[i]), float(size_mg[i]), direction)
                p2p_mg = stage.sound(onset_s[i], lasts_s[i], wave)
                stage.tell(onset_s[i], lasts_s[i], "limb_movement", "periodic limb movement", p2p_mg)


def add_leg_runs(stage: Stage) -> None:
    """Runs of at least 4 bursts: foot tremor (0.3 to 2 Hz, to 1 s) or alternating legs (0.5 to 3 Hz, to 0.5 s).

    Each burst is a limb movement of its own, as the rules for runs count them.
    """
    rng = stage.rng("leg movement run")
    count = stage.count("leg movement run", stage.plan.leg_runs_per_hour)
    alternating = rng.random(count) < 0.5
    rate_hz = np.where(alternating, between(rng, (0.5, 3.0), count), between(rng, (0.3, 2.0), count))
    length = rng.integers(4, 25, count)
    onset_s = stage.places("leg movement run", length / rate_hz * 1.15)
    for run in np.flatnonzero(~np.isnan(onset_s)) if stage.hears("leg movement run") else []:
        own = stage.rng("leg movement run", int(run))
        low, high = (0.1, 0.5) if alternating[run] else (0.25, 1.0)
        period_s = 1 / rate_hz[run]
        burst_s = float(between(own, (low, max(low, min(high, 0.6 * period_s))), 1)[0])
        at_s = onset_s[run] + period_s * (np.arange(length[run]) + own.uniform(0, 0.15, length[run]))
        size_mg = float(between(own, (20.0, 150.0), 1)[0])
        direction = unit_vectors(own, 1)[0]
        for at in at_s:
            wave = _limb(own, burst_s, size_mg * own.uniform(0.8, 1.2), direction)
            stage.tell(at, burst_s, "limb_movement", "leg movement run", stage.sound(at, burst_s, wave))


def add_tremor(stage: Stage) -> None:
    """Stretches of 2 to 30 s of 3.5 to 13 Hz, whose phase wanders and whose size waxes and wanes."""
    rng = stage.rng("tremor")
    count = stage.count("tremor", stage.plan.tremors_per_hour)
    lasts_s, rate_hz = between(rng, (2.0, 30.0), count), between(rng, TREMOR_HZ, count)
    p2p_mg = between(rng, stage.plan.tremor_mg, count)
    onset_s = stage.places("tremor", lasts_s)
    for i in np.flatnonzero(~np.isnan(onset_s)) if stage.hears("tremor") else []:
        own = stage.rng("tremor", int(i))
        axes, wander = unit_vectors(own, 2), own.uniform(0, 6.28, 3)

        def shake(
            time_s: Array,
            hz: float = rate_hz[i],
            lasts: float = lasts_s[i],
            size: float = p2p_mg[i],
            axes: Array = axes,
            wander: Array = wander,
        ) -> Array:
            phase = 2 * np.pi * hz * time_s + 0.8 * np.sin(2 * np.pi * 0.3 * time_s + wander[0])
            swell = np.clip(np.minimum(time_s, lasts - time_s) / 0.3, 0, 1)
            swell = swell * (1 + 0.25 * np.sin(2 * np.pi * 0.4 * time_s + wander[1]))
            first = np.sin(phase) + 0.2 * np.sin(2 * phase + wander[2])
            return np.asarray(
                0.5 * size * swell[:, None] * (first[:, None] * axes[0] + 0.3 * np.cos(phase)[:, None] * axes[1])
            )

        stage.sound(onset_s[i], lasts_s[i], shake)
        stage.tell(onset_s[i], lasts_s[i], "tremor", "tremor", p2p_mg[i])


def add_mattress(stage: Stage) -> None:
    """The bed swings: 2 to 10 Hz on all axes, fading over 0.5 to 3 s."""
    rng = stage.rng("mattress")
    count = stage.count("mattress", stage.plan.mattress_per_hour)
    lasts_s, size_mg = between(rng, (0.5, 3.0), count), between(rng, (8.0, 120.0), count)
    onset_s = stage.places("mattress", lasts_s, CLEAR_OF_MOVEMENT_S)
    for i in np.flatnonzero(~np.isnan(onset_s)) if stage.hears("mattress") else []:
        own = stage.rng("mattress", int(i))
        swing = _ring_down(
            own, float(between(own, (2.0, 10.0), 1)[0]) * own.uniform(0.9, 1.1, 3), lasts_s[i], size_mg[i]
        )
        stage.tell(onset_s[i], lasts_s[i], "movement", "mattress", stage.sound(onset_s[i], lasts_s[i], swing))


def _ring_down(rng: np.random.Generator, hz: Array, lasts_s: float, p2p_mg: float) -> Callable[[Array], Array]:
    """Three axes that swing, each at its frequency, size and phase, to 1 % at the end."""
    size, phase = p2p_mg * rng.uniform(0.3, 1.0, 3), rng.uniform(0, 2 * np.pi, 3)

    def wave(time_s: Array) -> Array:
        # 20 ms of rise: a blow is soft by the time it has come through a mattress.
        fade = np.exp(np.log(0.01) * time_s / lasts_s) * -np.expm1(-time_s / 0.02)
        return np.asarray(0.5 * size * fade[:, None] * np.sin(2 * np.pi * hz * time_s[:, None] + phase))

    return wave


def _limb(rng: np.random.Generator, lasts_s: float, p2p_mg: float, direction: Array) -> Callable[[Array], Array]:
    """A tilt out and back, and the shaking of the contraction on top of it."""
    shake = _wobble(rng, lasts_s, 1.5, 10.0, 0.15 * p2p_mg)
    tilt_mg = p2p_mg * rng.uniform(0.2, 0.6)

    def wave(time_s: Array) -> Array:
        tilt = np.sin(np.pi * np.clip(time_s / lasts_s, 0, 1)) ** 2
        shaken = shake(time_s)
        along = shaken @ direction
        return np.asarray(tilt_mg * tilt[:, None] * direction + 0.5 * shaken + 1.5 * along[:, None] * direction)

    return wave


def _wobble(
    rng: np.random.Generator, lasts_s: float, low_hz: float, high_hz: float, rms_mg: float
) -> Callable[[Array], Array]:
    """Sines of random frequency and phase on all axes under an envelope: a smooth noise at any sampling rate."""
    sines = 40
    hz = np.exp(rng.uniform(np.log(low_hz), np.log(high_hz), (sines, 3)))
    phase = rng.uniform(0, 2 * np.pi, (sines, 3))
    bumps = rng.uniform(0, 2 * np.pi)
    rise_s = min(0.3, lasts_s / 4)

    def wave(time_s: Array) -> Array:
        total = np.zeros((len(time_s), 3))
        for f, p in zip(hz, phase, strict=True):
            total += np.sin(2 * np.pi * f * time_s[:, None] + p)
        envelope = np.clip(np.minimum(time_s, lasts_s - time_s) / rise_s, 0, 1)
        envelope = envelope * (1 + 0.5 * np.sin(2 * np.pi * 0.35 * time_s + bumps))
        return np.asarray(rms_mg * np.sqrt(2 / sines) * envelope[:, None] * total)

    return wave
