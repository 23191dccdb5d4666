"""Promise: what a disk with a trouble did to a recording is judged right; the troubles are real."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.durability import disks
from detector.night.writing.writer import COMMIT_S

WELL = disks.Outcome(1200, 1200, 0, [], 0.01, [], over=True)


@pytest.mark.parametrize("trouble", disks.TROUBLES)
def test_a_recording_through_the_trouble(trouble):
    missing = disks.unavailable(trouble)
    if missing:
        pytest.skip(missing)
    outcome = disks.record(trouble, 9 * COMMIT_S)
    # How long the loop was held up is a timing, and belongs to the benchmark.
    assert disks.is_well(trouble, replace(outcome, longest_s=0.0)), outcome


def test_what_is_not_well_is_not_called_so():
    assert disks.is_well("slow", WELL)
    for fault in ({"kept": 1199}, {"wrong": 1}, {"longest_s": 0.6}, {"told": ["a trouble"]}):
        assert not disks.is_well("slow", replace(WELL, **fault))
    told = replace(WELL, told=["the disk is full"])
    for trouble in set(disks.TROUBLES) - {"slow", "queue"}:
        assert disks.is_well(trouble, told)
        for fault in ({"kept": 1199}, {"told": []}, {"over": False}, {"events_wrong": 1}):
            assert not disks.is_well(trouble, replace(told, **fault))
    lost = replace(told, kept=1000, gaps=[(2.0, "log queue full")])
    assert disks.is_well("queue", lost)
    for fault in ({"kept": 999}, {"gaps": [(2.0, "no data")]}, {"over": False}):
        assert not disks.is_well("queue", replace(lost, **fault))
    dropped = replace(lost, events_wrong=3, events_dropped=3)
    assert disks.is_well("queue", dropped)
    assert not disks.is_well("queue", replace(dropped, events_dropped=2))
