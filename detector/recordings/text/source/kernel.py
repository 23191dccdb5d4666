"""The rows of a text, parsed by a compiled kernel: each number is the float64 that is nearest to what is written.

Most rows are plain. Any other is read again from its beginning with care. A row that neither way understands, whatever
is wrong with it, is left to the slow way in `table`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from detector.recordings.text.source.careful_rows import careful_row, trimmed
from detector.recordings.text.source.codes import BLANKS, FILTER, NONE
from detector.recordings.text.source.digits import byte_at, njit
from detector.recordings.text.source.plain_rows import plain_rows


@njit()
def parse(
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
    words: Any,
    word_ends: Any,
    numbers: Any,
    wholes: Any,
    texts: Any,
    status: Any,
    starts: Any,
    ends: Any,
) -> Any:
    """Parse lines into rows until either ends: how many rows there are, where the next line is, the width of texts.

    Parameters
    ----------
    text
        The bytes, uint8; behind `size` there are some more.
    begin, size
        From where to where lines are parsed; the last byte ends a line.
    delimiter, decimal, quoted, terminator
        How rows are written: bytes, and whether cells may stand in quotes. `BLANKS` is any run of blanks and tabs; a
        terminator of 0 is none.
    wanted, kinds, slots
        Columns in rising order, what they hold, and the column of the result they go to.
    words, word_ends
        What the cell of a `FILTER` must be, one after another, and where each ends.
    numbers, wholes, texts, status, starts, ends
        Results: one row each; texts of several columns stand side by side with a blank between them. Where rows start
        and end is told of those for the slow way.
    """
    base = np.int64(text.ctypes.data)
    most = len(status)
    row = 0
    at = begin
    widest = 0
    may_be_plain = delimiter != BLANKS
    for which in range(len(wanted)):
        if kinds[which] == FILTER or (which > 0 and wanted[which] == wanted[which - 1]):
            may_be_plain = False
    while at < size and row < most:
        if may_be_plain:
            row, at, filled = plain_rows(
                base, at, size, delimiter, decimal, quoted, terminator, wanted, kinds, slots, row, numbers, wholes,
                texts, status,
            )  # fmt: skip
            widest = max(widest, filled)
            if at >= size or row == most:
                break
        start = at
        end = at
        while byte_at(base, end) != 10:
            end += 1
        at = end + 1
        end = trimmed(base, start, end, delimiter, terminator)
        while start < end and (byte_at(base, start) == 0 or byte_at(base, start) == 32):
            start += 1
        if start == end or byte_at(base, start) == 35:
            continue
        blank = True
        for i in range(start, end):
            if byte_at(base, i) != 32 and not 9 <= byte_at(base, i) <= 13:
                blank = False
                break
        if blank:
            continue
        state, filled = careful_row(
            base, start, end, delimiter, decimal, quoted, wanted, kinds, slots, words, word_ends, row, numbers, wholes,
            texts,
        )  # fmt: skip
        if state == NONE:
            continue
        widest = max(widest, filled)
        status[row] = state
        starts[row] = start
        ends[row] = end
        row += 1
    return row, at, widest


@njit()
def survey(xyz: Any, least: Any, most: Any, lengths: Any, absent: Any) -> Any:
    """Widen the least and the largest value of each axis; tells whether all values are whole numbers or none.

    Parameters
    ----------
    xyz
        Rows.
    least, most
        Of each axis.
    lengths, absent
        Results: the length of each vector, and whether any of its values is missing.
    """
    whole = True
    for row in range(len(xyz)):
        squares = 0.0
        for axis in range(3):
            value = xyz[row, axis]
            least[axis] = min(least[axis], value)
            most[axis] = max(most[axis], value)
            squares += value * value
            if value != np.floor(value) and not np.isnan(value):
                whole = False
        lengths[row] = np.sqrt(squares)
        absent[row] = np.isnan(squares)
    return whole


@njit()
def survey_steps(stamps: Any, before: Any, latest: Any, missing: Any) -> Any:
    """Look at the steps from one stamp to the next.

    Parameters
    ----------
    stamps
        Stamps.
    before, latest
        The one before them, and the latest so far.
    missing
        What stands for one that is missing.

    Returns
    -------
    bool
        Whether any is missing.
    tuple of int
        How many steps are none, and how many go back.
    tuple of int
        The least and the largest step, the latest stamp, and how far one is at most behind the latest before it.
    """
    any_missing = False
    still = back = np.int64(0)
    least, most = np.int64(np.iinfo(np.int64).max), np.int64(np.iinfo(np.int64).min)
    behind = np.int64(0)
    for i in range(len(stamps)):
        stamp = stamps[i]
        step = stamp - before
        any_missing = any_missing or stamp == missing
        still += step == 0
        back += step < 0
        least = min(least, step)
        most = max(most, step)
        latest = max(latest, stamp)
        behind = max(behind, latest - stamp)
        before = stamp
    return any_missing, (still, back), (least, most, latest, behind)
