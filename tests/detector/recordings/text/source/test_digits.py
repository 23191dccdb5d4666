"""Promise: a number read from a file is, to the last bit, the one that Python's ``float`` makes of it, or is not read.

What is not read goes to ``float`` itself; all that programs write every day is read.
"""

from __future__ import annotations

import random
import struct
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.recordings.text.source import digits

NUMBERS = 100_000
FOLLOWED_BY = b",\n0123456789"


def read(written: str, how=digits.number, decimal: str = "."):
    """Give the number that a reader makes of a whole text, None where it leaves it to the slow way."""
    text = np.frombuffer(written.encode() + FOLLOWED_BY, np.uint8)
    ends = (len(written),) if how is digits.number else ()
    signs = () if how is digits.plain_whole else (ord(decimal),)
    value, is_sure, at = how(text.ctypes.data, 0, *ends, *signs)
    return value if is_sure and at == len(written) else None


def is_same(value: float | None, written: str) -> bool:
    return value is None or struct.pack("d", value) == struct.pack("d", float(written))


def spelled(rng: random.Random) -> str:
    """Spell a number as some program may."""
    how = rng.randrange(6)
    size = 10.0 ** rng.randint(-9, 9)
    if how == 0:
        return repr(rng.gauss(0, size))
    if how == 1:
        return f"{rng.gauss(0, size):.{rng.randint(0, 25)}f}"
    if how == 2:
        return str(rng.randint(-(10 ** rng.randint(1, 22)), 10 ** rng.randint(1, 22)))
    if how == 3:
        return f"{rng.gauss(0, size):.{rng.randint(0, 20)}{rng.choice('eE')}}"
    if how == 4:  # half-way between two float64, and right beside
        below = rng.random() * 2.0 ** rng.randint(-4, 62)
        middle = (Fraction(below) + Fraction(float(np.nextafter(below, np.inf)))) / 2
        exact = str(Decimal(middle.numerator) / Decimal(middle.denominator))
        return exact + rng.choice(("", "1")) if "." in exact and "E" not in exact else exact
    whole, part = ("".join(rng.choices("0123456789", k=rng.randint(0, 21))) for _ in range(2))
    return f"{rng.choice(('', '-', '+'))}{whole or '0'}{rng.choice(('', '.'))}{part}"


def test_every_number_is_the_nearest():
    rng = random.Random(1)  # noqa: S311 - no secrets
    for _ in range(NUMBERS):
        written = spelled(rng)
        assert is_same(read(written), written), written
        assert is_same(read(written, digits.plain), written), written


@settings(max_examples=500, deadline=None)
@given(st.from_regex(r"[+-]?[0-9]{0,22}(\.[0-9]{0,22})?([eE][+-]?[0-9]{1,4})?", fullmatch=True))
def test_whatever_looks_like_a_number_is_the_nearest_or_left(written):
    for how in (digits.number, digits.plain):
        value = read(written, how)
        if value is not None:
            assert is_same(value, written)


@settings(max_examples=500, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_survives(value):
    assert is_same(read(repr(value)), repr(value))


@given(st.floats(-1e9, 1e9))
def test_what_programs_write_is_read_without_the_slow_way(value):
    written = [repr(round(value, 8)), f"{value:.6f}", f"{value:.3f}", f"{value:.9f}", str(round(value))]
    assert None not in [read(each) for each in written]
    assert None not in [read(each, digits.plain) for each in written if "e" not in each]


@given(st.integers(-(10**18) + 1, 10**18 - 1))
def test_whole_numbers_stay_whole(value):
    assert read(str(value), digits.plain_whole) == value
    assert read(f"{value:+d}", digits.plain_whole) == value


@pytest.mark.parametrize(
    "written", ["", "-", "+", ".", "-.", "e5", "1e", "1e+", "--1", "1.2.3", "0x1", "1_0", "nan", "1,5"]
)
def test_what_is_no_number_is_left(written):
    assert read(written) is None
    assert read(written, digits.plain) is None


def test_a_decimal_comma():
    assert read("-0,25", decimal=",") == read("-0,25", digits.plain, decimal=",") == -0.25
