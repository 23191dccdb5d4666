"""Promise: an export is there whole or not at all, twice is as once, and no file of anybody else is ever replaced; no
name goes along that was not asked for."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest

from detector.errors import FasciwatchError
from detector.exports import FORMATS, export, text
from detector.exports.placing import workshop_in
from detector.night import NightLog
from detector.night.keys import KeyRing
from detector.timeline import Rows
from firmware_bridge.samples import Samples


def content(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def need(to):
    if to == "parquet":
        pytest.importorskip("pyarrow", reason="pyarrow comes with the extra [parquet]")


@pytest.mark.parametrize("to", FORMATS)
def test_the_same_night_twice_is_as_once(two, tmp_path, to):
    need(to)
    first = export(two.path, to, tmp_path / "out")
    before = content(tmp_path / "out")
    assert export(two.path, to, tmp_path / "out") == first
    assert content(tmp_path / "out") == before


@pytest.mark.parametrize("to", FORMATS)
def test_no_name_goes_along_that_was_not_asked_for(two, secrets, tmp_path, to):
    need(to)
    export(two.path, to, tmp_path / "out")
    for path, data in content(tmp_path / "out").items():
        for secret in (*secrets, "Anna", "ab" * 32):
            assert secret.encode() not in data, path
            assert secret not in str(path)


def test_names_go_along_where_they_are_asked_for(two, secrets, tmp_path):
    export(two.path, "csv", tmp_path, named=True)
    everything = b"".join(content(tmp_path).values())
    assert all(secret.encode() in everything for secret in secrets)


def test_formats_share_a_folder(one, tmp_path):
    for to in ("csv", "edf", "annot"):
        export(one.path, to, tmp_path)
    (card,) = tmp_path.glob("*.json")
    told = json.loads(card.read_text())["files"]
    assert {path.name for path in tmp_path.iterdir()} == {card.name, *told}


def test_files_of_others_stay_and_the_night_goes_beside_them(one, tmp_path):
    mine = tmp_path / "2026-11-24_events.csv"
    mine.write_text("mine")
    for name in ("2026-11-23", "2026-11-24"):
        (tmp_path / f"{name}_events.csv").write_text("mine")
    files = export(one.path, "csv", tmp_path).files
    assert mine.read_text() == "mine"
    assert all(file.name.startswith("2026-11-2") and len(file.name.split("_")[0].split(".")[0]) == 17 for file in files)
    assert export(one.path, "csv", tmp_path).files == files


def test_a_file_that_came_between_is_not_replaced(one, tmp_path):
    files = export(one.path, "annot", tmp_path).files
    stem = files[-1].stem
    (tmp_path / f"{stem}_events.csv").write_text("mine")
    with pytest.raises(FasciwatchError, match="is no export of this night"):
        export(one.path, "csv", tmp_path)
    assert (tmp_path / f"{stem}_events.csv").read_text() == "mine"


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_what_breaks_off_leaves_nothing(one, tmp_path, monkeypatch, error):
    export(one.path, "annot", tmp_path)
    before = content(tmp_path)
    calls = iter(range(100))

    def broken(xyz):
        if next(calls) == 1:
            raise error
        return [[str(value) for value in axis] for axis in np.asarray(xyz).T]

    monkeypatch.setattr(text, "in_words", broken)
    with pytest.raises((KeyboardInterrupt, FasciwatchError)):
        export(one.path, "csv", tmp_path)
    assert content(tmp_path) == before
    assert not list(tmp_path.glob(".fasciwatch*"))


def test_what_a_killed_export_left_is_swept_and_what_is_at_work_is_not(tmp_path):
    for name, age_s in (("left", 60), ("beginning", 0)):
        folder = tmp_path / f".fasciwatch-export-{name}"
        folder.mkdir()
        when = folder.stat().st_mtime - age_s
        os.utime(folder, (when, when))
    with workshop_in(tmp_path) as at_work:
        os.utime(at_work, (1e9, 1e9))
        with workshop_in(tmp_path):
            assert at_work.exists()
    assert [path.name for path in tmp_path.iterdir()] == [".fasciwatch-export-beginning"]


def test_hostile_places_and_undated_nights_make_plain_names(hard, tmp_path):
    night = hard(tmp_path / "n" / "x.night", wearables=1, dated=False, place='../../=cmd|"\x1b[31m/etc', seconds=30.0)
    for to in ("edf", "csv", "bids"):
        told = export(night.path, to, tmp_path / to)
        assert all(tmp_path / to in file.parents for file in told.files)
        assert all(
            set(file.name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
            for file in told.files
        )
        assert told.name.startswith("undated-")
        assert told.notes == ("It has no date: times count from its first sample.",)


def test_an_encrypted_night_is_exported_like_any_other(hard, tmp_path, monkeypatch):
    ring = KeyRing()
    ring.add("a long passphrase")
    for module in ("reader", "unlocking", "writing.file"):
        monkeypatch.setattr(f"detector.night.{module}.RING", ring)
    night = hard(tmp_path / "n" / "x.night", wearables=1, passphrase=ring.latest, seconds=30.0)
    assert not night.path.read_bytes().startswith(b"SQLite")
    plain = hard(tmp_path / "m" / "x.night", wearables=1, seconds=30.0)
    one = export(night.path, "csv", tmp_path / "one")
    other = export(plain.path, "csv", tmp_path / "other")
    assert [file.name for file in one.files] == [file.name for file in other.files]
    assert one.files[0].read_bytes() == other.files[0].read_bytes()


@pytest.mark.parametrize("subject", ["", "Anna Müller", "../x", "a" * 33])
def test_a_person_has_a_plain_code(one, tmp_path, subject):
    with pytest.raises(FasciwatchError, match="is no code of a person"):
        export(one.path, "csv", tmp_path, subject=subject)


def test_wearables_of_one_place_and_of_nearly_one_are_told_apart(tmp_path, made_by, rest, start_ns):
    path = tmp_path / "x.night"
    with NightLog(path, made_by, wait=True) as log:
        for number, place in enumerate(("left calf", "Left-Calf", "leftcalf", "left calf 2")):
            log.sensor(f"S{number}", model="a wearable", nominal_hz=52, place=place)
            for piece, begins in Rows(52).cut(Samples(start_ns, 52.0, rest(60, number), f"S{number}")):
                log.samples(piece, begins)
    for to, ending in (("edf", ".edf"), ("bids", "_motion.tsv")):
        files = [file for file in export(path, to, tmp_path / to).files if file.name.endswith(ending)]
        assert len({file.name.casefold() for file in files}) == 4
        assert len({file.read_bytes() for file in files}) == 4
