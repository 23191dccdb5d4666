"""Promise: sums and spectra of a minute are numpy's own, and no thread but the one that asks works for them."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from detector.wear.spectra import added_up, middle, powers, without_slope

# Threads of a library that waits for its next call in circles count as this process's time, not as this thread's.
PROGRAM = """
import time
import numpy as np
from detector.minutes import Sign
from detector.wear.signs import look
from detector.wear.steady import Steady
rng = np.random.default_rng(1)
minutes = [rng.normal(0, 1e-3, (6000, 3)).astype(np.float32) for _ in range(20)]
steady = Steady()
began, own = time.process_time(), time.thread_time()
for _ in range(5):
    for minute in minutes:
        assert steady.sign(look(minute, 100.0)) == Sign.NONE
print(time.process_time() - began, time.thread_time() - own)
"""


def test_one_thread_does_it_all_whatever_the_environment_says():
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    printed = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, check=True, capture_output=True, text=True
    ).stdout
    everybody_s, own_s = map(float, printed.split())
    assert everybody_s < 1.1 * own_s + 0.02


@pytest.mark.parametrize("count", [1, 2, 7, 600])
def test_the_middle_is_the_median(count):
    values = np.random.default_rng(count).normal(size=(3, count))
    assert middle(values).tolist() == np.median(values, axis=-1).tolist()


@pytest.mark.parametrize(("count", "length"), [(10, 1), (10, 3), (11, 11), (5970, 5)])
def test_neighbours_are_added_up_and_a_rest_is_left_out(count, length):
    values = np.random.default_rng(count).normal(size=(3, count))
    expected = values[:, : count // length * length].reshape(3, -1, length).sum(axis=2)
    np.testing.assert_allclose(added_up(values, length), expected, rtol=0, atol=1e-13)


def test_a_line_is_taken_away_and_what_is_left_has_none():
    values = np.random.default_rng(2).normal(size=(3, 601)) + np.linspace(-5, 5, 601)
    values -= values.mean(axis=1)[:, None]
    time = np.arange(601)
    for row, left in zip(values, without_slope(values), strict=True):
        np.testing.assert_allclose(left, row - np.polyval(np.polyfit(time, row, 1), time), atol=1e-12)


@pytest.mark.parametrize("length", [300, 597, 750, 1000])
@pytest.mark.parametrize(("first", "step"), [(3 / 600, 1 / 600), (0.0051, 0.00161)])
def test_the_powers_are_those_of_the_sums_written_out(length, first, step):
    values = np.random.default_rng(length).normal(size=(3, length))
    turns = np.exp(-2j * np.pi * np.outer(first + step * np.arange(118), np.arange(length)))
    expected = np.abs((values[:, None, :] * turns).sum(axis=2)) ** 2
    np.testing.assert_allclose(powers(values, first, step, 118), expected, rtol=0, atol=1e-10 * expected.max())
