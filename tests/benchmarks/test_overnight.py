"""Promise: through radio faults, a stalled disk, crashes of the recorder and of the computer and a clock that is set,
every sample is in the night once, at its time, or in a gap; the night is sound. And the book finds what is not so."""

from __future__ import annotations

import subprocess
import time

import numpy as np
import pytest

from benchmarks.soak.ledger import Ledger, numbered
from benchmarks.soak.overnight import Plan, sleep_through
from firmware_bridge.samples import NS, Gap, Samples


class LateKilled(subprocess.Popen):
    """A process that lives on for a while when it is killed, as on a computer that is busy."""

    def kill(self):
        if self.poll() is None:
            time.sleep(0.3)
        super().kill()


def test_a_quarter_of_an_hour(tmp_path, monkeypatch):
    monkeypatch.setattr(subprocess, "Popen", LateKilled)
    outcome = sleep_through(tmp_path, 0.25, faults=4, crashes=2, stalls=2, seed=5, speed=200)
    assert outcome.wrong == []
    assert len(outcome.crashes) == 2
    assert len(outcome.lost_s) == 2
    assert outcome.stalls
    assert len(outcome.ledgers) == 3
    for book in outcome.ledgers.values():
        assert book.delivered > 15_000
        assert book.gaps["recorder crashed"] == 2


@pytest.mark.parametrize("seed", range(50))
def test_a_plan_fits_into_its_night(seed):
    plan = Plan.drawn(3600.0, 3, 4, np.random.default_rng(seed))
    ends_s = [at_s + away_s for at_s, away_s in plan.crashes]
    assert all(end_s < at_s for end_s, (at_s, _) in zip(ends_s, plan.crashes[1:], strict=False))
    assert ends_s[-1] < 3600
    assert ends_s[0] < plan.set_at_s < plan.crashes[1][0]


RATE_HZ = 50.0


def rows(first, seconds):
    for number in range(first, first + round(seconds * RATE_HZ), 50):
        yield next(numbered((number + 50) / RATE_HZ, RATE_HZ, number))


def booked(*pieces, end_s=20.0):
    """The faults that the book of a night finds in these pieces."""
    book = Ledger(RATE_HZ, tolerance_s=0.2, seam_s=0.05)
    *rest, last = pieces
    for piece in (*rest, *(() if isinstance(last, Gap) else (last,))):
        book.take(piece, 0)
    book.close(round(end_s * NS), 0, last if isinstance(last, Gap) else None, 2.0)
    return book.faults


def gap(start_s, end_s):
    return Gap(round(start_s * NS), round(end_s * NS), "recorder crashed", "source")


def test_the_book_of_a_night_that_is_well():
    assert booked(*rows(0, 10), gap(10, 12), gap(12, 15), *rows(750, 5)) == []
    assert booked(*rows(0, 10), gap(10, 20)) == []
    assert booked(*rows(0, 10), gap(10, 19.1)) == []  # what is in the making at the end
    late = [Samples(row.start_ns + 20_000_000, row.rate_hz, row.xyz, row.sensor) for row in rows(0, 20)]
    assert booked(*late) == []


@pytest.mark.parametrize(
    ("pieces", "words"),
    [
        ((*rows(0, 10), *rows(600, 8)), "missing, and the gap is None"),
        ((*rows(0, 10), *rows(450, 11)), "came again"),
        ((*rows(0, 10), gap(10, 11), *rows(600, 8)), "between two pieces"),
        ((*rows(0, 10), gap(10, 12), *rows(650, 7)), "missing, and the gap is Gap"),
        ((*rows(0, 10),), "missing without a gap"),
        ((*rows(0, 10), gap(10, 12)), "missing, and the gap is Gap"),
    ],
)
def test_the_book_finds_what_is_wrong(pieces, words):
    assert any(words in fault for fault in booked(*pieces))
