"""Promise: EDF as others write it is read rightly, or refused with what to do."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.formats import made, made_by_libraries
from detector.errors import RecordingError
from firmware_bridge.samples import NS
from tests.detector.recordings.opened import is_right, samples_of

COUNTS = made.night(600, 256)
G = COUNTS / 256
START_NS = made.EPOCH_S * NS


EDF = made_by_libraries.edf(COUNTS)
PLAIN = EDF.replace(b"EDF+C", b"     ")


@pytest.mark.parametrize("old", [b"22.13.20", b"14.11.23"], ids=["time", "date"])
@pytest.mark.parametrize("new", [b"        ", b"00.00.00", b"XX.XX.XX", b"99.99.99"])
def test_an_edf_whose_date_was_taken_out(put, old, new):
    data = bytearray(EDF)
    at = 168 if old == b"14.11.23" else 176
    assert data[at : at + 8] == old
    data[at : at + 8] = new
    recording = put("a.edf", bytes(data))
    if (old, new) == (b"22.13.20", b"00.00.00"):
        assert recording.has_date  # midnight
        return
    assert is_right(recording)
    assert not recording.has_date
    assert "Its header holds no date, so its times count from its start." in recording.notes


def test_the_date_of_an_edf_is_that_of_its_own_field(put):
    """The words about the recording may name any date; only where both agree they tell the century."""
    other = PLAIN.replace(b"Startdate 14-NOV-2023", b"Startdate 14-NOV-2013")
    assert put("a.edf", other).start_ns == START_NS
    late = EDF.replace(b"14.11.23", b"14.11.yy").replace(b"14-NOV-2023", b"14-NOV-2103")
    assert str(np.datetime64(put("a.edf", late).start_ns, "ns")).startswith("2103-11-14T22:13:20")


def test_decimal_commas_in_the_header_of_an_edf(put):
    data = bytearray(EDF)
    data[244:252] = b"1,0     "
    assert is_right(put("a.edf", bytes(data).replace(b"8000    ", b"8000,0  ")))


def test_more_records_than_an_edf_tells_of(put):
    data = bytearray(EDF)
    data[236:244] = b"6       "
    assert "Its header tells of 6 records, and 12 are there." in put("a.edf", bytes(data)).notes


def test_axes_of_an_edf_in_different_units(put):
    with pytest.raises(RecordingError, match=r"stated in different units, (mg, g|g, mg): export them in one, or give"):
        put("a.edf", EDF.replace(b"mg      ", b"g       ", 1))


def test_an_edf_without_a_range(put):
    with pytest.raises(RecordingError, match="does not say what its counts mean"):
        put("a.edf", EDF.replace(b"-8000   ", b"8000    "))


def test_a_night_as_one_record_of_edf(put):
    """Parts of a record give what many records give."""
    import edfio

    counts = np.tile(COUNTS, (250, 1))
    axes = [
        edfio.EdfSignal(counts[:, i] / 256, 50, label=f"Acc {axis}", physical_dimension="g", physical_range=(-8, 8))
        for i, axis in enumerate("XYZ")
    ]
    both = [
        samples_of(put("a.edf", edfio.Edf(axes, data_record_duration=seconds).to_bytes()))
        for seconds in (1, len(counts) / 50)
    ]
    assert len(both[0]) == len(counts) > 1 << 17
    assert np.array_equal(*both)
