"""Gravity, breath and heart, all of which change with every posture."""

from __future__ import annotations

import itertools

import numpy as np

from benchmarks.detection.simulator.draws import Array, between
from benchmarks.detection.simulator.stage import Stage
from firmware_bridge.virtual.twitch import unit_vectors

ONE_G_MG = 1000.0
_BEAT_S = 0.5

FAINTEST_PULSE_MG = 0.5
"""Peak to peak below which a stretch of beats is no event: no sensor here shows it."""


def add_gravity(stage: Stage) -> None:
    """Add 1 g, turned a little by each gross movement that is heard."""
    gravity = unit_vectors(stage.rng("gravity"), 1)[0] * ONE_G_MG
    at = 0
    for number, (onset_s, end_s) in enumerate(stage.turns if stage.hears("movement") else []):
        rng = stage.rng("posture", number)
        side = np.cross(gravity, unit_vectors(rng, 1)[0])
        side /= np.linalg.norm(side)
        change_mg = float(between(rng, stage.plan.posture_mg, 1)[0])
        angle = 2 * np.arcsin(min(change_mg / (2 * ONE_G_MG), 1.0))
        first, last = int(onset_s * stage.rate_hz), int(end_s * stage.rate_hz)
        stage.xyz[at:first] += gravity.astype(np.float32)
        turned = angle * (0.5 - 0.5 * np.cos(np.pi * np.linspace(0, 1, last - first)))[:, None]
        stage.xyz[first:last] += gravity * np.cos(turned) + ONE_G_MG * side * np.sin(turned)
        gravity = gravity * np.cos(angle) + ONE_G_MG * side * np.sin(angle)
        at = last
    stage.xyz[at:] += gravity.astype(np.float32)


def add_respiration(stage: Stage) -> None:
    """Tilt the sensor with each breath, by an amount and in a direction of each posture."""
    plan = stage.plan
    if plan.respiration_mg is None or not stage.hears("respiration"):
        return
    share = plan.drawn_site(stage.seed).respiration_share
    sine = np.sin(_breath(stage, np.arange(len(stage.xyz)) / stage.rate_hz))
    for number, (start_s, end_s) in enumerate(_stretches(stage)):
        rng = stage.rng("respiration", number)
        p2p_mg = share * float(between(rng, plan.respiration_mg, 1)[0])
        part = slice(int(start_s * stage.rate_hz), int(end_s * stage.rate_hz))
        stage.xyz[part] += (0.5 * p2p_mg * sine[part, None] * unit_vectors(rng, 1)[0]).astype(np.float32)


def add_pulse(stage: Stage) -> None:
    """Add heart beats: a 5 to 14 Hz wavelet and a fainter one after it, in directions of each posture."""
    plan = stage.plan
    if plan.pulse_mg is None or not stage.hears("pulse"):
        return
    rng = stage.rng("pulse shape")
    carrier_hz, width_s = float(between(rng, (5.0, 14.0), 1)[0]), rng.uniform(0.04, 0.08)
    later_s, fainter = rng.uniform(0.18, 0.3), rng.uniform(0.2, 0.5)
    beat_s = beat_times(stage)
    lines = []
    for late_s, factor in ((0.0, 1.0), (later_s, fainter)):
        onset_s = beat_s + late_s
        first = np.ceil(onset_s * stage.rate_hz).astype(np.int64)
        index = first[:, None] + np.arange(int(_BEAT_S * stage.rate_hz))
        time_s = index / stage.rate_hz - onset_s[:, None] - 0.5 * _BEAT_S
        wave = np.exp(-0.5 * (time_s / width_s) ** 2) * np.sin(2 * np.pi * carrier_hz * time_s)
        inside = index < len(stage.xyz)
        lines.append(factor * np.bincount(index[inside], wave[inside], len(stage.xyz)))
    fine_s = np.arange(-0.25, 0.25, 1e-4)
    unit_p2p = np.ptp(np.exp(-0.5 * (fine_s / width_s) ** 2) * np.sin(2 * np.pi * carrier_hz * fine_s))
    share = plan.drawn_site(stage.seed).pulse_share
    for number, (start_s, end_s) in enumerate(_stretches(stage)):
        posture = stage.rng("pulse posture", number)
        low, high = plan.pulse_mg
        p2p_mg = share * float(posture.uniform(low, high))
        directions = unit_vectors(posture, 2) * p2p_mg / unit_p2p
        part = slice(int(start_s * stage.rate_hz), int(end_s * stage.rate_hz))
        for line, direction in zip(lines, directions, strict=True):
            stage.xyz[part] += (line[part, None] * direction).astype(np.float32)
        within = beat_s[(beat_s >= start_s) & (beat_s < end_s)]
        if p2p_mg >= FAINTEST_PULSE_MG and len(within) > 1:
            stage.tell(within[0], within[-1] + _BEAT_S - within[0], "pulse", "pulse", p2p_mg)


def beat_times(stage: Stage) -> Array:
    """When the heart beats, in s: a mean rate that drifts over minutes, faster while breathing in."""
    plan = stage.plan
    rng = stage.rng("heart")
    mean_s = 60.0 / rng.uniform(*plan.pulse_per_min)
    arrhythmia = rng.uniform(0.02, 0.06)
    slow = rng.uniform(0, 2 * np.pi)
    count = int(stage.length_s / mean_s * 1.2) + 10
    jitter = 0.01 * rng.standard_normal(count)
    even_s: Array = mean_s * np.arange(count, dtype=np.float64)
    drift = 0.04 * np.sin(2 * np.pi * even_s / 437.0 + slow)
    intervals = mean_s * (1 + drift + jitter - arrhythmia * np.sin(_breath(stage, even_s)))
    beat_s = np.cumsum(intervals)
    return beat_s[beat_s < stage.length_s - 1.0]


def _breath(stage: Stage, time_s: Array) -> Array:
    """Phase of the breath, in rad; its rate drifts by a tenth."""
    rng = stage.rng("breath")
    rate_hz = float(between(rng, stage.plan.respiration_hz, 1)[0])
    return np.asarray(2 * np.pi * rate_hz * (time_s + 5.0 * np.sin(2 * np.pi * time_s / 311.0 + rng.uniform(0, 6.28))))


def _stretches(stage: Stage) -> list[tuple[float, float]]:
    """From the middle of each gross movement to that of the next."""
    edges = [0.0, *(0.5 * (start + end) for start, end in stage.turns), len(stage.xyz) / stage.rate_hz]
    return list(itertools.pairwise(edges))
