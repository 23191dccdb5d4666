"""The forms that a short event is compared with, finer than the bank: of twitches, knocks, ring-downs and buzzes.

The bank is made to find twitches, with few filters over every candidate. What has been found is compared with many more
forms, once: how long it lasts is told by those of a twitch that fit, and whether it is one by whether any other kind of
movement explains more of it.
"""

from __future__ import annotations

import functools
import math
from typing import NamedTuple

import numpy as np

from detector.signal.settings.design import FloatArray, highpass
from detector.signal.settings.shapes import FINE_HZ, Shape, waveform

WINDOW_S, KNOCK_S = 0.8, 0.12
"""Longest stretch that is compared: with all forms, and with those of a knock."""
PARTS, KNOCK_PARTS = 2, 4
"""Every twitch and knock stands in the catalogue at so many places between two samples."""
ENDS = 0.01
"""A twitch lasts until its acceleration stays below this share of its peak to peak."""
KEPT = 0.999
"""Share of a form's energy that its taps hold."""

TP_S = tuple(np.geomspace(0.028, 0.17, 12))
EXPONENTS = (2.5, 3.0, 4.0)
"""Contraction times in s and exponents of ``(t/tp)^n exp(n (1 - t/tp))``: half relaxation takes 0.7-1.1 tp."""
RING_TP_S = tuple(np.geomspace(0.03, 0.16, 7))
RING_HZ, RING_QUALITY, RINGING = tuple(np.geomspace(10.0, 40.0, 6)), (1.2, 2.5), 0.65
"""Twitches that ring through skin and strap, see `shapes.Shape`."""
BURST_HZ, BURST_TAU_S = (8.0, 11.0, 15.0, 20.0), (0.02, 0.03, 0.045)
"""Twitches that are little else than that ringing: from the onset on it only fades."""
WHOLE_S, RISING = tuple(np.geomspace(0.08, 0.5, 14)), (0.3, 0.4, 0.5)
"""Lengths of twitches that are over at once, and the share of it in which they contract: the tissue moves by half a
cosine out and half a one back, as where a bundle relaxes quickly."""

DOWN_HZ, DOWN_TAU_S = tuple(np.geomspace(2.0, 8.0, 14)), (0.06, 0.11, 0.2, 0.4, 0.8)
DOWN_RISE_S = 0.02
"""A bed or a body that swings after a blow: frequencies, time constants, and how soft the blow is by then."""
BLOW_S, CASE_HZ, CASE_TAU_S = (0.005, 0.01, 0.015, 0.02), (45.0, 70.0, 110.0, 180.0), (0.004, 0.008, 0.012)
"""Knocks on the case: half a sine, and what the case rings with after."""
BUZZ_S, BUZZ_RISE_S, BUZZ_LEAST_HZ, BUZZ_CYCLES, BUZZ_STEP = (0.1, 0.17, 0.3, 0.5, 0.8), 0.02, 12.0, 3.0, 0.7
"""Buzzes of a motor, whatever frequency the sampling makes of theirs: lengths, rise and fall, least frequency and least
number of cycles, and the step in frequency over one by the length."""


class Forms(NamedTuple):
    """Forms of a kind.

    Parameters
    ----------
    taps
        High-passed, tap by tap, shape ``(taps, forms)``; of what has any phase ``(taps, 2 * forms)``: all in sine, then
        all in cosine.
    late, lasts
        How long before the first tap the movement began, and how long after it it is over, in samples, shape
        ``(forms,)``; none of what has any phase.
    """

    taps: FloatArray
    late: FloatArray
    lasts: FloatArray


def _whole(lasts_s: float, share: float) -> FloatArray:
    """Acceleration of a movement out by half a cosine and back by another, at `FINE_HZ`."""
    t = np.arange(math.ceil(WINDOW_S * FINE_HZ)) / FINE_HZ
    rise, fall = share * lasts_s, (1.0 - share) * lasts_s
    out, back = np.cos(np.pi * t / rise) / rise**2, -np.cos(np.pi * (t - rise) / fall) / fall**2
    return np.where(t < rise, out, np.where(t < lasts_s, back, 0.0))


def _twitches() -> list[FloatArray]:
    """Accelerations of twitches at `FINE_HZ`."""
    plain = [waveform(Shape(tp_s, exponent=n), FINE_HZ) for tp_s in TP_S for n in EXPONENTS]
    whole = [_whole(lasts_s, share) for lasts_s in WHOLE_S for share in RISING]
    ringing = [
        waveform(Shape(tp_s, hz, q, RINGING), FINE_HZ) for tp_s in RING_TP_S for hz in RING_HZ for q in RING_QUALITY
    ]
    t = np.arange(math.ceil(WINDOW_S * FINE_HZ)) / FINE_HZ
    bursts = [np.sin(2 * np.pi * hz * t) * np.exp(-t / tau) for hz in BURST_HZ for tau in BURST_TAU_S]
    return plain + whole + ringing + bursts


