"""Promise: the fuzz target feeds every decoder, and fails when one of them does."""

from click.testing import CliRunner

from benchmarks import fuzz
from firmware_bridge.wearables import WEARABLES, dot


def test_every_decoder_stands_it():
    result = CliRunner().invoke(fuzz.fuzz, ["--frames", "3000"])
    assert result.exit_code == 0, result.output
    for wearable in WEARABLES:
        assert wearable.PROFILE.family in result.output
        assert wearable.PROFILE.family in fuzz._HEADS


def test_frames_get_past_the_door():
    result = CliRunner().invoke(fuzz.fuzz, ["--frames", "3000"])
    rows = [line.split() for line in result.output.splitlines() if line.startswith(tuple(fuzz._HEADS))]
    assert len(rows) == len(WEARABLES) + 1  # and the worked example of a profile
    assert all(int(row[-4]) > 100 for row in rows)  # samples


def test_a_decoder_that_raises_fails_it(monkeypatch):
    def broken(_stream):
        def decode(data):
            raise IndexError(len(data))

        return decode

    monkeypatch.setattr(dot, "decoder", broken)
    result = CliRunner().invoke(fuzz.fuzz, ["--frames", "10"])
    assert result.exit_code == 1
    assert "IndexError" in result.output
