"""No pulse is told where there is none: noise, twitches at random times, chests in pieces."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from benchmarks.bodies.figures import share
from benchmarks.bodies.listening import covered_s, events_of
from benchmarks.bodies.people import OTHER, Body, phones, table
from benchmarks.detection.measuring.outcome import Cell, Effort, Figure, Outcome, Rows, at_most
from benchmarks.detection.simulator.draws import stream
from benchmarks.detection.simulator.forms import LASTS_S, twitch_forms
from benchmarks.detection.simulator.isolated import GRAVITY_MG
from benchmarks.detection.simulator.sites import ANYWHERE

SEED = 13_020
FILES, LENGTH_S, RATE_HZ = 30, 60.0, 100.0
NOISE_MG, TWITCH_MG = 0.7, (5.0, 40.0)
PIECE_S = (0.3, 0.7)
SHUFFLED = "real chests in shuffled pieces"

Mg = npt.NDArray[np.float64]


def no_pulse(effort: Effort) -> Outcome:
    """Share of files without a pulse for which one is told."""
    files = round(effort.scaled(8, FILES))
    figures: list[Figure] = []
    body: list[tuple[Cell, ...]] = []
    for name, (make, allowed) in MAKERS.items():
        covered = [covered_s(events_of(make(number)), (0.0, LENGTH_S)) for number in range(files)]
        told = sum(seconds > 0 for seconds in covered)
        figures.append(share(f"files with a pulse: {name}", told, files, at_most(allowed)))
        body.append((name, files, told, float(np.sum(covered) / (files * LENGTH_S))))
    return Outcome(
        name="no-pulse",
        title="files of 60 s without a pulse",
        figures=tuple(figures),
        rows=(Rows("pulses told", ("files", "number", "with a pulse", "share of the time"), tuple(body)),),
        seeds=(SEED,),
    )


def _body(name: str, mg: Mg, rate_hz: float, step_mg: float = 0.0) -> Body:
    if step_mg:
        mg = np.rint(mg / step_mg) * step_mg
    return Body(name, OTHER, (1e-3 * mg).astype(np.float32), rate_hz, step_mg, (0.0, len(mg) / rate_hz))


def _noise(number: int) -> Mg:
    rng = stream((SEED, number), "white noise")
    return np.asarray(NOISE_MG * rng.standard_normal((round(LENGTH_S * RATE_HZ), 3)) + GRAVITY_MG)


def _white(number: int) -> Body:
    return _body("white noise", _noise(number), RATE_HZ)


def _table(number: int) -> Body:
    """The sensor on a table, with each axis's phases drawn anew."""
    original = table()
    mg = 1e3 * original.xyz[: round(LENGTH_S * original.rate_hz)].astype(np.float64)
    rng = stream((SEED, number), "phases")
    spectrum = np.fft.rfft(mg - mg.mean(axis=0), axis=0)
    spectrum = np.abs(spectrum) * np.exp(2j * np.pi * rng.random(spectrum.shape))
    return _body(
        "table noise", np.fft.irfft(spectrum, len(mg), axis=0) + mg.mean(axis=0), original.rate_hz, original.step_mg
    )


def _twitching(number: int, intervals_s: Callable[[np.random.Generator, int], Mg]) -> Body:
    """One shape, size and direction again and again."""
    mg = _noise(number)
    rng = stream((SEED, number), "identical twitches")
    form = twitch_forms(1, rng, ANYWHERE.tp_s, 0.5, held_out=bool(number % 2))
    size_mg = TWITCH_MG[0] * (TWITCH_MG[1] / TWITCH_MG[0]) ** rng.random()
    for onset_s in np.cumsum(intervals_s(rng, round(4 * LENGTH_S))):
        first = int(np.ceil(onset_s * RATE_HZ))
        index = np.arange(first, min(first + int(LASTS_S * RATE_HZ), len(mg)))
        mg[index] += size_mg * form.at(0, index / RATE_HZ - onset_s)[:, None] * form.directions[0]
    return _body("identical twitches", mg, RATE_HZ)


def _poisson(per_s: float) -> Callable[[int], Body]:
    return lambda number: _twitching(number, lambda rng, count: rng.exponential(1 / per_s, count))


def _gamma(cv: float) -> Callable[[int], Body]:
    return lambda number: _twitching(number, lambda rng, count: rng.gamma(1 / cv**2, cv**2, count))


def _shuffled(number: int) -> Body:
    """The quiet part of a chest cut into pieces that are put together in another order."""
    person = phones()[number % len(phones())]
    rng = stream((SEED, number), "pieces")
    first, last = (round(edge * person.rate_hz) for edge in person.quiet_s)
    quiet = 1e3 * person.xyz[first:last].astype(np.float64)
    wanted = round(LENGTH_S * person.rate_hz)
    pieces: list[Mg] = []
    while sum(map(len, pieces)) < wanted:  # a short one is shuffled again
        lengths = np.round(rng.uniform(*PIECE_S, len(quiet)) * person.rate_hz).astype(int)
        edges = np.cumsum(lengths)
        cut = np.split(quiet, edges[edges < len(quiet)])
        pieces += [cut[k] for k in rng.permutation(len(cut))]
    return _body(SHUFFLED, np.concatenate(pieces)[:wanted], person.rate_hz)


MAKERS: dict[str, tuple[Callable[[int], Body], float]] = {
    "white noise": (_white, 0.0),
    "table noise, phases drawn anew": (_table, 0.0),
    "identical twitches, random, 1/s": (_poisson(1.0), 0.0),
    "identical twitches, random, 0.3/s": (_poisson(0.3), 0.0),
    "identical twitches, gamma intervals, 1/s, CV 0.5": (_gamma(0.5), 0.0),
    SHUFFLED: (_shuffled, 0.2),
}
"""What makes each file, and the share of files for which a pulse may be told."""
