"""Promise: a recording is read for what it is in every spelling, or refused with the word that helps."""

from __future__ import annotations

import gzip
import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pytest

from detector.errors import RecordingError
from detector.recordings import open_recording
from firmware_bridge.samples import Gap, Samples
from tests.detector.recordings.text.kinds import (
    clocks,
    gravity,
    headers,
    layouts,
    made,
    pace,
    rows,
    siblings,
    values,
    zones,
)
from tests.detector.recordings.text.kinds.exporters import (
    boards,
    datasets,
    laboratory,
    more,
    phones,
    spreadsheets,
    summaries,
    wearables,
)

if TYPE_CHECKING:
    from pathlib import Path

KINDS = {
    f"{kind}: {name}": each
    for kind, some in {
        "dates": made.dates(),
        "headers": headers.headers(),
        "layouts": layouts.layouts(),
        "clocks": clocks.clocks(),
        "values": values.values(),
        "packed": values.packed(),
        "phones": phones.phones(),
        "boards": boards.boards(),
        "wearables": wearables.wearables(),
        "datasets": datasets.datasets(),
        "laboratory": laboratory.laboratory(),
        "summaries": summaries.summaries(),
        "spreadsheets": spreadsheets.spreadsheets(),
        "more": more.more(),
        "zones": zones.zones(),
        "halves": zones.halves(),
        "pace": pace.pace(),
        "rows": rows.rows(),
        "turns": rows.turns(),
        "encodings": rows.encodings(),
        "gravity": gravity.gravity(),
        "siblings": siblings.siblings(),
    }.items()
    for name, each in some.items()
}


def write(folder: Path, each: made.Made) -> Path:
    path = folder / "recording.csv"
    path.write_bytes(each.text if isinstance(each.text, bytes) else each.text.encode())
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind(tmp_path, kind):
    each = KINDS[kind]
    path = write(tmp_path, each)
    if each.refused:
        with pytest.raises(RecordingError, match=each.refused):
            open_recording(path, **each.options)
        return
    recording = open_recording(path, **each.options)
    assert recording.n == each.rows
    assert recording.rate_hz == pytest.approx(each.rate_hz, rel=each.tolerance)
    assert recording.has_date == (each.start_s is not None)
    if each.start_s is not None:
        assert recording.start_ns / 1e9 == pytest.approx(each.start_s, abs=each.off_s)
    assert len(recording.gaps) == each.gaps
    for told in each.told:
        assert any(told in note for note in recording.notes), recording.notes
    if not each.told and recording.units_from != "from counts":
        assert not any("never" in note or "no gravity" in note for note in recording.notes)
    xyz = np.concatenate([part.xyz for part in recording.stream() if isinstance(part, Samples)])
    truth = each.xyz if each.xyz is not None else made.axes(each.rows)
    if truth.size and recording.units_from != "from counts" and not kind.startswith("headers: E4"):
        assert np.allclose(xyz, truth, atol=2e-3)
    elif truth.size:
        assert np.allclose(np.median(xyz, axis=0), [0.1, -0.2, 0.97], atol=0.02)


READ = [kind for kind, each in KINDS.items() if not each.refused and len(each.text) < 60_000]


@pytest.mark.parametrize("kind", READ[::5])
def test_blocks_and_packing_change_nothing(tmp_path, kind):
    each = KINDS[kind]
    path = write(tmp_path, each)
    usual = open_recording(path, **each.options)
    samples = [part if isinstance(part, Gap) else part.xyz.tobytes() for part in usual.stream()]
    for block_rows in (1, 7, 10**6):
        other = open_recording(path, block_rows=block_rows, **each.options)
        assert (other.pieces, other.notes, other.lsb_g) == (usual.pieces, usual.notes, usual.lsb_g)
        assert [part if isinstance(part, Gap) else part.xyz.tobytes() for part in other.stream()] == samples
    if path.read_bytes()[:2] not in (b"PK", b"\x1f\x8b"):
        packed = tmp_path / "recording.csv.gz"
        packed.write_bytes(gzip.compress(path.read_bytes()))
        archive = tmp_path / "recording.zip"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
            out.write(path, "recording.csv")
        for again in (open_recording(packed, **each.options), open_recording(archive, **each.options)):
            assert again.pieces == usual.pieces
            assert [part if isinstance(part, Gap) else part.xyz.tobytes() for part in again.stream()] == samples


@pytest.mark.parametrize("kind", READ[::17])
def test_cut_anywhere_it_is_read_or_refused_with_a_sentence(tmp_path, kind):
    each = KINDS[kind]
    whole = write(tmp_path, each).read_bytes()
    path = tmp_path / "cut.csv"
    for end in range(0, len(whole), 97 * max(1, len(whole) // 3000)):
        path.write_bytes(whole[:end])
        try:
            recording = open_recording(path, **each.options)
        except RecordingError as error:
            said = str(error)
        else:
            said = "."
            assert sum(len(part.xyz) for part in recording.stream() if isinstance(part, Samples)) == recording.n
        assert said.endswith(".")
