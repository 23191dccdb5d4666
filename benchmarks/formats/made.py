"""Files of devices as they would write them, of any length: for speed, for memory, and to be spoilt."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int16]
EPOCH_S = 1_700_000_000
REPEATED = 100_000
"""Rows after which the made nights begin again."""


def night(rows: int, per_g: int, seed: int = 1) -> Counts:
    """Counts of a sensor that lies still and is now and then moved, shape ``(rows, 3)``."""
    rng = np.random.default_rng(seed)
    some = rng.normal(0, 0.003, (REPEATED, 3)) + np.array([0.1, -0.2, 0.97])
    some[2000:2200] += np.sin(np.arange(200) / 5)[:, None] * 0.3
    counts = np.rint(some * per_g).astype(np.int16)
    return np.tile(counts, (-(-rows // len(counts)), 1))[:rows]


def cwa(blocks: int, *, packed: bool, rate_hz: float = 99.5, start_s: float = EPOCH_S) -> bytes:
    """An AX3's file of packed samples, or an AX6's with its gyroscope, nominally of 100 Hz."""
    per = 120 if packed else 40
    counts = night(blocks * per, 256 if packed else 4096)
    raw = np.zeros((blocks, 512), np.uint8)
    view = lambda at, kind: raw[:, at : at + np.dtype(kind).itemsize].view(kind)[:, 0]  # noqa: E731
    raw[:, :4] = np.frombuffer(b"AX\xfc\x01", np.uint8)
    stamp = start_s + np.arange(blocks) * per / rate_hz
    whole = np.floor(stamp).astype(np.int64)
    fine = np.floor((stamp - whole) * 32768).astype(np.int64)
    days = whole // 86400
    dates = days.astype("datetime64[D]")
    year = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    month = dates.astype("datetime64[M]").astype(np.int64) % 12 + 1
    day = (dates - dates.astype("datetime64[M]")).astype(np.int64) + 1
    left = whole - days * 86400
    clock = (year - 2000) << 26 | month << 22 | day << 17 | left // 3600 << 12 | left // 60 % 60 << 6 | left % 60
    view(4, "<u2")[:] = 0x8000 | fine
    view(6, "<u4")[:] = 7
    view(10, "<u4")[:] = np.arange(blocks)
    view(14, "<u4")[:] = clock
    view(18, "<u2")[:] = 0 if packed else 4 << 13
    view(20, "<u2")[:] = 350
    raw[:, 23] = 190
    raw[:, 24] = 0x4A
    raw[:, 25] = 0x30 if packed else 0x62
    view(26, "<i2")[:] = -((fine * 2 * 100) >> 16)  # as the device does for its fraction
    view(28, "<u2")[:] = per
    if packed:
        wide = counts.astype(np.int64) & 1023
        words = wide[:, 0] | wide[:, 1] << 10 | wide[:, 2] << 20
        raw[:, 30:510] = words.astype("<u4").reshape(blocks, per).view(np.uint8)
    else:
        both = np.zeros((blocks * per, 6), "<i2")
        both[:, 3:] = counts
        raw[:, 30:510] = both.reshape(blocks, -1).view(np.uint8)
    total = raw.view("<u2").astype(np.uint32).sum(axis=1)
    view(510, "<u2")[:] = (-total.astype(np.int64)) & 0xFFFF
    header = bytearray(b"\xff" * 1024)
    header[:7] = b"MD\xfc\x03" + (b"\x17" if packed else b"\x64") + (1234).to_bytes(2, "little")
    header[36] = 0x4A
    if not packed:
        header[35] = 3  # the gyroscope's range
    return bytes(header) + raw.tobytes()


def gt3x(seconds: int, *, wide: bool = False, rate_hz: int = 30, asleep: range = range(0)) -> bytes:
    """A GT3X archive with records of 12 bits (0x00), or of 16 (0x1A); some seconds are slept through."""
    counts = night(seconds * rate_hz, 256).reshape(seconds, rate_hz, 3)
    log = bytearray()
    for second in range(seconds):
        here = counts[second]
        payload = here.astype("<i2").tobytes() if wide else _twelve_bits(here)
        log += record(0x1A if wide else 0, EPOCH_S + second, b"" if second in asleep else payload)
    return _archive({"log.bin": bytes(log)}, rate_hz, "TAS1E31150000")


def gt3x_old(seconds: int, *, rate_hz: int = 30) -> bytes:
    """A GT3X archive of the first kind: samples without stamps."""
    return _archive(
        {"activity.bin": _twelve_bits(night(seconds * rate_hz, 341)), "lux.bin": b""}, rate_hz, "NEO1C15110135"
    )


def _archive(files: dict[str, bytes], rate_hz: int, serial: str) -> bytes:
    start = EPOCH_S * 10_000_000 + 621_355_968_000_000_000
    info = (
        f"Serial Number: {serial}\nDevice Type: Link\nFirmware: 1.7.2\nBattery Voltage: 4.15\n"
        f"Sample Rate: {rate_hz}\nStart Date: {start}\nTimeZone: -05:00:00\n"
    )
    if serial.startswith("TAS"):
        info += "Acceleration Scale: 256.0\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**files, "info.txt": info.encode()}.items():
            archive.writestr(zipfile.ZipInfo(name, (2023, 11, 14, 22, 13, 20)), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _twelve_bits(counts: Counts) -> bytes:
    """Pack an even number of samples as ActiGraph does: y, x, z of 12 bits each, two numbers in three bytes."""
    flat = (counts[:, [1, 0, 2]].astype(np.int64) & 0xFFF).reshape(-1, 2)
    three = np.stack([flat[:, 0] >> 4, (flat[:, 0] & 15) << 4 | flat[:, 1] >> 8, flat[:, 1] & 255], axis=1)
    return three.astype(np.uint8).tobytes()


def record(kind: int, second: int, payload: bytes) -> bytes:
    """One record of a GT3X log."""
    body = b"\x1e" + bytes((kind,)) + second.to_bytes(4, "little") + len(payload).to_bytes(2, "little") + payload
    check = int(np.bitwise_xor.reduce(np.frombuffer(body, np.uint8))) ^ 0xFF
    return body + bytes((check,))


def geneactiv(pages: int, *, rate_hz: float = 100.0) -> bytes:
    """A GENEActiv's file of 300 samples a page."""
    counts = (night(pages * 300, 256).astype(np.int64) & 0xFFF).reshape(pages, 300, 3)
    packed = np.zeros((pages, 300, 6), np.uint8)
    packed[..., 0] = counts[..., 0] >> 4
    packed[..., 1] = (counts[..., 0] & 15) << 4 | counts[..., 1] >> 8
    packed[..., 2] = counts[..., 1] & 255
    packed[..., 3] = counts[..., 2] >> 4
    packed[..., 4] = (counts[..., 2] & 15) << 4
    start = datetime.fromtimestamp(EPOCH_S, UTC)
    parts = [_GENEACTIV.format(rate_hz=f"{rate_hz:.1f}", pages=pages)]
    for page in range(pages):
        when = start + timedelta(seconds=page * 300 / rate_hz)
        parts.append(
            f"Recorded Data\r\nDevice Unique Serial Code:012967\r\nSequence Number:{page}\r\n"
            f"Page Time:{when:%Y-%m-%d %H:%M:%S}:{when.microsecond // 1000:03d}\r\nUnassigned:\r\nTemperature:21.5\r\n"
            f"Battery voltage:4.1493\r\nDevice Status:Recording\r\nMeasurement Frequency:{rate_hz:.1f}\r\n"
            f"{packed[page].tobytes().hex().upper()}\r\n"
        )
    return "".join(parts).encode()


