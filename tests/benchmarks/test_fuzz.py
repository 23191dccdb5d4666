"""Promise: the fuzz target feeds every decoder real and spoilt packets, and fails when one of them does."""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from importlib.util import find_spec

import pytest
from click.testing import CliRunner

from benchmarks import fuzz, hostile
from firmware_bridge.wearables import WEARABLES, dot

FAMILIES = [wearable.profile.family for wearable in fuzz.everyone()]


@pytest.fixture(scope="module")
def rows():
    result = CliRunner().invoke(fuzz.fuzz, ["--frames", "3000", "--files", "30"])
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    return {family: line.removeprefix(family).split() for family in FAMILIES for line in lines if family in line[:22]}


def test_every_decoder_stands_it(rows):
    assert len(FAMILIES) == len(WEARABLES) + 1  # and the worked example of a profile
    assert {family: row[0] for family, row in rows.items()} == dict.fromkeys(FAMILIES, "3000")


def test_every_reader_stands_spoilt_files():
    result = CliRunner().invoke(fuzz.fuzz, ["--files", "30", "--reader", "cwa"])
    assert result.exit_code == 0, result.output
    assert [line.split()[:2] for line in result.output.splitlines()[-2:]] == [["cwa_ax3", "30"], ["cwa_ax6", "30"]]


def test_frames_get_past_the_door_and_are_turned_away_there(rows):
    assert all(int(row[2]) > 300 for row in rows.values())  # samples
    assert all(int(row[1]) > 300 for row in rows.values())  # refused


def test_every_family_has_packets_of_its_own(rows):
    for wearable in fuzz.everyone():
        valid = hostile.valid_packets(wearable.profile.family)
        outcome = fuzz.Outcome()
        fuzz.feed(wearable.decoder(fuzz.streams(wearable.profile.family)[0]), valid, outcome)
        assert outcome.failure == ""
        assert outcome.refused == 0
        assert outcome.samples > 100


def test_packets_can_be_had_again_and_fit_a_notification():
    once, again, other = (list(hostile.packets("Polar", 500, seed)) for seed in (1, 1, 2))
    assert once == again != other
    assert max(map(len, once)) <= hostile.LONGEST


def _failing(raised):
    def decoder(_stream):
        def decode(data):
            raise raised(len(data))

        return decode

    return decoder


def _keeping(_stream):
    kept = []

    def decode(data):
        kept.append(data + b"!")
        return []

    return decode


def _greedy(_stream):
    def decode(data):
        bytearray(8_000_000)
        return []

    return decode


@pytest.mark.parametrize(
    ("decoder", "frames", "words"),
    [(_failing(IndexError), 10, "IndexError"), (_keeping, 2000, ""), (_greedy, 10, "")],
    ids=["raises", "keeps memory", "takes too much"],
)
def test_a_decoder_that_misbehaves_fails_it(monkeypatch, decoder, frames, words):
    monkeypatch.setattr(fuzz, "everyone", lambda: (replace(dot.WEARABLE, decoder=decoder),))
    result = CliRunner().invoke(fuzz.fuzz, ["--frames", str(frames), "--files", "0"])
    assert result.exit_code == 1
    assert words in result.output


def test_a_slow_decoder_fails_it(monkeypatch):
    monkeypatch.setattr(fuzz, "everyone", lambda: (dot.WEARABLE,))
    monkeypatch.setattr(fuzz, "_SLOW_S", 0.0)
    assert CliRunner().invoke(fuzz.fuzz, ["--frames", "10", "--files", "0"]).exit_code == 1


def test_spoiling_keeps_nothing_whole_for_long():
    draw = random.Random(3)  # noqa: S311 -- no secret
    packet = bytes(range(40))
    for how in range(4, 9):
        spoilt = [hostile.mutilated(packet, packet, how, [draw.randrange(2**20) for _ in range(6)]) for _ in range(50)]
        assert sum(data != packet for data in spoilt) > 40


def test_without_atheris_it_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "atheris", None)
    monkeypatch.setattr(fuzz, "find_spec", lambda _name: None)
    result = CliRunner().invoke(fuzz.fuzz, ["--atheris"])
    assert result.exit_code == 0
    assert "skipped: atheris is not installed" in result.output


@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris is not installed (extra [fuzz])")
def test_with_atheris_coverage_guides_it(capfd):
    assert CliRunner().invoke(fuzz.fuzz, ["--atheris", "--frames", "2000"]).exit_code == 0
    assert "Done 2000 runs" in capfd.readouterr().err
