"""Rows that are not plain, read with care for quotes, blanks, exponents and missing values."""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.recordings.text.source.codes import BARE, BLANKS, GOOD, NONE, NUMBER, SLOW, TEXT, WHOLE
from detector.recordings.text.source.digits import byte_at, njit, number


@njit()
def trimmed(text: Any, start: Any, end: Any, delimiter: Any, terminator: Any) -> Any:
    """Leave out what ends a row beside the end of its line."""
    while end > start:
        last = byte_at(text, end - 1)
        if not (
            last == 13
            or last == 0
            or last == 32
            or (last == 9 and delimiter != 9)
            or (terminator != 0 and last == terminator)
        ):
            break
        end -= 1
    return end


@njit()
def careful_row(
    text: Any,
    start: Any,
    end: Any,
    delimiter: Any,
    decimal: Any,
    quoted: Any,
    wanted: Any,
    kinds: Any,
    slots: Any,
    words: Any,
    word_ends: Any,
    row: Any,
    numbers: Any,
    wholes: Any,
    texts: Any,
) -> Any:
    """Read a row with care: what it is, and how much of its text is filled."""
    width = texts.shape[1]
    for i in range(width):
        texts[row, i] = 0
    state = GOOD
    column = 0
    which = 0
    filled = 0
    here = start
    while which < len(wanted):
        if here > end:
            state = SLOW  # the row is too short
            break
        # The cell from `here` on: [first, last), without its quotes and blanks.
        first = here
        if delimiter == BLANKS:
            while first < end and (byte_at(text, first) == 32 or byte_at(text, first) == 9):
                first += 1
            if first >= end:
                state = SLOW
                break
            last = first
            while last < end and byte_at(text, last) != 32 and byte_at(text, last) != 9:
                last += 1
            here = last
        else:
            while first < end and (byte_at(text, first) == 32 or (byte_at(text, first) == 9 and delimiter != 9)):
                first += 1
            if quoted and first < end and byte_at(text, first) == 34:
                last = first + 1
                while last < end and byte_at(text, last) != 34:
                    last += 1
                if last >= end:
                    state = SLOW  # a quote that is never closed
                    break
                here = last + 1
                if here < end and byte_at(text, here) == 34:
                    state = SLOW  # a quote within quotes
                    break
                first += 1
                while here < end and byte_at(text, here) != delimiter:
                    here += 1
            else:
                last = first
                while last < end and byte_at(text, last) != delimiter:
                    last += 1
                here = last
            here += 1
        if column == wanted[which]:
            while last > first and (byte_at(text, last - 1) == 32 or byte_at(text, last - 1) == 9):
                last -= 1
            while first < last and byte_at(text, first) == 32:
                first += 1
            kind = kinds[which]
            if kind == NUMBER:
                value, read, at_end = number(text, first, last, decimal)
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
                        texts[row, filled] = byte_at(text, i)
                        filled += 1
            else:
                kept = False
                begin = 0
                for word in range(len(word_ends)):
                    if word_ends[word] - begin == last - first:
                        same = True
                        for i in range(last - first):
                            if words[begin + i] != byte_at(text, first + i):
                                same = False
                                break
                        kept = kept or same
                    begin = word_ends[word]
                if not kept:
                    return NONE, 0
            which += 1
        column += 1
    return state, filled


@njit()
def _whole(text: Any, start: Any, end: Any) -> Any:
    at = start
    negative = False
    if at < end and (byte_at(text, at) == 45 or byte_at(text, at) == 43):
        negative = byte_at(text, at) == 45
        at += 1
    if at >= end or end - at > 18:
        return np.int64(0), False
    value = np.int64(0)
    while at < end:
        if not 48 <= byte_at(text, at) <= 57:
            return np.int64(0), False
        value = value * 10 + np.int64(byte_at(text, at) - 48)
        at += 1
    return (-value if negative else value), True


@njit()
def _says_missing(text: Any, start: Any, end: Any) -> Any:
    """Tell whether a cell is empty, ``nan`` or ``na`` in any case of letters."""
    length = end - start
    if length == 0:
        return True
    if length == 3:
        length -= (byte_at(text, start + 2) | 32) == 110
    return length == 2 and (byte_at(text, start) | 32) == 110 and (byte_at(text, start + 1) | 32) == 97
