"""Promise: `replay` takes a file of every format to a night, says what it took it for, and joins parts of one."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from benchmarks.formats import made
from benchmarks.formats.small import small
from detector.cli import main
from detector.night import Night
from firmware_bridge.samples import NS

SMALL = small()


@pytest.fixture
def fasciwatch():
    """A function that runs the command."""

    def call(*words):
        return CliRunner().invoke(main, [str(word) for word in words])

    return call


@pytest.mark.parametrize("reader", sorted(SMALL))
def test_every_format_becomes_a_night(reader, fasciwatch, tmp_path):
    path = SMALL[reader].put(tmp_path)
    done = fasciwatch("replay", path, "--library", tmp_path / "nights", "--json")
    assert done.exit_code == 0, done.output
    (result,) = json.loads(done.stdout)
    assert result["format"] in done.stderr
    with Night(result["night"]) as night:
        assert night.sensors[0].model == result["format"]
        assert night.start_ns is not None
        seconds = (night.end_ns - night.start_ns) / NS
    assert seconds == pytest.approx(result["duration_s"], abs=0.01)


@pytest.mark.parametrize(
    ("name", "kind", "note"),
    [
        ("formats/ax3_corrupt_blocks.cwa", "Axivity CWA (AX3)", "6 of 145 blocks are damaged"),
        ("formats/actigraph_wgt3xbt_idle.gt3x", "ActiGraph GT3X (wGT3XBT)", "idle sleep mode for 1180 s"),
        ("formats/actigraph_gt9x.gt3x", "ActiGraph GT3X (Link)", "UTC-05:00, as its info.txt says"),
        ("formats/geneactiv.bin", "GENEActiv bin", "UTC+01:00, as its header says"),
        ("formats/faros180.EDF", "EDF", "UTC+02:00, as its header says"),
        ("embraceplus_wrist/empatica_test_data.avro", "Empatica avro", "acceleration in g, by the format"),
        ("harth_thigh_back/seniors_508_thigh.parquet", "Parquet", "no time zone and were taken as UTC"),
        ("chest_ecg/chest_ecg.npz", "NumPy archive", "acceleration in g"),
    ],
)
def test_real_files(name, kind, note, shared_data, fasciwatch):
    done = fasciwatch("replay", shared_data(name), "--no-log", "--json")
    assert done.exit_code == 0, done.output
    (result,) = json.loads(done.stdout)
    assert result["format"] == kind
    assert note in done.stderr


def test_parts_are_offered_to_be_joined_and_joined(fasciwatch, tmp_path):
    for name, after_s in (("a", 0.0), ("b", 100 * 40 / 99.5)):
        path = tmp_path / f"{name}.cwa"
        path.write_bytes(made.cwa(100, packed=False, start_s=made.EPOCH_S + after_s))
    apart = fasciwatch("replay", tmp_path / "a.cwa", tmp_path / "b.cwa", "--no-log", "--json")
    assert len(json.loads(apart.stdout)) == 2
    assert "b.cwa goes on where a.cwa ends, of the same device: --join makes one night of them." in apart.stderr
    together = fasciwatch(
        "replay", tmp_path / "b.cwa", tmp_path / "a.cwa", "--join", "--library", tmp_path / "nights", "--json"
    )
    (result,) = json.loads(together.stdout)
    assert result["duration_s"] == pytest.approx(2 * 100 * 40 / 99.5, abs=0.01)
    assert "Joined of 2 files: a.cwa, b.cwa." in together.stderr


def test_nights_are_not_joined(fasciwatch, tmp_path):
    path = SMALL["cwa_ax6"].put(tmp_path)
    done = fasciwatch("replay", path, "--library", tmp_path / "nights", "--json")
    night = json.loads(done.stdout)[0]["night"]
    refused = fasciwatch("replay", night, path, "--join", "--no-log")
    assert refused.exit_code == 1
    assert "--join joins recorded files, and nights are none" in refused.stderr
