"""Promise: stamps with nothing to mend are laid as if they had gone through all the mending, and are most stamps."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from detector.recordings import open_recording
from detector.recordings.text.assembling import assemble
from tests.detector.recordings.text.kinds.made import HEADER, Made, clock, rows_of
from tests.detector.recordings.text.kinds.test_kinds import KINDS, write

if TYPE_CHECKING:
    from pathlib import Path

AUTUMN = datetime(2024, 10, 27, 2, 59, 58, tzinfo=UTC)
MORE = {
    "a zone": Made(HEADER + rows_of(clock("%Y-%m-%d %H:%M:%S.{ms}")), options={"timezone": "Asia/Kathmandu"}),
    "times that leap where the clocks go back": Made(
        HEADER + rows_of(clock("%Y-%m-%d %H:%M:%S.{ms}", start=AUTUMN)), options={"timezone": "Europe/Berlin"}
    ),
    "whole seconds": Made(HEADER + rows_of(clock("%Y-%m-%d %H:%M:%S"))),
    "rows left over": Made(HEADER + "12.0,0,0,1\n" + rows_of(lambda i: f"{5000 + i / 50:.3f}")),
}


def berlin(start_s: int, milliseconds: str = ".{ms}") -> Made:
    """Times by the clock on a wall in Berlin, from so many s after 1970 on."""
    zone = ZoneInfo("Europe/Berlin")

    def stamp(i: int) -> str:
        at = datetime.fromtimestamp(start_s + i / 50, UTC).astimezone(zone)
        return f"{at:%Y-%m-%d %H:%M:%S}{milliseconds.format(ms=f'{at.microsecond // 1000:03d}')}"

    return Made(HEADER + rows_of(stamp), options={"timezone": "Europe/Berlin"})


BACK_S, AHEAD_S = 1_729_990_800, 1_711_846_800
MORE |= {
    "clocks go back": berlin(BACK_S - 2),
    "clocks go ahead": berlin(AHEAD_S - 2),
    "clocks have gone back": berlin(BACK_S + 1800),
    "clocks go back, whole seconds": berlin(BACK_S - 2, ""),
    "clocks go ahead, whole seconds": berlin(AHEAD_S - 2, ""),
}
LATE_MS = np.where(np.random.default_rng(1).random(200) < 0.05, 60, 0)
for unit_s, digits in ((1, 3), (1e-3, 0), (1e-6, 0), (1e-9, 0)):
    MORE[f"late ones, {unit_s:g} s"] = Made(
        HEADER + rows_of(lambda i, u=unit_s, d=digits: f"{(5000 + i / 50 + LATE_MS[i] / 1e3) / u:.{d}f}")
    )
NOT_PLAIN = {"times that leap where the clocks go back", "late ones, 1e-06 s", "late ones, 1e-09 s"}
READ = [kind for kind, each in KINDS.items() if not each.refused and len(each.text) < 60_000]
FILES = {**{kind: KINDS[kind] for kind in READ[::4]}, **MORE}


def said_of(path: Path, options: dict[str, object]) -> dict[str, object]:
    recording = open_recording(path, **options)
    return {each.name: getattr(recording, each.name) for each in fields(recording) if each.name != "source"}


def test_nothing_is_mended_that_is_plain(tmp_path, monkeypatch):
    usual = assemble.plain
    found = []

    def look(*args):
        result = usual(*args)
        found.append(result is not None)
        return result

    for each in FILES.values():
        path = write(tmp_path, each)
        monkeypatch.setattr(assemble, "plain", look)
        plain = said_of(path, each.options)
        monkeypatch.setattr(assemble, "plain", lambda *_: None)
        assert said_of(path, each.options) == plain
    assert sum(found) > len(found) * 0.6


@pytest.mark.parametrize("kind", MORE)
def test_what_is_plain(tmp_path, monkeypatch, kind):
    usual = assemble.plain
    found = []
    monkeypatch.setattr(assemble, "plain", lambda *args: found.append(usual(*args)))
    open_recording(write(tmp_path, MORE[kind]), **MORE[kind].options)
    assert (found[0] is not None) == (kind not in NOT_PLAIN)


@pytest.mark.parametrize("milliseconds", [".{ms}", ""])
@pytest.mark.parametrize("start_s", [BACK_S - 2, AHEAD_S - 2])
def test_clocks_that_are_changed_make_no_gap(tmp_path, start_s, milliseconds):
    each = berlin(start_s, milliseconds)
    recording = open_recording(write(tmp_path, each), **each.options)
    assert recording.gaps == []
    assert recording.rate_hz == pytest.approx(50, rel=0.01)
    assert recording.start_ns == pytest.approx(start_s * 1e9, abs=3e7)
