"""How like each other beats are: templates of three axes, and correlation with them."""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled

TINY = 1e-18
PIECE = 3
STANDS_OUT = 4.0
"""Energy of a mean over what noise leaves in it, from which on it is more than noise."""


@compiled
def likeness(stream: Any, at: int, template: Any, mask: Any, length: int) -> float:
    """Correlation of `length` samples from place `at` on with a template of length 1, where the mask is 1."""
    x, y, z = stream[0][at : at + length], stream[1][at : at + length], stream[2][at : at + length]
    product = energy = 0.0
    for j in range(length):
        a, b, c = np.float64(x[j]), np.float64(y[j]), np.float64(z[j])
        product += a * template[0, j] + b * template[1, j] + c * template[2, j]
        energy += a * a * mask[0, j] + b * b * mask[1, j] + c * c * mask[2, j]
    return np.float64(product / np.sqrt(energy + TINY))


@compiled
def likeness_along(stream: Any, at: int, template: Any, mask: Any, length: int, out: Any) -> None:
    """Fill `out` with the `likeness` of each place from `at` on.

    Each sum is added up in the same order as there, many of them side by side: the compiler does several at once. What
    the mask leaves out of all axes adds nothing to any of them.
    """
    count = len(out)
    energy = np.zeros(count)
    for i in range(count):
        out[i] = 0.0
    for j in range(length):
        m0, m1, m2 = mask[0, j], mask[1, j], mask[2, j]
        if m0 == 0.0 and m1 == 0.0 and m2 == 0.0:
            continue
        t0, t1, t2 = template[0, j], template[1, j], template[2, j]
        first = at + j
        x, y, z = stream[0][first : first + count], stream[1][first : first + count], stream[2][first : first + count]
        for i in range(count):
            a, b, c = np.float64(x[i]), np.float64(y[i]), np.float64(z[i])
            out[i] += a * t0 + b * t1 + c * t2
            energy[i] += a * a * m0 + b * b * m1 + c * c * m2
    for i in range(count):
        out[i] /= np.sqrt(energy[i] + TINY)


@compiled
def mask_noise(stream: Any, starts: Any, count: int, length: int, template: Any, mask: Any) -> None:
    """Leave out of a template what does not stand out of the noise: where a beat is faint, most of it.

    Each axis is judged in pieces of `PIECE` samples: the energy of the mean of the stretches against what their spread
    makes expect of it.
    """
    best, best_axis, best_piece = -1.0, 0, 0
    for axis in range(3):
        for piece in range(0, length, PIECE):
            end = min(piece + PIECE, length)
            mean_energy = spread = 0.0
            for j in range(piece, end):
                total = square = 0.0
                for i in range(count):
                    v = np.float64(stream[axis, starts[i] + j])
                    total += v
                    square += v * v
                mean = total / count
                mean_energy += mean * mean
                spread += max(square / count - mean * mean, 0.0)
            ratio = count * mean_energy / (spread + TINY)
            if ratio > best:
                best, best_axis, best_piece = ratio, axis, piece
            for j in range(piece, end):
                mask[axis, j] = 1.0 if ratio > STANDS_OUT else 0.0
    for j in range(best_piece, min(best_piece + PIECE, length)):
        mask[best_axis, j] = 1.0
    for axis in range(3):
        for j in range(length):
            template[axis, j] *= mask[axis, j]
    scale(template, length)


@compiled
def average(stream: Any, starts: Any, count: int, length: int, template: Any) -> None:
    """Fill a template with the mean of the stretches that begin at these places, scaled to length 1."""
    for axis in range(3):
        for j in range(length):
            template[axis, j] = 0.0
    for i in range(count):
        at = starts[i]
        for axis in range(3):
            for j in range(length):
                template[axis, j] += np.float64(stream[axis, at + j])
    scale(template, length)


@compiled
def scale(template: Any, length: int) -> None:
    """Scale a template to length 1."""
    energy = TINY
    for axis in range(3):
        for j in range(length):
            energy += template[axis, j] ** 2
    size = np.sqrt(energy)
    for axis in range(3):
        for j in range(length):
            template[axis, j] /= size


@compiled
def leave_one_out(stream: Any, starts: Any, count: int, length: int, mask: Any) -> float:
    """Mean correlation of each stretch with the mean of the others."""
    total = np.zeros((3, length))
    for i in range(count):
        at = starts[i]
        for axis in range(3):
            for j in range(length):
                total[axis, j] += np.float64(stream[axis, at + j])
    mean = 0.0
    for i in range(count):
        at = starts[i]
        product = own = other = 0.0
        for axis in range(3):
            for j in range(length):
                v = np.float64(stream[axis, at + j]) * mask[axis, j]
                rest = (total[axis, j] * mask[axis, j]) - v
                product += v * rest
                own += v * v
                other += rest * rest
        mean += product / np.sqrt(own * other + TINY * TINY)
    return np.float64(mean / count)
