"""Rows of plain cells, which most rows are: each cell is read from its first byte to the delimiter, and none twice."""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.recordings.text.source.codes import GOOD, NUMBER, WHOLE
from detector.recordings.text.source.digits import any_of, byte_at, eight_at, njit, number, plain, plain_whole

_EIGHT_TIMES = np.uint64(0x0101010101010101)


@njit()
def _find(text: Any, at: Any, first: Any, second: Any) -> Any:
    """Find the next of two bytes, one of which there is."""
    one, other = np.uint64(first) * _EIGHT_TIMES, np.uint64(second) * _EIGHT_TIMES
    while True:
        passed = any_of(eight_at(text, at), one, other)
        at += passed
        if passed < 8:
            return at


@njit()
def plain_rows(
    text: Any,
    begin: Any,
    size: Any,
    delimiter: Any,
    decimal: Any,
    quoted: Any,
    terminator: Any,
    wanted: Any,
    kinds: Any,
    slots: Any,
    first_row: Any,
    numbers: Any,
    wholes: Any,
    texts: Any,
    status: Any,
) -> Any:
    """Read rows as long as they are plain: how many there are by then, where the next line is, the width of texts."""
    at = begin
    row = first_row
    widest = 0
    width = texts.shape[1]
    last = len(wanted) - 1
    most = len(status)
    while at < size and row < most:
        here = at
        while byte_at(text, here) == 32:
            here += 1
        byte = byte_at(text, here)
        if byte == 35 or byte == 10 or byte == 0:
            return row, at, widest
        column = 0
        filled = 0
        for which in range(len(wanted)):
            while column < wanted[which]:
                if quoted:
                    while byte_at(text, here) == 32:
                        here += 1
                    if byte_at(text, here) == 34:
                        here = _find(text, here + 1, 34, 10)
                        if byte_at(text, here) != 34 or byte_at(text, here + 1) != delimiter:
                            return row, at, widest
                        here += 1
                here = _find(text, here, delimiter, 10)
                if byte_at(text, here) == 10:
                    return row, at, widest
                here += 1
                column += 1
            while byte_at(text, here) == 32:
                here += 1
            in_quotes = quoted and byte_at(text, here) == 34
            if in_quotes:
                here += 1
            kind = kinds[which]
            if kind == NUMBER:
                if decimal == delimiter and not in_quotes:
                    return row, at, widest
                value, read, stop = plain(text, here, decimal)
                if not read:
                    value, read, stop = number(text, here, size, decimal)
                    if not read:
                        return row, at, widest
                here = stop
                numbers[row, slots[which]] = value
            elif kind == WHOLE:
                whole, read, here = plain_whole(text, here)
                if not read:
                    return row, at, widest
                wholes[row, slots[which]] = whole
            else:
                if slots[which] > 0 and filled < width:
                    texts[row, filled] = 32
                    filled += 1
                first = here
                while True:
                    byte = byte_at(text, here)
                    if byte == 34 or byte == 10 or byte == 13 or (byte == delimiter and not in_quotes):
                        break
                    if filled < width:
                        texts[row, filled] = byte
                        filled += 1
                    here += 1
                if here == first:
                    return row, at, widest
                byte = byte_at(text, first)
                if byte == 9 or byte == 32:
                    return row, at, widest
                byte = byte_at(text, here - 1)
                if byte == 9 or byte == 32 or byte == 0 or byte == terminator:
                    return row, at, widest
            if in_quotes:
                if byte_at(text, here) != 34:
                    return row, at, widest
                here += 1
            byte = byte_at(text, here)
            if byte == delimiter:
                here += 1
                column += 1
            elif which != last:
                return row, at, widest
        if byte == delimiter:
            here = _find(text, here, 10, 10)
        while byte == 13 or byte == 32 or (byte == terminator and terminator != 0):
            here += 1
            byte = byte_at(text, here)
        if byte_at(text, here) != 10:
            return row, at, widest
        if filled > 0:
            for i in range(filled, width):
                texts[row, i] = 0
        widest = max(widest, filled)
        status[row] = GOOD
        row += 1
        at = here + 1
    return row, at, widest
