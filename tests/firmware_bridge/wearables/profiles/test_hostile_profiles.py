"""Promise: whatever stands in a profile of one's own, it is explained in a sentence at once, or it decodes; and no name
on the air keeps a profile's expression busy."""

from __future__ import annotations

import os
import re
import time

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.cli import main
from firmware_bridge import wearables
from firmware_bridge.errors import FrameError, ProfileError
from firmware_bridge.foreign_text import LONGEST
from firmware_bridge.wearables import Stream, generic
from firmware_bridge.wearables.profiles.name_pattern import name_pattern
from firmware_bridge.wearables.profiles.profile import LARGEST_BYTES

LEAST = {
    "name": '"Foo.*"',
    "model": '"Foo"',
    "service": '"ff00"',
    "data": '"ff01"',
    "rate_hz": "100",
    "range_g": "8",
    "scale_g": "0.001",
}
SOON_S = 2.0


def toml(**words):
    return "".join(f"{key} = {value}\n" for key, value in {**LEAST, **words}.items())


REFUSED = {
    "a group of ours": toml(name='"(?P<model>Foo)"'),
    "flags": toml(name='"(?i)foo"'),
    "itself": toml(name=r'"(F)oo\\1"'),
    "no name": toml(name='""'),
    "every name": toml(name='".*"'),
    "doubling": toml(name='"(a+)+b"'),
    "doubling without a group": toml(name='"a?a?a?a?a?a?a?a?a?a?aaaaaaaaaa"'),
    "giant repetition": toml(name='"a{99999999999999999999}"'),
    "nested groups": toml(name=f'"{"(" * 90}a{")" * 90}|{"(" * 8}"'),
    "ends our group": toml(name='"a)(b"'),
    "long name": toml(name=f'"{"a" * 5000}"'),
    "strings": toml(header='"<2s"', fields='["skip", "skip"]'),
    "counted strings": toml(header='"<3p"', fields='["skip", "skip", "skip"]'),
    "spare bytes": toml(header='"<99999999x"', fields="[]"),
    "bytes": toml(header='"<200000000B"', fields='["skip"]'),
    "many bytes": toml(header='"<900B"', fields='["skip"]'),
    "bytes beyond any number": toml(header='"<99999999999999999999B"', fields='["skip"]'),
    "empty header": toml(header='""', fields="[]"),
    "letters": toml(header='"<é"', fields="[]"),
    "fields that are tables": toml(header='"<B"', fields="[{a = 1}]"),
    "unit of time": toml(header='"<Q"', fields='["time"]', time_unit_s="99999"),
    "smallest number": toml(scale_g="1e-300"),
    "slowest rate": toml(rate_hz="1e-9"),
    "giant number": toml(rate_hz="1" + "0" * 5000),
    "no number": toml(rate_hz="nan"),
    "escapes": toml(model='"\\u001b[2J"'),
    "nothing": toml(model='" "'),
    "long words": toml(wear=f'"{"a" * 5000}"'),
    "long command": toml(start=f'"{"00" * 10000}"', control='"ff02"'),
    "deep nesting": "a = " + "[" * 5000 + "]" * 5000,
    "unknown key": toml(**{"x" * 5000: "1"}),
    "no TOML": "\0",
    "large": "#" * (LARGEST_BYTES + 1),
}


@pytest.mark.parametrize("words", REFUSED.values(), ids=REFUSED)
def test_what_is_refused(tmp_path, words):
    path = tmp_path / "p.toml"
    path.write_text(words, encoding="utf-8")
    began_s = time.process_time()
    with pytest.raises(ProfileError) as caught:
        generic.load(path)
    assert time.process_time() - began_s < SOON_S
    assert str(caught.value).startswith(str(path))
    assert len(str(caught.value)) < len(str(path)) + 500
    assert "\x1b" not in str(caught.value)


def test_doctor_says_it(tmp_path, monkeypatch):
    (tmp_path / "p.toml").write_text(REFUSED["deep nesting"])
    monkeypatch.setenv("FASCIWATCH_WEARABLES", str(tmp_path))
    wearables.known_wearables.cache_clear()
    try:
        result = CliRunner().invoke(main, ["wearables"])
    finally:
        wearables.known_wearables.cache_clear()
    assert result.exit_code == 1
    assert "nested too deeply" in result.output


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes that are files")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "p.toml")
    with pytest.raises(ProfileError, match="is no file"):
        generic.load_folder(tmp_path)


@given(
    header=st.from_regex(r"[<>]?( ?[0-9]{0,4}[a-zA-Z?]){0,4}", fullmatch=True),
    fields=st.lists(st.sampled_from(["sequence", "time", "count", "scale", "skip"]), max_size=5),
    samples=st.sampled_from(["3b", "3h", "3i", "3f"]),
    packets=st.lists(st.binary(max_size=80), max_size=8),
)
@settings(deadline=None)
def test_what_is_loaded_decodes_or_refuses_each_notification(tmp_path_factory, header, fields, samples, packets):
    path = tmp_path_factory.getbasetemp() / "some.toml"
    listed = ", ".join(f'"{field}"' for field in fields)
    path.write_text(toml(header=f'"{header}"', fields=f"[{listed}]", samples=f'"{samples}"'))
    try:
        decoder = generic.load(path).decoder(Stream("Foo", 100.0, 8.0, None))
    except ProfileError:
        return
    for packet in packets:
        try:
            frames = decoder(packet)
        except FrameError:
            continue
        assert all(np.isfinite(frame.xyz_g).all() for frame in frames)


@given(
    words=st.text(st.sampled_from("aab.*+?|()[]{}^,12\\d:-"), min_size=1, max_size=40),
    ends=st.sampled_from(["", "!", "b"]),
)
@settings(deadline=None, max_examples=300)
def test_no_expression_takes_long(words, ends):
    try:
        pattern = name_pattern(words)
    except ValueError:
        return
    began_s = time.process_time()
    for letter in "ab1":
        pattern.fullmatch(letter * (LONGEST - 1) + ends)
    assert time.process_time() - began_s < SOON_S


@pytest.mark.parametrize(
    "words", ["Twitch Nano.*", "Mine-[0-9A-F]{4}", r"(Foo|Bar) ?\d+", "W[*+?]x", r"A\+B\*", "a.*?b", "(?:a|b)c", "Ü.+"]
)
def test_what_people_write_is_taken(words):
    assert name_pattern(words).pattern == f"(?P<model>{words})"
    assert isinstance(name_pattern(words), re.Pattern)
