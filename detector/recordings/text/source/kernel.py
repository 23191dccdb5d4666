"""The rows of a text, parsed by a compiled kernel: each number is the float64 that is nearest to what is written.

A row that the kernel does not understand, whatever is wrong with it, is left to the slow way in `table`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np

F = TypeVar("F", bound=Callable[..., Any])
_SETTINGS: Any = {"nogil": True, "error_model": "numpy"}

NUMBER, WHOLE, TEXT, FILTER = 0, 1, 2, 3
"""What a wanted column holds."""
GOOD, BARE, SLOW = 0, 1, 2
"""A row: all is read; values are missing, and said to be; it is for the slow way."""
BLANKS = 32
_LAST_EXACT = 9_007_199_254_740_992  # 2**53
POWERS = 10.0 ** np.arange(23)
"""Those that are exact as float64."""


def _njit() -> Callable[[F], F]:
    def compile_it(function: F) -> F:
        try:
            return cast(F, numba.njit(cache=True, **_SETTINGS)(function))
        except RuntimeError:  # where no folder for the cache can be written
            return cast(F, numba.njit(**_SETTINGS)(function))

    return compile_it


@_njit()
def _divided(mantissa: Any, power: Any) -> Any:
    """Divide a whole number of up to 63 bits by a power of ten, rounded once: the quotient and what it leaves."""
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
    return first + (((high - product) - error) + low) / power


@_njit()
def _number(text: Any, start: Any, end: Any, decimal: Any, powers: Any) -> Any:
    """Read the number that begins here: its value, whether this can read it, and where it ends."""
    at = start
    negative = False
    if at < end and (text[at] == 45 or text[at] == 43):
        negative = text[at] == 45
        at += 1
    mantissa = np.int64(0)
    digits = 0  # those that count, without leading zeros
    scale = 0
    seen = False
    after = False
    while at < end:
        byte = text[at]
        if 48 <= byte <= 57:
            seen = True
            if digits > 0 or byte != 48:
                digits += 1
                if digits > 18:
                    return 0.0, False, at
            mantissa = mantissa * 10 + np.int64(byte - 48)
            if after:
                scale -= 1
        elif byte == decimal and not after:
            after = True
        else:
            break
        at += 1
    if not seen:
        return 0.0, False, at
    if at < end and (text[at] == 101 or text[at] == 69):
        at += 1
        minus = False
        if at < end and (text[at] == 45 or text[at] == 43):
            minus = text[at] == 45
            at += 1
        begin = at
        exponent = np.int64(0)
        while at < end and 48 <= text[at] <= 57 and at - begin < 4:
            exponent = exponent * np.int64(10) + np.int64(text[at] - 48)
            at += 1
        if at == begin or at - begin > 3:
            return 0.0, False, at
        scale += int(-exponent if minus else exponent)
    value = 0.0
    if mantissa == 0:
        value = 0.0
    elif mantissa <= _LAST_EXACT and 0 <= scale <= 22:
        value = float(mantissa) * powers[scale]
    elif mantissa <= _LAST_EXACT and -22 <= scale < 0:
        value = float(mantissa) / powers[-scale]
    elif -18 <= scale < 0:
        value = _divided(mantissa, powers[-scale])
    else:
        return 0.0, False, at
    return (-value if negative else value), True, at


@_njit()
def _whole(text: Any, start: Any, end: Any) -> Any:
    at = start
    negative = False
    if at < end and (text[at] == 45 or text[at] == 43):
        negative = text[at] == 45
        at += 1
    if at >= end or end - at > 18:
        return np.int64(0), False
    value = np.int64(0)
    while at < end:
        if not 48 <= text[at] <= 57:
            return np.int64(0), False
        value = value * 10 + np.int64(text[at] - 48)
        at += 1
    return (-value if negative else value), True


@_njit()
def _says_missing(text: Any, start: Any, end: Any) -> Any:
    """Tell whether a cell is empty, ``nan`` or ``na`` in any case of letters."""
    length = end - start
    if length == 0:
        return True
    if length == 3:
        return (text[start] | 32) == 110 and (text[start + 1] | 32) == 97 and (text[start + 2] | 32) == 110
    return length == 2 and (text[start] | 32) == 110 and (text[start + 1] | 32) == 97


@_njit()
def parse(
    text: Any,
    delimiter: Any,
    decimal: Any,
    quoted: Any,
    terminator: Any,
    wanted: Any,
    kinds: Any,
    slots: Any,
    words: Any,
    word_ends: Any,
    powers: Any,
    numbers: Any,
    wholes: Any,
    texts: Any,
    status: Any,
    starts: Any,
    ends: Any,
) -> Any:
    """Parse whole lines into rows; gives how many rows there are.

    Parameters
    ----------
    text
        The bytes, uint8.
    delimiter, decimal, quoted, terminator
        How rows are written: bytes, and whether cells may stand in quotes. `BLANKS` is any run of blanks and tabs; a
        terminator of 0 is none.
    wanted, kinds, slots
        Columns in rising order, what they hold, and the column of the result they go to.
    words, word_ends
        What the cell of a `FILTER` must be, one after another, and where each ends.
    powers
        `POWERS`.
    numbers, wholes, texts, status, starts, ends
        Results: one row each; texts of several columns stand side by side with a blank between them.
    """
    size = len(text)
    width = texts.shape[1]
    row = 0
    at = 0
    while at < size:
        start = at
        while at < size and text[at] != 10:
            at += 1
        end = at
        at += 1
        while end > start and (
            text[end - 1] == 13
            or text[end - 1] == 0
            or (text[end - 1] == 32)
            or (text[end - 1] == 9 and delimiter != 9)
            or (terminator != 0 and text[end - 1] == terminator)
        ):
            end -= 1
        while start < end and (text[start] == 0 or (text[start] == 32)):
            start += 1
        if start == end or text[start] == 35:
            continue
        blank = True
        for i in range(start, end):
            if text[i] != 32 and not 9 <= text[i] <= 13:
                blank = False
                break
        if blank:
            continue
        state = GOOD
        column = 0
        which = 0
        filled = 0
        kept = True
        here = start
        while which < len(wanted):
            if here > end:
                state = SLOW  # the row is too short
                break
            # The cell from `here` on: [first, last), without its quotes and blanks.
            first = here
            if delimiter == BLANKS:
                while first < end and (text[first] == 32 or text[first] == 9):
                    first += 1
                if first >= end:
                    state = SLOW
                    break
                last = first
                while last < end and text[last] != 32 and text[last] != 9:
                    last += 1
                here = last
            else:
                while first < end and (text[first] == 32 or (text[first] == 9 and delimiter != 9)):
                    first += 1
                if (
                    column == wanted[which] and kinds[which] == NUMBER and decimal != delimiter
                ):  # most cells: read at once, up to its end
                    value, read, stop = _number(text, first, end, decimal, powers)
                    if read and (stop == end or text[stop] == delimiter):
                        numbers[row, slots[which]] = value
                        here = stop + 1
                        which += 1
                        column += 1
                        continue
                if quoted and first < end and text[first] == 34:
                    last = first + 1
                    while last < end and text[last] != 34:
                        last += 1
                    if last >= end:
                        state = SLOW  # a quote that is never closed
                        break
                    here = last + 1
                    if here < end and text[here] == 34:
                        state = SLOW  # a quote within quotes
                        break
                    first += 1
                    while here < end and text[here] != delimiter:
                        here += 1
                else:
                    last = first
                    while last < end and text[last] != delimiter:
                        last += 1
                    here = last
                here += 1
            if column == wanted[which]:
                while last > first and (text[last - 1] == 32 or text[last - 1] == 9):
                    last -= 1
                while first < last and text[first] == 32:
                    first += 1
                kind = kinds[which]
                if kind == NUMBER:
                    value, read, at_end = _number(text, first, last, decimal, powers)
                    if read and at_end == last:
                        numbers[row, slots[which]] = value
                    elif _says_missing(text, first, last):
                        numbers[row, slots[which]] = np.nan
                        state = max(state, BARE)
                    else:
                        state = SLOW
                        break
                elif kind == WHOLE:
                    whole, read = _whole(text, first, last)
                    if not read:
                        state = SLOW
                        break
                    wholes[row, slots[which]] = whole
                elif kind == TEXT:
                    if slots[which] > 0 and filled < width:
                        texts[row, filled] = 32
                        filled += 1
                    for i in range(first, last):
                        if filled < width:
                            texts[row, filled] = text[i]
                            filled += 1
                else:
                    kept = False
                    begin = 0
                    for word in range(len(word_ends)):
                        if word_ends[word] - begin == last - first:
                            same = True
                            for i in range(last - first):
                                if words[begin + i] != text[first + i]:
                                    same = False
                                    break
                            kept = kept or same
                        begin = word_ends[word]
                    if not kept:
                        break
                which += 1
            column += 1
        if not kept:
            for i in range(width):
                texts[row, i] = 0
            continue
        status[row] = state
        starts[row] = start
        ends[row] = end
        row += 1
    return row


@_njit()
def survey(xyz: Any, least: Any, most: Any) -> Any:
    """Widen the least and the largest value of each axis; tells whether all values are whole numbers or none."""
    whole = True
    for row in range(len(xyz)):
        for axis in range(3):
            value = xyz[row, axis]
            least[axis] = min(least[axis], value)
            most[axis] = max(most[axis], value)
            if value != np.floor(value) and not np.isnan(value):
                whole = False
    return whole
