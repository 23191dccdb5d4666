"""Promise: EDF, HDF5, Parquet, avro and arrays as others write them are read rightly, or refused with what to do."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile
import zlib

import numpy as np
import pytest

from benchmarks.formats import made, made_by_libraries
from detector.errors import RecordingError
from detector.recordings import open_recording
from firmware_bridge.samples import NS, Samples

COUNTS = made.night(600, 256)
G = COUNTS / 256
TIME = np.arange(600) / 50
STAMPS = made.EPOCH_S * NS + np.arange(600) * (NS // 50)
TABLE = {"x": G[:, 0], "y": G[:, 1], "z": G[:, 2]}


def samples_of(recording):
    """All samples."""
    return np.concatenate([part.xyz for part in recording.stream() if isinstance(part, Samples)])


def is_right(recording):
    """Whether it is the small recording that all of these hold."""
    return recording.rate_hz == pytest.approx(50, rel=1e-4) and np.allclose(samples_of(recording), G, atol=1e-3)


@pytest.fixture
def put(tmp_path):
    """A function that opens bytes of a name."""

    def make(name, data, **wish):
        path = tmp_path / name
        path.write_bytes(data)
        return open_recording(path, **wish)

    return make


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
    assert put("a.edf", other).start_ns == STAMPS[0]
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


def hdf5(**datasets):
    """A file of datasets; what begins with a capital is an attribute of all of it."""
    h5py = pytest.importorskip("h5py")
    file = io.BytesIO()
    with h5py.File(file, "w") as made_file:
        for name, value in datasets.items():
            if name[0].isupper():
                made_file.attrs[name.lower()] = value
            else:
                made_file[name.replace("__", "/")] = value
    return file.getvalue()


@pytest.mark.parametrize(
    "datasets",
    [
        {"acc": G, "t": TIME},
        {"acc": G.T, "Fs": 50},
        {"acc": G, "fs": 50.0},
        {"acc": G, "Fs": "50 Hz"},
        {"acc": G, "Sampling_rate": np.array([50]), "gyro": G * 100, "a_flag_of_times": np.zeros(600)},
        {"data": G, "a_gyro": G * 100, "Fs": 50},
        {"acc__x": G[:, 0], "acc__y": G[:, 1], "acc__z": G[:, 2], "acc__time": TIME},
        {"acc_x": G[:, :1], "acc_y": G[:, 1:2], "acc_z": G[:, 2:], "Fs": 50},
        {"acc": np.rec.fromarrays([TIME, *G.T], names="time,x,y,z")},
    ],
    ids=["t", "sideways", "rate apart", "rate in words", "among others", "no name", "by axis", "columns", "fields"],
)
def test_layouts_of_hdf5(put, datasets):
    assert is_right(put("a.h5", hdf5(**datasets)))


def test_packed_numbers_of_netcdf(put):
    h5py = pytest.importorskip("h5py")
    file = io.BytesIO()
    with h5py.File(file, "w") as packed:
        data = packed.create_dataset("acc", data=(COUNTS * 2 + 100).astype("i2"), compression="gzip")
        data.attrs["scale_factor"], data.attrs["add_offset"] = 1 / 512, -100 / 512
        packed.attrs["fs"] = 50
    assert is_right(put("a.nc", file.getvalue()))


def test_a_file_of_matlab(put, tmp_path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "m", "w", userblock_size=512) as file:
        file["acc"], file["fs"] = G.T, [[50.0]]
    data = b"MATLAB 7.3 MAT-file".ljust(512) + (tmp_path / "m").read_bytes()[512:]
    assert is_right(put("a.mat", data))


@pytest.mark.parametrize("name", ["gyro", "Magnetometer", "a_gyro"])
def test_another_sensor_alone_is_no_accelerometer(put, name):
    with pytest.raises(RecordingError, match=r"of an accelerometer; it has"):
        put("a.h5", hdf5(**{f"s__{name}": G, "Fs": 50}))


def test_no_other_file_is_read_through_hdf5(put, tmp_path):
    h5py = pytest.importorskip("h5py")
    (tmp_path / "secret").write_bytes(G.astype("f8").tobytes())
    (tmp_path / "other.h5").write_bytes(hdf5(acc=G))
    for kind in ("link", "external", "virtual"):
        with h5py.File(tmp_path / "a.h5", "w") as file:
            file.attrs["fs"] = 50
            if kind == "link":
                file["acc"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "/acc")
                file["fs"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "/acc")
            elif kind == "external":
                file.create_dataset("acc", (600, 3), "f8", external=[(str(tmp_path / "secret"), 0, h5py.h5f.UNLIMITED)])
            else:
                layout = h5py.VirtualLayout((600, 3), "f8")
                layout[:] = h5py.VirtualSource(str(tmp_path / "other.h5"), "acc", shape=(600, 3))
                file.create_virtual_dataset("acc", layout)
        with pytest.raises(RecordingError, match=r"holds no dataset|in another file, which is not followed"):
            open_recording(tmp_path / "a.h5")


def test_a_dataset_that_claims_more_than_it_holds(tmp_path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("acc", (10**9, 3), "f4", chunks=(1000, 3), compression="gzip")
        file.attrs["fs"] = 50
    with pytest.raises(RecordingError, match="was never written, or is a trap"):
        open_recording(tmp_path / "a.h5")


def parquet(**columns):
    """A table of columns."""
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


def arrow(kind, **settings):
    """Columns of times of some kind."""
    pa = pytest.importorskip("pyarrow")
    made_columns = {
        "index": lambda: {"__index_level_0__": pa.array(STAMPS // 1000, pa.timestamp("us", "UTC")), **TABLE},
        "decimal": lambda: {
            "time": pa.array(STAMPS, pa.timestamp("ns", "UTC")),
            **{name: pa.array(values).cast(pa.decimal128(12, 8)) for name, values in TABLE.items()},
        },
        "struct": lambda: {
            "time": pa.array(STAMPS, pa.timestamp("ns", "UTC")),
            "acc": pa.array([dict(zip("xyz", row, strict=True)) for row in G.tolist()]),
        },
        "list": lambda: {
            "time": pa.array(STAMPS, pa.timestamp("ns", "UTC")),
            "acc": pa.array(G.tolist(), pa.list_(pa.float64(), 3)),
        },
        "dictionary": lambda: {
            "time": pa.array(STAMPS, pa.timestamp("ns", "UTC")),
            **{name: pa.array(values).dictionary_encode() for name, values in TABLE.items()},
        },
        "two times": lambda: {
            "time": pa.array(STAMPS // 1000 + 3_600_000_000, pa.timestamp("us")),
            "utc": pa.array(STAMPS // 1000, pa.timestamp("us", "UTC")),
            **TABLE,
        },
    }
    return parquet(**made_columns[kind](), **settings)


@pytest.mark.parametrize("kind", ["index", "decimal", "struct", "list", "dictionary", "two times"])
def test_columns_of_parquet(put, kind):
    recording = put("a.parquet", arrow(kind), timezone="Europe/Berlin")
    assert is_right(recording)
    assert recording.start_ns == STAMPS[0]


@pytest.mark.parametrize("kind", ["duration", "time64"])
def test_times_of_parquet_that_are_no_dates(put, kind):
    pa = pytest.importorskip("pyarrow")
    made_time = {
        "duration": lambda: pa.array(np.arange(600) * 20_000_000, pa.duration("ns")),
        "time64": lambda: pa.array(np.arange(600) * 20_000, pa.time64("us")),
    }[kind]
    assert is_right(put("a.parquet", parquet(time=made_time(), **TABLE)))


def test_two_columns_of_one_name(put):
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    file = io.BytesIO()
    arrays = [pa.array(TIME), *map(pa.array, G.T), pa.array(G[:, 0])]
    pq.write_table(pa.Table.from_arrays(arrays, names=["time", "x", "y", "z", "x"]), file)
    with pytest.raises(RecordingError, match="holds two columns named 'x'"):
        put("a.parquet", file.getvalue())


def saved(**arrays):
    """An archive of arrays."""
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


@pytest.mark.parametrize(
    "arrays",
    [
        {"acc": G, "t": TIME, "meta": np.array({"who": "P001"}, object)},
        {"arr_0": np.column_stack((TIME, G))},
        {"gyro": G * 100, "data": G, "fs": 50},
    ],
    ids=["objects beside", "four columns", "another sensor beside"],
)
def test_archives_of_arrays(put, arrays):
    assert is_right(put("a.npz", saved(**arrays)))


def test_an_array_that_unpacks_without_end(put):
    file = io.BytesIO()
    np.savez_compressed(file, acc=np.zeros((9_000_000, 3), "f4"), fs=50)
    with pytest.raises(RecordingError, match=r"unpacks to 108 MB out of 0\.1, which no recording does"):
        put("a.npz", file.getvalue())


def test_an_archive_of_endless_arrays(put):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for i in range(1001):
            archive.writestr(f"{i}.npy", b"")
    with pytest.raises(RecordingError, match="holds 1001 arrays: save those of one recording alone"):
        put("a.npz", file.getvalue())


def array(values):
    """An array in a file."""
    file = io.BytesIO()
    np.save(file, values)
    return file.getvalue()


def test_an_array_on_its_side_is_told_so(put):
    for values in (G.T.copy(), np.column_stack((TIME, G)).T.copy()):
        with pytest.raises(RecordingError, match="save its transpose, so that each sample is a row"):
            put("a.npy", array(values), rate_hz=50)


def test_several_arrays_in_one_file(put):
    recording = put("a.npy", array(np.column_stack((TIME, G))) + array(G))
    assert is_right(recording)
    assert "More follows its first array in the file, and was not read." in recording.notes


def test_avro_of_others(put):
    good = made_by_libraries.avro(COUNTS)
    packed = good.replace(b"\x08null", b"\x12lz4_frame")
    for data, words in (
        (packed, "is packed by lz4_frame, which is not read: write it with the codec deflate"),
        (good.replace(b"accelerometer", b"accelerometre"), "without the accelerometer of an Empatica EmbracePlus"),
        (good[:-700], "is a damaged avro file: it was cut off or changed"),
    ):
        with pytest.raises(RecordingError, match=words):
            put("a.avro", data)


@pytest.mark.parametrize("number", [np.nan, np.inf, 1e300, 0.0])
def test_numbers_of_avro_that_cannot_be(put, number):
    good = made_by_libraries.avro(COUNTS)
    for right in (np.float64(50), np.float64(1 / 256)):
        with pytest.raises(RecordingError, match=r"does not say what its counts mean|is 0 Hz|is 1e\+300 Hz"):
            put("a.avro", good.replace(right.tobytes(), np.float64(number).tobytes()))


def test_an_avro_block_that_unpacks_without_end(put):
    """A library would make all of it before it looked at any."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    trap = b"".join(squeeze.compress(bytes(1 << 20)) for _ in range(300)) + squeeze.flush()
    schema = b'{"type":"record","name":"accelerometer","fields":[{"name":"accelerometer","type":"bytes"}]}'
    size = lambda n: bytes((n * 2 & 0x7F | 0x80, n * 2 >> 7 & 0x7F | 0x80, n * 2 >> 14))  # noqa: E731
    head = b"Obj\x01\x04" + b"\x16avro.schema" + size(len(schema)) + schema + b"\x14avro.codec\x0edeflate\0"
    sync = bytes(range(16))
    tracemalloc.start()
    with pytest.raises(RecordingError, match="is a damaged avro file"):
        put("a.avro", head + sync + b"\x02" + size(len(trap)) + trap + sync)
    assert tracemalloc.get_traced_memory()[1] < 6e8
    tracemalloc.stop()


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


def test_an_array_of_a_thousand_million_columns(put):
    about = b"{'descr': '<f8', 'fortran_order': False, 'shape': (10, 1000000000), }".ljust(117) + b"\n"
    with pytest.raises(RecordingError, match="holds an array of 1000000000 columns: save those of time"):
        put("a.npy", b"\x93NUMPY\x01\0" + len(about).to_bytes(2, "little") + about)


def test_twenty_thousand_columns_take_no_time(put):
    data = parquet(**{f"c{i}": [1.0, 2.0] for i in range(20_000)})
    began_s = time.process_time()
    with pytest.raises(RecordingError, match="has no channels that are named like the axes"):
        put("a.parquet", data)
    assert time.process_time() - began_s < 10