def twitch_forms(rate_hz: float, highpass_hz: float) -> Forms:
    """Make the forms of twitches, the longest first, of unit energy."""
    taps, late, lasts = [], [], []
    for fine in _twitches():
        loud = np.abs(fine) > ENDS * np.ptp(fine)
        lasts_s = (len(fine) - np.argmax(loud[::-1])) / FINE_HZ
        for part in range(PARTS):
            taps.append(_sampled(fine, rate_hz, WINDOW_S, part / PARTS))
            late.append(part / PARTS)
            lasts.append(lasts_s * rate_hz - part / PARTS)
    moved = _of_unit_energy(highpass(np.array(taps), highpass_hz, rate_hz))
    order = np.argsort([-_length(form) for form in moved], kind="stable")
    return Forms(moved[order].T, np.array(late)[order], np.array(lasts)[order])


def knock_forms(rate_hz: float, highpass_hz: float) -> Forms:
    """Make the forms of knocks on the case, of unit energy."""
    t = np.arange(math.ceil(KNOCK_S * FINE_HZ)) / FINE_HZ
    taps = []
    for blow_s in BLOW_S:
        push = np.sin(np.pi * np.clip(t / blow_s, 0.0, 1.0))
        after = np.maximum(t - blow_s, 0.0)
        rung = [np.sin(2 * np.pi * hz * after) * np.exp(-after / tau) for hz in CASE_HZ for tau in CASE_TAU_S]
        for fine in (push, *(push - 0.6 * ring for ring in rung)):
            taps += [_sampled(fine, rate_hz, KNOCK_S, part / KNOCK_PARTS - 1.0) for part in range(KNOCK_PARTS)]
    return Forms(_of_unit_energy(highpass(np.array(taps), highpass_hz, rate_hz)).T, np.empty(0), np.empty(0))


def down_forms(rate_hz: float, highpass_hz: float) -> Forms:
    """Make the ring-downs."""
    t = np.arange(round(WINDOW_S * rate_hz)) / rate_hz
    fades = [np.exp(-t / tau) * -np.expm1(-t / DOWN_RISE_S) for tau in DOWN_TAU_S]
    return _of_any_phase([(hz, fade) for hz in DOWN_HZ for fade in fades], t, rate_hz, highpass_hz)


def buzz_forms(rate_hz: float, highpass_hz: float) -> Forms:
    """Make the buzzes."""
    t = np.arange(round(WINDOW_S * rate_hz)) / rate_hz
    made = []
    for lasts_s in BUZZ_S:
        swell = np.clip(np.minimum(t, lasts_s - t) / BUZZ_RISE_S, 0.0, 1.0)
        least_hz = max(BUZZ_LEAST_HZ, BUZZ_CYCLES / lasts_s)
        made += [(hz, swell) for hz in np.arange(least_hz, 0.48 * rate_hz, BUZZ_STEP / lasts_s)]
    return _of_any_phase(made, t, rate_hz, highpass_hz)


@functools.lru_cache(maxsize=8)
def catalogue(rate_hz: float, highpass_hz: float) -> tuple[Forms, Forms, Forms, Forms]:
    """Make all forms at a sampling rate: twitches, knocks, ring-downs, buzzes."""
    make = (twitch_forms, knock_forms, down_forms, buzz_forms)
    twitches, knocks, downs, buzzes = (forms(rate_hz, highpass_hz) for forms in make)
    return twitches, knocks, downs, buzzes


def _of_any_phase(made: list[tuple[float, FloatArray]], t: FloatArray, rate_hz: float, highpass_hz: float) -> Forms:
    if not made:  # the rate is too low for any
        return Forms(np.zeros((len(t), 0)), np.empty(0), np.empty(0))
    sine = np.array([envelope * np.sin(2 * np.pi * hz * t) for hz, envelope in made])
    cosine = np.array([envelope * np.cos(2 * np.pi * hz * t) for hz, envelope in made])
    taps = highpass(np.concatenate([sine, cosine]), highpass_hz, rate_hz).T
    return Forms(taps, np.empty(0), np.empty(0))


def _sampled(fine: FloatArray, rate_hz: float, span_s: float, late: float) -> FloatArray:
    """Sample a movement from `late` samples after its beginning on."""
    at = (np.arange(round(span_s * rate_hz)) + late) / rate_hz
    return np.asarray(np.interp(at, np.arange(len(fine)) / FINE_HZ, fine, left=0.0, right=0.0))


def _of_unit_energy(taps: FloatArray) -> FloatArray:
    size = np.sqrt(np.sum(taps**2, axis=1, keepdims=True))
    return np.asarray(taps / np.where(size > 0.0, size, 1.0))  # a blow may fall between two samples altogether


def _length(taps: FloatArray) -> int:
    """Taps that hold `KEPT` of the energy."""
    return int(np.searchsorted(np.cumsum(taps**2), KEPT * np.sum(taps**2))) + 1


def in_use(forms: Forms) -> list[int]:
    """How many forms, the longest of which come first, still go on at each tap."""
    lengths = [_length(form) for form in forms.taps.T]
    return [sum(length > tap for length in lengths) for tap in range(len(forms.taps))]
