"""Samples lost on the way from a wearable that sends neither time nor count.

Each sample lost lets everything after it seem to arrive a period later than before, and for good: a held-up radio makes
packets late too, but lets the next ones catch up. So the smallest delay within a few seconds of steady arrivals tells
the two apart. Where exactly the samples went missing within those seconds, nobody knows.
"""

from __future__ import annotations

from collections import deque

WINDOW_S = 3.0
"""Packets must stay late for so long, in seconds."""

PAUSE_S = 0.5
"""After a pause of this length, or of `PAUSE_PACKETS`, what was held up arrives in a burst: the window begins anew."""

PAUSE_PACKETS = 5

FEWEST = 8
"""So many packets at least."""

MARGIN_S = 0.01
"""Delay that the quickest packet of a window may have by chance, in seconds."""

_SHARE = 0.6  # of a packet's length, beyond which the delay is nearer to a lost packet than to none
_UNSETTLED_S = 0.5  # the margin while the rate is not known yet, and what a wrong one adds to it in each second
_UNSETTLED_DRIFT = 0.03


class SilentLoss:
    """Counts what the delays tell to be missing; all times in seconds."""

    def __init__(self) -> None:
        self._window: deque[tuple[float, float]] = deque()
        self._began_s: float | None = None

    def add(self, arrival_s: float, lateness_s: float, packet_s: float, *, settled: bool) -> int:
        """Take a packet; return how many packets of its length are missing before it.

        A negative number means that packets have become too early for the expectation to be right.

        Parameters
        ----------
        arrival_s
            When it arrived, by the host's clock.
        lateness_s
            How much later than expected that was.
        packet_s
            Length of its samples.
        settled
            Whether the expectation is more than a first guess.
        """
        if self._began_s is None:
            self._began_s = arrival_s
        if self._window and arrival_s - self._window[-1][0] > max(PAUSE_S, PAUSE_PACKETS * packet_s):
            self._window.clear()
        self._window.append((arrival_s, lateness_s))
        # The oldest that is kept begins the window.
        while len(self._window) > 1 and self._window[1][0] <= arrival_s - WINDOW_S:
            self._window.popleft()
        if len(self._window) < FEWEST or arrival_s - self._window[0][0] < WINDOW_S:
            return 0
        least_s = min(lateness_s for _, lateness_s in self._window)
        margin_s = MARGIN_S if settled else _UNSETTLED_S + _UNSETTLED_DRIFT * (arrival_s - self._began_s)
        if abs(least_s) < max(margin_s, _SHARE * packet_s):
            return 0
        self._window.clear()
        return max(round(least_s / packet_s), 1) if least_s > 0 else -1
