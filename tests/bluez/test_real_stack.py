"""Promise: on the real Linux Bluetooth stack a night goes on through whatever befalls its radio, and nothing of it is
lost without a gap that says so.

In a machine of its own run Linux with its Bluetooth drivers, bluetoothd and the bus. bleak speaks to them as it does on
anybody's computer; only the air behind the adapter is made up. Two wearables are recorded at once into one night, with
the recorder and link that `fasciwatch record` uses. Their samples are numbered, and the wearables say which they sent.
"""

from __future__ import annotations

import pytest

from firmware_bridge.gap_cause import GapCause

VERITY, H10 = "Polar Sense 8C4CAD2F", "Polar H10 0A1B2C3D"

CAUSES = {
    "quiet": {VERITY: [], H10: []},
    "drop": {VERITY: [GapCause.CONNECTION_LOST], H10: []},
    "out_of_range": {VERITY: [], H10: [GapCause.CONNECTION_LOST]},
    "silence": {VERITY: [GapCause.NO_DATA], H10: []},
    # bleak tells nobody that the daemon has gone: only the data fail to come.
    "daemon": {VERITY: [GapCause.NO_DATA], H10: [GapCause.NO_DATA]},
    "adapter": {VERITY: [GapCause.CONNECTION_LOST], H10: [GapCause.CONNECTION_LOST]},
    # The daemon keeps the connections of who has died: these wearables advertise to nobody.
    "killed": {VERITY: [GapCause.CRASHED], H10: [GapCause.CRASHED]},
}
"""Causes of the gaps that each scenario makes, in order."""

LONGEST_FRAME = 72
"""Samples that may be on their way at once."""

LONGEST_GAP_S = 90.0
"""Searching, backing off and starting anew, on a machine that is emulated."""

LONGEST_ENDING_S = 60.0

scenarios = pytest.mark.parametrize("scenario", CAUSES)
devices = pytest.mark.parametrize("device", [VERITY, H10], ids=["verity", "h10"])


def numbers_of(runs):
    return {number for first, last in runs for number in range(first, last + 1)}


@scenarios
@devices
def test_the_same_night_goes_on_with_a_gap_that_says_why(played, scenario, device):
    night = played(scenario)["nights"][device]
    assert (night["nights"], night["runs"]) == (1, 2 if scenario == "killed" else 1)
    assert [gap["cause"] for gap in night["gaps"]] == CAUSES[scenario][device]
    assert all(0 < gap["seconds"] < LONGEST_GAP_S for gap in night["gaps"])


@scenarios
@devices
def test_between_gaps_every_sample_is_there_once_and_in_order(played, scenario, device):
    stretches = played(scenario)["nights"][device]["stretches"]
    assert len(stretches) == len(CAUSES[scenario][device]) + 1
    assert [len(runs) for runs in stretches] == [1] * len(stretches)
    ends = [number for runs in stretches for run in runs for number in run]
    assert ends == sorted(set(ends))


@scenarios
@devices
def test_a_gap_is_as_long_as_what_is_missing(played, scenario, device):
    night = played(scenario)["nights"][device]
    for before, gap, after in zip(night["stretches"], night["gaps"], night["stretches"][1:], strict=False):
        missing = after[0][0] - before[-1][1] - 1
        # A clock that has been fitted for seconds only is still some parts in a thousand off.
        assert gap["samples"] == pytest.approx(missing, abs=3, rel=0.01)


@scenarios
@devices
def test_all_that_was_sent_is_in_the_night_or_in_a_gap(played, scenario, device):
    outcome = played(scenario)
    night = outcome["nights"][device]
    sent = numbers_of(outcome["sent"][device])
    kept = numbers_of(run for runs in night["stretches"] for run in runs)
    assert kept <= sent
    assert min(kept) == min(sent)  # not one notification is missed at the start
    assert max(sent) - max(kept) <= 2 * LONGEST_FRAME  # sent while the recorder was ending the night
    in_gaps = numbers_of(
        (before[-1][1] + 1, after[0][0] - 1)
        for before, after in zip(night["stretches"], night["stretches"][1:], strict=False)
    )
    assert {number for number in sent - kept if number < max(kept)} <= in_gaps
    if not night["gaps"]:
        assert {number for number in sent if number <= max(kept)} == kept


@scenarios
def test_nothing_is_left_behind(played, scenario):
    """No task, file or connection to the bus is there after a night with trouble that a quiet one does not leave."""
    quiet, outcome = played("quiet"), played(scenario)
    assert outcome["left"]["tasks"] == quiet["left"]["tasks"]
    assert outcome["left"]["files"] == quiet["left"]["files"]
    assert outcome["bus_connections"] == quiet["bus_connections"] == 1  # bleak's own, kept for the next scan


@scenarios
def test_at_the_end_the_wearables_are_told_to_stop_and_let_go(played, scenario):
    outcome = played(scenario)
    assert outcome["told_to_stop"]
    assert outcome["let_go"]
    assert outcome["ending_s"] < LONGEST_ENDING_S


def test_the_recorder_ends_as_it_should(told):
    assert told["end"]["recorder_status"] == 0
