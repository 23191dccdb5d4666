"""Promise: a BIDS data set that BIDS's own validator finds no error in, that grows by a session a night, and in which
nothing of anybody else is touched."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from detector.errors import FasciwatchError
from detector.exports import bids, export
from detector.night import Night
from firmware_bridge.samples import NS


def validator() -> str:
    found = Path(sys.executable).with_name("bids-validator-deno")
    if found.exists():
        return str(found)
    on_path = shutil.which("bids-validator-deno")
    if on_path is None:
        pytest.skip("bids-validator-deno comes with the extra [peers]")
    return on_path


def test_the_validator_finds_no_error(two, tmp_path):
    program = validator()
    export(two.path, "bids", tmp_path / "data")
    run = subprocess.run([program, str(tmp_path / "data"), "--json"], check=False, capture_output=True, text=True)
    told = json.loads(run.stdout)
    assert [each for each in told["issues"]["issues"] if each["severity"] == "error"] == []
    assert told["summary"]["dataTypes"] == ["motion"]
    assert told["summary"]["totalFiles"] == 15


def motion_of(root, label="leftcalf"):
    (path,) = root.rglob(f"*tracksys-{label}_motion.tsv")
    return path


def test_motion_has_no_header_line_and_says_where_nothing_is(one, tmp_path):
    """The validator does not see a header line."""
    export(one.path, "bids", tmp_path / "data")
    path = motion_of(tmp_path / "data")
    rows = [line.split("\t") for line in path.read_text().splitlines()]
    assert {len(row) for row in rows} == {3}
    values = np.array([[np.nan if cell == "n/a" else float(cell) for cell in row] for row in rows])
    told = json.loads(path.with_suffix(".json").read_text())
    rate = told["SamplingFrequency"]
    with Night(one.path) as night:
        there = night.to_numpy()
    begin_ns = there.utc_ns[0] // NS * NS
    assert np.isnan(values[0]).all()
    assert 0.2 < np.flatnonzero(~np.isnan(values[:, 0]))[0] / rate < 0.3
    assert len(values) == pytest.approx((there.utc_ns[-1] - begin_ns) / NS * rate, abs=2)
    repeated = len(values) - np.isnan(values[:, 0]).sum() - len(there.xyz)
    assert 0 <= repeated < 20
    slots = np.rint((there.utc_ns[:1000] - begin_ns) * rate / NS).astype(int)
    near = np.stack([values[slots + step].astype(np.float32) for step in (-1, 0, 1)])
    assert (near == there.xyz[:1000]).all(axis=2).any(axis=0).all()


def test_events_count_from_the_acquisition_time(one, tmp_path):
    files = export(one.path, "bids", tmp_path / "data").files
    scans = next(file for file in files if file.name.endswith("_scans.tsv")).read_text()
    assert "2026-11-24T05:20:00Z" in scans or "Z" in scans
    rows = [
        line.split("\t") for line in next(f for f in files if f.name.endswith("_events.tsv")).read_text().splitlines()
    ]
    assert rows[0][:3] == ["onset", "duration", "trial_type"]
    with Night(one.path) as night:
        first_ns, _ = night.placed_events()[0]
        begin_ns = night.start_ns // NS * NS
    twitches = [row for row in rows if row[2] == "twitch"]
    assert float(twitches[0][0]) == pytest.approx((first_ns - begin_ns) / NS, abs=1e-6)
    assert [row[2] for row in rows[1:]].count("gap") == 1


def test_it_grows_by_a_session_and_the_same_night_takes_its_own_place(one, two, tmp_path):
    root = tmp_path / "data"
    first = export(one.path, "bids", root)
    (root / "participants.tsv").write_text("participant_id\tage\nsub-P01\t61\n")
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert export(one.path, "bids", root).files == first.files
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before
    export(two.path, "bids", root, subject="P02")
    assert (root / "participants.tsv").read_text() == "participant_id\tage\nsub-P01\t61\nsub-P02\tn/a\n"


def test_another_night_of_the_same_evening_is_another_session(one, tmp_path, monkeypatch):
    root = tmp_path / "data"
    export(one.path, "bids", root)
    (card,) = root.rglob("*_motion.json")
    told = json.loads(card.read_text()) | {"FasciwatchNight": "somebody else's"}
    card.write_text(json.dumps(told))
    before = card.read_bytes()
    export(one.path, "bids", root)
    assert card.read_bytes() == before
    assert len(list((root / "sub-P01").iterdir())) == 2


def test_a_folder_of_other_things_is_refused(one, tmp_path):
    (tmp_path / "thesis.docx").write_text("mine")
    with pytest.raises(FasciwatchError, match="is no BIDS data set"):
        export(one.path, "bids", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_what_breaks_off_leaves_the_earlier_session_as_it_was(one, tmp_path, monkeypatch):
    root = tmp_path / "data"
    export(one.path, "bids", root)
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    monkeypatch.setattr(bids, "_fill_up", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export(one.path, "bids", root)
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before
    assert not list(root.glob(".fasciwatch*"))
