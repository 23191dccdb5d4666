"""How like each other beats are: templates of three axes, and correlation with them."""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.signal.compiled import compiled

TINY = 1e-18


@compiled
def likeness(stream: Any, at: int, template: Any, length: int) -> float:
    """Correlation of `length` samples from place `at` on with a template of length 1."""
    x, y, z = stream[0][at : at + length], stream[1][at : at + length], stream[2][at : at + length]
    product = energy = 0.0
    for j in range(length):
        a, b, c = np.float64(x[j]), np.float64(y[j]), np.float64(z[j])
        product += a * template[0, j] + b * template[1, j] + c * template[2, j]
        energy += a * a + b * b + c * c
    return np.float64(product / np.sqrt(energy + TINY))


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
def leave_one_out(stream: Any, starts: Any, count: int, length: int) -> float:
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
                v = np.float64(stream[axis, at + j])
                rest = total[axis, j] - v
                product += v * rest
                own += v * v
                other += rest * rest
        mean += product / np.sqrt(own * other + TINY * TINY)
    return np.float64(mean / count)
