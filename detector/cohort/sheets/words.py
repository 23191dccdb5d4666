"""Numbers as the sheets of a cohort write them."""

from __future__ import annotations

import re
from collections import Counter
from statistics import median
from typing import TYPE_CHECKING

from detector.report.phrases import DASH
from detector.summary.many.said import rate_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from detector.cohort.results.people import Figure
    from detector.cohort.results.rows import NightRow


def hours(value: float | None) -> str:
    """Write hours; a dash where they are not known."""
    return DASH if value is None else f"{value:.1f}\N{NO-BREAK SPACE}h"


def many(count: int, what: str) -> str:
    """Write a count of things."""
    return f"{count} {what if count == 1 else {'person': 'people'}.get(what, f'{what}s')}"


def rate(value: float | None) -> str:
    """Write a rate; a dash where there is none."""
    return DASH if value is None else rate_words(value)


def interval(figure: Figure) -> str:
    """Write an interval; a dash where it is refused."""
    return DASH if figure.low is None else f"{rate(figure.low)} to {rate(figure.high)}"


def minutes(seconds: float) -> str:
    """Write a length of time that may be short."""
    if seconds >= 3600:  # noqa: PLR2004 - an hour
        return f"{seconds / 3600:.1f} h"
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"  # noqa: PLR2004 - readable


def size(values: Iterable[float | None]) -> str:
    """Write the median of sizes in mg; a dash where none is known."""
    known = [each for each in values if each is not None]
    return f"{median(known):.1f} mg" if known else DASH


def told_by_reading(rows: Sequence[NightRow], most: int) -> list[tuple[str, str]]:
    """Count what reading the files told, sentences that differ in numbers alone as one."""
    count: Counter[str] = Counter()
    first: dict[str, str] = {}
    for row in {row.task.key: row for row in rows}.values():
        for note in row.notes:
            kind = re.sub(r"\d+(?:[.,:]\d+)*", "#", note)
            count[kind] += 1
            first.setdefault(kind, note)
    return [(first[kind], many(number, "recording")) for kind, number in count.most_common(most)]


def evenings(rows: Sequence[NightRow]) -> str:
    """Say from which evening to which nights are."""
    known = sorted(row.digest.evening for row in rows if row.digest is not None and row.digest.evening)
    if not known:
        return "no dates are known"
    return known[0] if known[0] == known[-1] else f"{known[0]} to {known[-1]}"


def made_by(rows: Sequence[NightRow]) -> str:
    """Say what made the nights."""
    makers = sorted({(row.version, row.settings) for row in rows if row.version})
    return " ".join(f"Computed by fasciwatch {version}, settings {settings}." for version, settings in makers)
