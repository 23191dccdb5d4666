"""Stretches in which twitches are frequent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from detector.events import Event
from detector.series.observed import Span, by_span, microseconds
from detector.series.record import Series, median_interval_s

LEAST_PER_MINUTE = 5
LEAST_S = 1200.0
_MINUTE_US = 60_000_000


def frequent_twitches(events: Iterable[Event], spans: Sequence[Span]) -> list[Series]:
    """Find stretches of 20 min and more with at least 5 twitches in every minute.

    The numbers are those the AASM Manual for the Scoring of Sleep asks of fragmentary myoclonus in NREM sleep: at least
    5 potentials per minute, kept up for at least 20 min. Sleep stages are not known here and no potential is measured,
    so this is a rate and nothing more.

    "Every minute" is each window of 60 s, wherever it begins, that lies in the stretch: no minute of the clock has a
    say, and the answer does not hang on when the recording began. A window holds its first moment and not its last.
    A stretch lies between two gaps. Only single twitches count: a train would be many potentials, how many nobody
    knows.

    Parameters
    ----------
    events
        Of one sensor, any kinds, in any order.
    spans
        Observed time.
    """
    series = []
    for span, found in by_span((event for event in events if event.kind == "twitch"), spans):
        onsets_us = [microseconds(event.onset_s) for event in found]
        for start_us, end_us in _stretches(onsets_us, microseconds(span.start_s), microseconds(span.end_s)):
            if end_us - start_us < microseconds(LEAST_S):
                continue
            inside = [event for event, us in zip(found, onsets_us, strict=True) if start_us <= us < end_us]
            series.append(
                Series(
                    "frequent_twitches",
                    start_us / 1e6,
                    (end_us - start_us) / 1e6,
                    len(inside),
                    median_interval_s(inside),
                )
            )
    return series


def _stretches(onsets_us: Sequence[int], start_us: int, end_us: int) -> list[tuple[int, int]]:
    """Find the longest stretches whose every minute holds enough onsets.

    The window that begins at ``u`` holds the onsets ``k`` to ``k + 4`` where ``u`` lies after the last of them less a
    minute, and not after the first. The union of these intervals is where a minute with enough onsets may begin.
    """
    stretches: list[tuple[int, int]] = []
    for first, last in zip(onsets_us, onsets_us[LEAST_PER_MINUTE - 1 :], strict=False):
        low = max(last - _MINUTE_US + 1, start_us)  # whole microseconds: the least one after
        high = min(first, end_us - _MINUTE_US)
        if low > high:
            continue
        if stretches and low <= stretches[-1][1] + 1:
            stretches[-1] = (stretches[-1][0], high)
        else:
            stretches.append((low, high))
    return [(low, high + _MINUTE_US) for low, high in stretches]
