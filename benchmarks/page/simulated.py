"""A night to judge: events of known truth on a muscle that is never quite still, in families that err as told.

True events are of few waveforms, as those of motor units are, each with a direction of its own. False ones are heart
beats, knocks and slow bumps, and some that are like nothing else. No detector runs: what it would have said of each
event (place, family, score) is drawn, so that it is known how far it can be trusted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from detector.events import Event
from detector.night import MadeBy, NightLog
from detector.timeline import Rows
from firmware_bridge.samples import NS, Samples

START_NS = 1_795_557_600 * NS
"""In the evening."""
LSB_G = 1 / 4096
_NOISE_MG = 0.8
_TRUE_SIZES = np.array([28, 20, 16, 12, 10, 7, 4, 3], float)
_FALSE_SIZES = np.array([8, 6, 4, 10], float)
"""Weights of the classes; the last false one is of those that are like nothing else."""
_BLOCK_S = 60
_CHANCES = tuple(np.linspace(0, 0.6, 241))


@dataclass(frozen=True, slots=True, eq=False)
class Simulated:
    """Events in the order of time, and what is known of them.

    Parameters
    ----------
    onset_s
        From the night's start.
    waves
        Acceleration in mg of each, shape ``(samples, 3)``.
    of
        The class of waveforms each belongs to; those like nothing else have a class each.
    true
        Whether it is a twitch.
    family
        As a detector would have it; -1 for none.
    peak_mg, score
        What it would have measured.
    """

    onset_s: npt.NDArray[np.float64]
    waves: list[npt.NDArray[np.float64]]
    of: npt.NDArray[np.int64]
    true: npt.NDArray[np.bool_]
    family: npt.NDArray[np.int64]
    peak_mg: npt.NDArray[np.float64]
    score: npt.NDArray[np.float64]


def simulate(
    count: int, wrong: float, hours: float, rate_hz: float, seed: int, *, agreement: float = 0.86
) -> Simulated:
    """Draw a night's events.

    Parameters
    ----------
    count, wrong
        How many events, and what share of them is no twitch.
    hours, rate_hz
        Of the night.
    seed
        Of every draw.
    agreement
        The adjusted Rand index between families and classes of waveforms.
    """
    random = np.random.default_rng(seed)
    false = round(wrong * count)
    of = np.concatenate([
        random.choice(len(_TRUE_SIZES), count - false, p=_TRUE_SIZES / _TRUE_SIZES.sum()),
        len(_TRUE_SIZES) + random.choice(len(_FALSE_SIZES), false, p=_FALSE_SIZES / _FALSE_SIZES.sum()),
    ])  # fmt: skip
    of = random.permutation(of)
    alone = len(_TRUE_SIZES) + len(_FALSE_SIZES) - 1
    true = of < len(_TRUE_SIZES)
    shapes = [_shape(kind, rate_hz, random) for kind in range(alone)]
    waves, peaks = [], []
    for kind in of.tolist():
        wave = shapes[kind] if kind < alone else _shape(alone, rate_hz, random)
        peak = float(np.exp(random.normal(1.8, 0.4)))  # 3 to 13 mg, over noise of 0.8
        stretched = wave * peak / np.sqrt((wave**2).sum(axis=1)).max()
        waves.append(stretched * random.normal(1, 0.08, (1, 3)))
        peaks.append(peak)
    spacing = np.sort(random.random(count)) * (hours * 3600 - 10 - 3.0 * count) + 5 + 3.0 * np.arange(count)
    classes = np.where(of == alone, alone + np.arange(count), of)
    return Simulated(
        spacing,
        waves,
        classes,
        true,
        _families(classes, alone, _neighbours(shapes), agreement, random),
        np.array(peaks),
        1 + np.exp(random.normal(0.5 + 0.6 * true, 0.5)),
    )


def write(
    path: Path,
    night: Simulated,
    hours: float,
    rate_hz: float,
    seed: int,
    sensors: tuple[str, ...] = ("calf",),
    *,
    passphrase: str | None = None,
) -> None:
    """Write the night to a file, the events with the first wearable.

    Parameters
    ----------
    path
        The night, which must not be there yet.
    night
        Its events.
    hours, rate_hz, seed
        As of `simulate`.
    sensors
        Names of the wearables.
    passphrase
        To encrypt it with.
    """
    random = np.random.default_rng((seed, 1))
    made_by = MadeBy(START_NS, "0.1.0", {}, "3.11", source="replay", source_name="simulated", timezone="Europe/Berlin")
    with NightLog(path, made_by, wait=True, commit_s=60, passphrase=passphrase) as log:
        for number, name in enumerate(sensors):
            place = ("left calf", "right calf")[number % 2]
            log.sensor(name, model="simulated", nominal_hz=rate_hz, range_g=8.0, lsb_g=LSB_G, place=place)
            rows = Rows(rate_hz)
            for begin_s in np.arange(0, hours * 3600, _BLOCK_S):
                xyz = _NOISE_MG * random.standard_normal((round(_BLOCK_S * rate_hz), 3)) + (0, 0, 1000)
                if not number:
                    for event in np.flatnonzero((night.onset_s > begin_s - 10) & (night.onset_s < begin_s + _BLOCK_S)):
                        put(xyz, night.waves[event], round((night.onset_s[event] - begin_s) * rate_hz))
                grid = (np.rint(xyz / 1000 / LSB_G) * LSB_G).astype(np.float32)
                samples = Samples(START_NS + round(begin_s * NS), rate_hz, grid, name, rate_hz)
                for piece, begins_row in rows.cut(samples):
                    log.samples(piece, begins_row)
        for event in range(len(night.waves)):
            log.event(told(night, event, sensors[0], rate_hz))


def told(night: Simulated, event: int, sensor: str, rate_hz: float, start_ns: int = START_NS) -> Event:
    """Tell an event as a detector would have."""
    onset_ns = start_ns + round(float(night.onset_s[event]) * 1e6) * 1000
    utc = datetime.fromtimestamp(onset_ns / NS, UTC)
    wave = night.waves[event]
    direction = np.linalg.svd(wave, full_matrices=False)[2][0]
    peak = round(float(night.peak_mg[event]), 2)
    return Event(
        (onset_ns - start_ns) / NS,
        utc.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        len(wave) / rate_hz,
        "twitch",
        peak,
        round(1.6 * peak, 2),
        round(20 * float(np.log10(peak / _NOISE_MG)), 1),
        round(float(night.score[event]), 3),
        8.0,
        *(round(float(part), 4) for part in direction),
        int(night.family[event]),
        sensor,
        "",
    )


def _shape(kind: int, rate_hz: float, random: np.random.Generator) -> npt.NDArray[np.float64]:
    """Draw a waveform of some kind: a twitch rings down, a beat has two bumps, a knock is short, a bump is slow."""
    first_false = len(_TRUE_SIZES)
    t = np.arange(0, 0.6, 1 / rate_hz)
    directions = random.standard_normal((2, 3))
    if kind < first_false:
        hz, decay = random.uniform(5, 14), random.uniform(0.05, 0.12)
        along = np.sin(2 * np.pi * hz * t) * np.exp(-t / decay) * (1 - np.exp(-t / 0.01))
        across = np.sin(2 * np.pi * random.uniform(4, 9) * t) * np.exp(-t / 0.1)
        return np.asarray(np.outer(along, directions[0]) + 0.3 * np.outer(across, directions[1]))
    match kind - first_false:
        case 0:
            along = np.exp(-(((t - 0.1) / 0.03) ** 2)) - 0.7 * np.exp(-(((t - 0.34) / 0.05) ** 2))
        case 1:
            along = np.exp(-(((t - 0.3) / 0.11) ** 2)) - np.exp(-(((t - 0.42) / 0.13) ** 2))
        case 2:
            along = np.sin(2 * np.pi * 24 * t) * np.exp(-t / 0.03)
        case _:
            hz, decay, centre = random.uniform(2, 20), random.uniform(0.03, 0.3), random.uniform(0.1, 0.3)
            along = np.sin(2 * np.pi * hz * t + random.uniform(0, 6)) * np.exp(-(((t - centre) / decay) ** 2))
    return np.asarray(np.outer(along, directions[0]))


def _neighbours(shapes: list[npt.NDArray[np.float64]]) -> npt.NDArray[np.int64]:
    """Return of each shape the others, those first that it is taken for most easily."""
    spectra = np.fft.rfft([shape / np.sqrt((shape**2).sum()) for shape in shapes], 512, axis=1)
    like = np.array([[np.fft.irfft((one * other.conj()).sum(axis=1)).max() for other in spectra] for one in spectra])
    np.fill_diagonal(like, -np.inf)
    return np.argsort(-like, axis=1)[:, :-1]


def _families(
    of: npt.NDArray[np.int64],
    alone: int,
    neighbours: npt.NDArray[np.int64],
    agreement: float,
    random: np.random.Generator,
) -> npt.NDArray[np.int64]:
    """Draw families that agree with the classes as told: some events are in one like theirs, some in none."""
    strays, draws = random.random(len(of)), random.random((len(of), 2))
    # The most likely one half of the time, the next half of the rest, and so on.
    choice = np.minimum(-np.log2(np.maximum(draws[:, 1], 1e-9)), neighbours.shape[1] - 1).astype(np.int64)
    other = neighbours[np.minimum(of, alone - 1), choice]
    best: tuple[float, npt.NDArray[np.int64]] | None = None
    for chance in _CHANCES:
        family = np.where(of < alone, of, -1)
        family = np.where(draws[:, 0] < chance / 2, -1, family)
        strange = (strays < chance) & (family >= 0)
        family[strange] = other[strange]
        each_alone = np.where(family < 0, alone + np.arange(len(of)), family)
        off = abs(rand_index(of, each_alone) - agreement)
        if best is None or off < best[0]:
            best = off, family
    assert best is not None  # noqa: S101 - there are chances to try
    return best[1]


def rand_index(one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> float:
    """Return the adjusted Rand index of two ways to group the same things (Hubert & Arabie 1985)."""
    _, a = np.unique(one, return_inverse=True)
    _, b = np.unique(other, return_inverse=True)
    table = np.zeros((a.max() + 1, b.max() + 1))
    np.add.at(table, (a, b), 1)
    both, first, second = (float((n * (n - 1) / 2).sum()) for n in (table, table.sum(axis=1), table.sum(axis=0)))
    expected = first * second / (len(one) * (len(one) - 1) / 2)
    return (both - expected) / ((first + second) / 2 - expected)


def put(xyz: npt.NDArray[np.float64], wave: npt.NDArray[np.float64], at: int) -> None:
    """Add a waveform to samples in mg from one of them on; what lies beyond either end is left out."""
    low, high = max(at, 0), min(at + len(wave), len(xyz))
    if low < high:
        xyz[low:high] += wave[low - at : high - at]
