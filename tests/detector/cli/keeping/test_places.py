"""Promise: where wearables are worn is taken from the command line, kept in the night, and told."""

from __future__ import annotations

import click
import numpy as np
import pytest

from detector.cli.terminal.options.shared import places_of
from detector.cli.terminal.words.night import describe_night
from detector.night import MadeBy, Night, NightLog
from detector.summary import summarise
from detector.timeline import Rows
from firmware_bridge.samples import NS, Samples

START_NS = 1_795_500_000 * NS


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ((), {}),
        (("left-leg",), {"": "left-leg"}),
        (("A=left-leg", "B = right calf"), {"A": "left-leg", "B": "right calf"}),
        (("A=B=left-leg",), {"A=B": "left-leg"}),
    ],
)
def test_places(words, places):
    assert places_of(None, None, words) == places


@pytest.mark.parametrize("words", [("",), ("A=",), ("A=left-leg", "A=right-leg"), ("left-leg", "right-leg")])
def test_what_is_no_place_is_refused(words):
    with pytest.raises(click.BadParameter, match="left-leg"):
        places_of(None, None, words)


@pytest.mark.parametrize(("places", "are_legs"), [(("left-leg", "right-leg"), True), (("left-leg", "left-arm"), False)])
def test_two_legs_are_told_of_together(tmp_path, places, are_legs):
    path = tmp_path / "legs.night"
    with NightLog(path, MadeBy(START_NS, "0.1.0", {}, "3.11")) as log:
        for name, place in zip("AB", places, strict=True):
            log.sensor(name, model="x", nominal_hz=4.0, place=place)
            for piece, begins in Rows(4.0).cut(Samples(START_NS, 4.0, np.zeros((2400, 3), np.float32), name)):
                log.samples(piece, begins)
    with Night(path) as night:
        words = describe_night(summarise(night), path)
    assert "A (x, left-leg)" in words
    assert ("A and B, periodic limb movements of both legs (WASM 2016): 0 in 0 series" in words) == are_legs
