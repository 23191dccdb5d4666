"""Files as libraries write them: EDF, Parquet, avro, HDF5; and those of formats that are quickly written by hand."""

from __future__ import annotations

import io
import json
import struct
from datetime import UTC, datetime

import numpy as np

from benchmarks.formats.made import EPOCH_S, Counts

RATE_HZ = 50


def edf(counts: Counts, *, wide: bool = False, gap_after: int | None = None, celsius: float | None = None) -> bytes:
    """An EDF+ file of 50 Hz (BDF+ where wide) with an ECG beside; a gap of 3 s after some record where said."""
    import edfio

    kind, signal = (edfio.Bdf, edfio.BdfSignal) if wide else (edfio.Edf, edfio.EdfSignal)
    lowest, highest = (-(2**23), 2**23 - 1) if wide else (-(2**15), 2**15 - 1)
    axes = [
        signal(
            counts[:, i] / 256 * 1000,
            sampling_frequency=50,
            label=f"Acc {axis}",
            physical_dimension="mg",
            physical_range=(-8000, 8000),
            digital_range=(lowest, highest),
        )
        for i, axis in enumerate("XYZ")
    ]
    ecg = signal(np.arange(len(counts) * 2) % 100 - 50.0, sampling_frequency=100, label="ECG", physical_dimension="uV")
    warmth = []
    if celsius is not None:
        warmth = [
            signal(
                np.full(len(counts) // 50, celsius),
                sampling_frequency=1,
                label="Skin temp",
                physical_dimension="degC",
                physical_range=(0, 60),
                digital_range=(0, 600),
            )
        ]
    file = kind(
        [ecg, *axes, *warmth],
        starttime=datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC).time(),
        recording=edfio.Recording(startdate=datetime(2023, 11, 14, tzinfo=UTC).date()),
        annotations=[edfio.EdfAnnotation(1.0, None, "begin")],
        data_record_duration=1,
    )
    data = file.to_bytes()
    if gap_after is None:
        return data
    plain = bytearray(data.replace(b"EDF+C", b"EDF+D").replace(b"BDF+C", b"BDF+D"))
    for second in range(gap_after, len(counts) // 50):
        mark = f"+{second}\x14\x14".encode()
        at = plain.rfind(mark)
        moved = f"+{second + 3}\x14\x14".encode()
        plain[at : at + len(moved)] = moved
    return bytes(plain)


def parquet(counts: Counts) -> bytes:
    """A table with times of UTC and the axes in g."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    ns = EPOCH_S * 10**9 + np.arange(len(counts)) * (10**9 // RATE_HZ)
    columns = {"time": pa.array(ns, pa.timestamp("ns", "UTC"))}
    columns |= {axis: (counts[:, i] / 256).astype(np.float32) for i, axis in enumerate("xyz")}
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


def avro(counts: Counts) -> bytes:
    """What an EmbracePlus writes of its accelerometer."""
    import fastavro

    numbers = {"type": "array", "items": "int"}
    ranges = {"type": "record", "name": "imu", "fields": [{"name": "conversionFactor", "type": "double"}]}
    fields = [
        {"name": "timestampStart", "type": "long"},
        {"name": "samplingFrequency", "type": "double"},
        {"name": "imuParams", "type": ranges},
        *({"name": axis, "type": numbers} for axis in "xyz"),
    ]
    acc = {"type": "record", "name": "acc", "fields": fields}
    raw = {"type": "record", "name": "raw", "fields": [{"name": "accelerometer", "type": acc}]}
    both = [{"name": "deviceSn", "type": "string"}, {"name": "rawData", "type": raw}]
    schema = {"type": "record", "name": "all", "fields": both}
    accelerometer = {
        "timestampStart": EPOCH_S * 10**6,
        "samplingFrequency": float(RATE_HZ),
        "imuParams": {"conversionFactor": 1 / 256},
        **{axis: counts[:, i].tolist() for i, axis in enumerate("xyz")},
    }
    file = io.BytesIO()
    record = {"deviceSn": "3YK0", "rawData": {"accelerometer": accelerometer}}
    fastavro.writer(file, schema, [record], sync_marker=bytes(range(16)))
    return file.getvalue()


def xdf(counts: Counts, *, chunk: int = 0, unstamped: int = 0, drift: float = 0.0, name: str = "acc") -> bytes:
    """One stream of an accelerometer.

    Parameters
    ----------
    counts
        256 in a g.
    chunk
        Samples in a chunk, 0 for all in one; before each but the first a boundary, and what the clocks differ by.
    unstamped
        Samples without a time after each that has one.
    drift
        By which the sensor's clock is fast.
    name
        Of the stream.
    """
    labels = "".join(f"<channel><label>{axis}</label><unit>g</unit></channel>" for axis in "xyz")
    about = (
        f"<?xml version='1.0'?><info><name>{name}</name><type>ACC</type><channel_count>3</channel_count>"
        f"<nominal_srate>{RATE_HZ}</nominal_srate><channel_format>float32</channel_format><source_id>a</source_id>"
        f"<desc><channels>{labels}</channels></desc></info>"
    ).encode()
    stream = struct.pack("<I", 1)
    head = b"<?xml version='1.0'?><info><version>1.0</version></info>"
    foot = b"<?xml version='1.0'?><info><sample_count>0</sample_count></info>"
    chunks = [(1, head), (2, stream + about)]
    chunk = chunk or len(counts)
    for at in range(0, len(counts), chunk):
        at_s = 100 + at / RATE_HZ
        if at:
            stray = 0.4 if at == 4 * chunk else 0.0
            chunks += [(5, _MARK), (4, stream + struct.pack("<2d", at_s * (1 + drift), 7 - at_s * drift + stray))]
        rows = counts[at : at + chunk]
        stamped = np.zeros(len(rows), [("flag", "u1"), ("at", "<f8"), ("xyz", "<f4", 3)])
        stamped["flag"], stamped["at"] = 8, (100 + (at + np.arange(len(rows))) / RATE_HZ) * (1 + drift)
        stamped["xyz"] = rows / 256
        each = stamped.view(np.uint8).reshape(len(rows), -1)
        bare = np.delete(each, np.s_[1:9], axis=1)
        bare[:, 0] = 0
        without = np.arange(len(rows)) % (unstamped + 1) > 0
        parts = (few if is_bare else all_ for few, all_, is_bare in zip(bare, each, without, strict=True))
        data = each.tobytes() if not unstamped else b"".join(part.tobytes() for part in parts)
        chunks.append((3, stream + b"\x04" + struct.pack("<I", len(rows)) + data))
    return b"XDF:" + b"".join(_chunk(tag, content) for tag, content in (*chunks, (6, stream + foot)))


_MARK = bytes.fromhex("43a546dccbf5410fb30ed5467383cbe4")


def _chunk(tag: int, content: bytes) -> bytes:
    return b"\x04" + struct.pack("<IH", len(content) + 2, tag) + content


def hdf5(counts: Counts) -> bytes:
    """A file as APDM writes it: a group of a sensor, and in it acceleration in m/s2 and times in microseconds."""
    import h5py

    file = io.BytesIO()
    with h5py.File(file, "w") as made:
        sensor = made.create_group("Sensors/1234")
        acceleration = sensor.create_dataset("Accelerometer", data=counts / 256 * 9.80665)
        acceleration.attrs["Units"] = "m/s^2"
        sensor.create_dataset("Time", data=EPOCH_S * 10**6 + np.arange(len(counts)) * (10**6 // RATE_HZ))
    return file.getvalue()


def npy(counts: Counts) -> bytes:
    """An array of times in s and acceleration in g."""
    file = io.BytesIO()
    np.save(file, np.column_stack((np.arange(len(counts)) / RATE_HZ, counts / 256)))
    return file.getvalue()


def wfdb(counts: Counts) -> tuple[bytes, bytes]:
    """Samples, and the header that tells of them."""
    lines = [f"small 3 {RATE_HZ} {len(counts)} 22:13:20 14/11/2023"]
    for i, axis in enumerate("xyz"):
        total = int(counts[:, i].astype(np.int64).sum()) & 0xFFFF
        total -= 65536 if total > 32767 else 0
        lines.append(f"small.dat 16 256(0)/g 16 0 {counts[0, i]} {total} 0 acc_{axis}")
    return counts.astype("<i2").tobytes(), ("\n".join(lines) + "\n").encode()


def unisens(counts: Counts, *, baseline: int = 0, said: int | None = None) -> tuple[bytes, bytes]:
    """Samples, and the header that tells of them: counts of 1/256 g around a baseline that may be said otherwise."""
    rows = "".join(f'<channel name="acc{axis}"/>' for axis in "XYZ")
    header = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<unisens xmlns="http://www.unisens.org/unisens2.0" version="2.0" '
        'timestampStart="2023-11-14T22:13:20.000" '
        f'duration="{len(counts) / RATE_HZ:g}"><customAttributes><customAttribute key="sensorSerialNumber" '
        'value="01234"/></customAttributes><signalEntry id="temp.bin" contentClass="temp" dataType="int16"/>'
        f'<signalEntry id="acc.bin" contentClass="acc" sampleRate="{RATE_HZ}" lsbValue="0.00390625" unit="g" '
        f'dataType="int16" baseline="{baseline if said is None else said}"><binFileFormat endianess="LITTLE"/>{rows}'
        "</signalEntry></unisens>"
    )
    return (counts.astype(np.int64) + baseline).astype("<i2").tobytes(), header.encode()


def bids(counts: Counts) -> tuple[bytes, bytes, bytes]:
    """The table, its columns, and what else is told of it."""
    table = "\n".join("\t".join(f"{value / 256:.8f}" for value in row) for row in counts.tolist()) + "\n"
    channels = "name\tcomponent\ttype\ttracked_point\tunits\n"
    channels += "".join(f"acc_{axis}\t{axis}\tACCEL\tLeftCalf\tg\n" for axis in "xyz")
    about = {"TaskName": "sleep", "SamplingFrequency": RATE_HZ, "RecordingDuration": len(counts) / RATE_HZ}
    return table.encode(), channels.encode(), json.dumps(about).encode()