_GENEACTIV = "\r\n".join(
    (
        *("Device Identity", "Device Unique Serial Code:012967", "Device Type:GENEActiv", "Device Model:1.1"),
        *("Device Firmware Version:Ver1.30", "Calibration Date:2012-04-03 11:08:52:000", ""),
        *("Device Capabilities", "Accelerometer Range:-8 to 8", "Accelerometer Resolution:0.0039"),
        *("Accelerometer Units:g", "Light Meter Range:0 to 5000", "Light Meter Resolution:5", "Light Meter Units:lux"),
        *("Temperature Sensor Range:0 to 70", "Temperature Sensor Resolution:0.1", "Temperature Sensor Units:deg. C"),
        *("", "Configuration Info", "Measurement Frequency:{rate_hz} Hz", "Measurement Period:216 Hours"),
        *("Start Time:2023-11-14 22:13:20:000", "Time Zone:GMT +01:00", ""),
        *("Trial Info", "Study Centre:", "Study Code:", "Investigator ID:", "Exercise Type:", "Config Operator ID:"),
        *(
            "Config Time:2023-11-14 22:13:20:000",
            "Config Notes:",
            "Extract Operator ID:",
            "Extract Time:",
            "Extract Notes:",
        ),
        *("", "Subject Info", "Device Location Code:", "Subject Code:", "Date of Birth:1900-1-1", "Sex:", "Height:"),
        *("Weight:", "Handedness Code:", "Subject Notes:", ""),
        *("Calibration Data", "x gain:25600", "x offset:0", "y gain:25600", "y offset:0", "z gain:25600", "z offset:0"),
        *("Volts:300", "Lux:800", "", "Memory Status", "Number of Pages:{pages}", "", ""),
    )
)
