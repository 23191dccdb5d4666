"""Decimal numbers read at compiled speed: each is the float64 that is nearest to what is written, as of ``float``.

Eight bytes are looked at together, of a text that is given by its address. `plain` and `plain_whole` do not ask where
it ends: its last byte must be none of a number, such as the end of a line, and eight more must follow that may be
looked at.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numba import types
from numba.extending import intrinsic

F = TypeVar("F", bound=Callable[..., Any])
_SETTINGS: Any = {"nogil": True, "error_model": "numpy"}

LONGEST = 18
"""Digits that always fit into 63 bits."""
_LARGEST = np.uint64(9_200_000_000_000_000_009)
_ONE_MORE = 920_000_000_000_000_000
"""Of 19 digits there may be so large a number, which one more digit makes of so large a one."""
LAST_EXACT = 9_007_199_254_740_992  # 2**53
POWERS = 10.0 ** np.arange(23)
"""Those that are exact as float64."""
_TENS = np.uint64(10) ** np.arange(9, dtype=np.uint64)
_ZEROS = np.uint64(0x3030303030303030)
_TO_HIGH = np.uint64(0x7676767676767676)
_HIGH = np.uint64(0x8080808080808080)
_ONES = np.uint64(0x0101010101010101)
_PAIRS = np.uint64(0x000000FF000000FF)
_FIRST_PAIRS, _LAST_PAIRS = np.uint64(0x000F424000000064), np.uint64(0x0000271000000001)
_0, _1, _3, _7, _8, _10, _16, _32, _56 = (np.uint64(n) for n in (0, 1, 3, 7, 8, 10, 16, 32, 56))
_HAIR = 2.0**-45


def njit() -> Callable[[F], F]:
    """Compile a function, and keep what was compiled where a folder for it can be written."""

    def compile_it(function: F) -> F:
        try:
            return cast(F, numba.njit(cache=True, **_SETTINGS)(function))
        except RuntimeError:
            return cast(F, numba.njit(**_SETTINGS)(function))

    return compile_it


def _byte_at(typing: Any, text: Any, at: Any) -> Any:
    del typing, text, at

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        del signature
        byte, wide = context.get_value_type(types.uint8), context.get_value_type(types.int64)
        return builder.zext(builder.load(builder.inttoptr(builder.add(*values), byte.as_pointer())), wide)

    return types.int64(types.int64, types.int64), code


def _eight_at(typing: Any, text: Any, at: Any) -> Any:
    del typing, text, at

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        del signature
        wide = context.get_value_type(types.uint64)
        eight = builder.load(builder.inttoptr(builder.add(*values), wide.as_pointer()), align=1)
        return eight if sys.byteorder == "little" else builder.bswap(eight)

    return types.uint64(types.int64, types.int64), code


byte_at: Any = intrinsic(_byte_at)
"""One byte of a text, by the address of the text and its place in it."""
eight_at: Any = intrinsic(_eight_at)
"""Eight bytes as one number, the first as its lowest."""


@njit()
def any_of(eight: Any, first: Any, second: Any) -> Any:
    """Tell which of eight bytes is the first that is one of two; 8 where none is. Both stand eight times in theirs."""
    one, other = eight ^ first, eight ^ second
    marks = ((((one - _ONES) & ~one) | ((other - _ONES) & ~other)) & _HIGH) >> _7
    return np.int64((((marks & (_0 - marks)) - _1) & _ONES) * _ONES >> _56)


@njit()
def _digits(text: Any, at: Any) -> Any:
    """Read up to eight digits: the whole number that they write, and how many they are."""
    eight = eight_at(text, at) ^ _ZEROS
    marks = (((eight + _TO_HIGH) | eight) & _HIGH) >> _7  # the lowest is that of the first byte that is no digit
    count = (((marks & (_0 - marks)) - _1) & _ONES) * _ONES >> _56
    if count == _0:
        return _0, np.int64(0)
    eight = eight << ((_8 - count) << _3)  # noughts before the digits, and nothing behind them
    eight = eight * _10 + (eight >> _8)
    value = ((eight & _PAIRS) * _FIRST_PAIRS + ((eight >> _16) & _PAIRS) * _LAST_PAIRS) >> _32
    return value, np.int64(count)


@njit()
def plain(text: Any, start: Any, decimal: Any) -> Any:
    """Read a number of up to 19 digits without an exponent: its value, whether it is one, and where it ends."""
    at = start
    sign = byte_at(text, at)
    negative = sign == 45
    if negative or sign == 43:
        at += 1
    mantissa = _0
    digits = np.int64(0)
    first = byte_at(text, at)
    if byte_at(text, at + 1) == decimal and 48 <= first <= 57:  # the next bytes need not wait for the count of these
        mantissa = np.uint64(first - 48)
        digits = np.int64(1)
        at += 1
    else:
        while True:
            value, count = _digits(text, at)
            mantissa = mantissa * _TENS[count] + value
            digits += count
            at += count
            if count < 8:
                break
    scale = np.int64(0)
    after = byte_at(text, at)
    if after == decimal:
        at += 1
        while True:
            value, count = _digits(text, at)
            mantissa = mantissa * _TENS[count] + value
            scale += count
            at += count
            if count < 8:
                break
        after = byte_at(text, at)
    digits += scale
    if digits == 0 or digits > LONGEST + 1 or mantissa > _LARGEST or scale > LONGEST or after | 32 == 101:
        return 0.0, False, at
    whole = np.int64(mantissa)
    number = float(whole) / POWERS[scale] if whole <= LAST_EXACT else divided(whole, POWERS[scale])
    return (-number if negative else number), True, at


@njit()
def plain_whole(text: Any, start: Any) -> Any:
    """Read a whole number of up to 18 digits: its value, whether it is one, and where it ends."""
    at = start
    sign = byte_at(text, at)
    negative = sign == 45
    if negative or sign == 43:
        at += 1
    mantissa = _0
    begin = at
    while True:
        value, count = _digits(text, at)
        mantissa = mantissa * _TENS[count] + value
        at += count
        if count < 8:
            break
    whole = np.int64(mantissa)
    return (-whole if negative else whole), 0 < at - begin <= LONGEST, at


@njit()
def _quotient(mantissa: Any, power: Any) -> Any:
    """Divide a whole number of up to 63 bits by an exact power of ten: a float64, and what it lacks, nearly."""
    high = float(mantissa)
    low = float(mantissa - np.int64(high))
    first = high / power
    # The exact product of two float64 by Dekker: what the quotient times the power differs from the number by.
    split = 134217729.0
    a = split * first
    a_high = a - (a - first)
    a_low = first - a_high
    b = split * power
    b_high = b - (b - power)
    b_low = power - b_high
    product = first * power
    error = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
    return first, (((high - product) - error) + low) / power


@njit()
def divided(mantissa: Any, power: Any) -> Any:
    """Divide a whole number of up to 63 bits by 10 to at most the 18th, rounded once."""
    first, rest = _quotient(mantissa, power)
    return first + rest


@njit()
def scaled(mantissa: Any, scale: Any) -> Any:
    """Multiply a whole number by a power of ten: the nearest float64, and whether it is sure to be that."""
    if mantissa == 0:
        return 0.0, True
    if mantissa <= LAST_EXACT and 0 <= scale <= 22:
        return float(mantissa) * POWERS[scale], True
    if mantissa <= LAST_EXACT and -22 <= scale < 0:
        return float(mantissa) / POWERS[-scale], True
    if scale == 0:
        return float(mantissa), True
    if -18 <= scale < 0:
        return divided(mantissa, POWERS[-scale]), True
    if -22 <= scale < 0:
        first, rest = _quotient(mantissa, POWERS[-scale])
        return first + rest, first + rest * (1.0 - _HAIR) == first + rest * (1.0 + _HAIR)
    return 0.0, False


@njit()
def number(text: Any, start: Any, end: Any, decimal: Any) -> Any:
    """Read the number that begins here, however it is written: its value, whether this can read it, where it ends."""
    at = start
    negative = False
    if at < end and (byte_at(text, at) == 45 or byte_at(text, at) == 43):
        negative = byte_at(text, at) == 45
        at += 1
    mantissa = np.int64(0)
    scale = np.int64(0)
    seen = False
    after = False
    full = False
    cut = False
    while at < end:
        byte = byte_at(text, at)
        if 48 <= byte <= 57:
            seen = True
            if not full and mantissa <= _ONE_MORE:
                mantissa = mantissa * np.int64(10) + np.int64(byte - 48)
                if after:
                    scale -= 1
            else:  # it is between the number that the first digits make and the next one
                full = True
                cut = cut or byte != 48
                if not after:
                    scale += 1
        elif byte == decimal and not after:
            after = True
        else:
            break
        at += 1
    if not seen:
        return 0.0, False, at
    if at < end and byte_at(text, at) | 32 == 101:
        at += 1
        minus = False
        if at < end and (byte_at(text, at) == 45 or byte_at(text, at) == 43):
            minus = byte_at(text, at) == 45
            at += 1
        begin = at
        exponent = np.int64(0)
        while at < end and 48 <= byte_at(text, at) <= 57 and at - begin < 4:
            exponent = exponent * np.int64(10) + np.int64(byte_at(text, at) - 48)
            at += 1
        if at == begin or at - begin > 3:
            return 0.0, False, at
        scale += -exponent if minus else exponent
    value, sure = scaled(mantissa, scale)
    if cut and sure:
        next_value, next_sure = scaled(mantissa + np.int64(1), scale)
        sure = next_sure and next_value == value
    return (-value if negative else value), sure, at
