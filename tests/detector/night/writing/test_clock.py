"""Promise: a night has one scale of time through all its runs, wherever the computer's clock is set meanwhile; samples
of two runs never lie over each other."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest
from sqlcipher3 import dbapi2 as sqlite

from detector.night import Night, NightLog
from detector.night.writing.clock import LEAST_AWAY_NS, night_clock
from firmware_bridge.clock.host import HostClock
from firmware_bridge.samples import NS, Samples

HOUR_NS = 3600 * NS
UP_NS = 7000 * NS


def host(wall_ns, running_ns=UP_NS, boot="first"):
    return HostClock(lambda: wall_ns, lambda: running_ns, boot)


@pytest.fixture
def begun(path, made_by, feed, rest, start_ns):
    """A night of ten seconds, whose clock stood at `start_ns` while the computer had been up for `UP_NS`."""
    clock = night_clock(path, host(start_ns))
    with NightLog(path, made_by, clock=clock) as log:
        log.sensor("Sense", model="Verity Sense", nominal_hz=52, lsb_g=0.001)
        feed(log, Samples(clock.utc_ns(), 52.0, rest(520), "Sense"))
    return path


def test_a_new_night_goes_by_the_wall(path, start_ns):
    clock = night_clock(path, host(start_ns))
    assert clock.utc_ns() == start_ns
    assert clock.set_by_ns == 0
    assert night_clock(None, host(start_ns + 5)).utc_ns() == start_ns + 5


@pytest.mark.parametrize("set_by_ns", [-HOUR_NS, 0, HOUR_NS, -11 * HOUR_NS])
def test_a_clock_that_is_set_leaves_the_night_as_it_was(begun, start_ns, set_by_ns):
    later = host(start_ns + 60 * NS + set_by_ns, UP_NS + 60 * NS)
    clock = night_clock(begun, later)
    assert clock.utc_ns() == start_ns + 60 * NS
    assert clock.set_by_ns == set_by_ns


@pytest.mark.parametrize("boot", ["first", "second", None])
def test_a_recorder_that_is_back_at_once_finds_the_time_as_it_is(begun, start_ns, boot):
    with Night(begun) as night:
        end_ns = night.end_ns
    assert (
        night_clock(begun, host(end_ns + NS // 2, UP_NS + end_ns - start_ns + NS // 2, boot)).utc_ns()
        == end_ns + NS // 2
    )


def test_after_a_restart_of_the_computer_it_goes_by_the_wall(begun, start_ns):
    clock = night_clock(begun, host(start_ns + HOUR_NS, 30 * NS, "second"))
    assert clock.utc_ns() == start_ns + HOUR_NS


@pytest.mark.parametrize("boot", ["second", None])
def test_but_never_back_over_what_was_recorded(begun, start_ns, boot):
    with Night(begun) as night:
        end_ns = night.end_ns
    clock = night_clock(begun, host(start_ns - HOUR_NS, 30 * NS, boot))
    assert clock.utc_ns() == end_ns + LEAST_AWAY_NS


def test_a_crash_between_rows_is_no_matter(path, made_by, feed, rest, start_ns, tmp_path):
    """Rows that are not folded yet count, and gaps."""
    clock = night_clock(path, host(start_ns))
    copy = tmp_path / "crashed.night"
    with NightLog(path, made_by, clock=clock) as log:
        log.sensor("Sense", model="Verity Sense", nominal_hz=52, lsb_g=0.001)
        feed(log, Samples(start_ns, 52.0, rest(52 * 3), "Sense"))
        log.flush()
        for suffix in ("", "-wal"):
            copy.with_name(copy.name + suffix).write_bytes(path.with_name(path.name + suffix).read_bytes())
    again = night_clock(copy, host(start_ns - HOUR_NS, 30 * NS, "second"))
    assert again.utc_ns() == pytest.approx(start_ns + 3 * NS + LEAST_AWAY_NS, abs=1e6)


def test_a_run_says_when_it_ended_by_the_same_scale(begun, made_by, start_ns):
    clock = night_clock(begun, host(start_ns + 90 * NS - HOUR_NS, UP_NS + 90 * NS))
    NightLog(begun, replace(made_by, started_utc_ns=clock.utc_ns()), clock=clock).close()
    with Night(begun) as night:
        assert [run.ended_utc_ns for run in night.runs] == [start_ns, start_ns + 90 * NS]


def test_a_night_without_a_clock_goes_by_the_wall(path, made_by, feed, rest, start_ns):
    with NightLog(path, made_by) as log:
        log.sensor("Sense", model="Verity Sense", nominal_hz=52, lsb_g=0.001)
        feed(log, Samples(start_ns, 52.0, rest(520), "Sense"))
    with contextlib.closing(sqlite.connect(path)) as connection:
        connection.execute("DROP TABLE clock")  # as in a night of version 2
        connection.execute("PRAGMA user_version = 2")
    assert night_clock(path, host(start_ns + HOUR_NS)).utc_ns() == start_ns + HOUR_NS
