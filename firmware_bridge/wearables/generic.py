"""Wearables of one's own: Arduino boards and home-made firmware, described by a profile in TOML.

A profile says how the wearable is called, which characteristic notifies, and how a notification is laid out: a header
in the notation of Python's `struct`, then samples of x, y and z. ``examples/nano33.toml`` beside this file is one, with
the firmware that goes with it. The frame it uses, which any firmware may use, is, little-endian::

    sequence  u16   counts frames, and wraps
    time      u32   of the first sample, in ms, and wraps
    count     u8    samples in this frame
    (spare)   u8
    scale     f32   g per unit
    samples   count times x, y, z as i16
"""

from __future__ import annotations

import re
import struct
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from firmware_bridge.errors import FrameError, ProfileError
from firmware_bridge.samples import DETECTABLE_HZ
from firmware_bridge.wearables.protocol import (
    Decoder,
    Frame,
    Model,
    Profile,
    Stream,
    WearableIO,
    Wish,
    battery_level,
    never_ends,
    no_temperature,
)
from firmware_bridge.wearables.unwrap import Unwrap

FIELDS = ("sequence", "time", "count", "scale", "skip")
"""What a field of the header may be."""

SAMPLES = {"3b": "i1", "3h": "i2", "3i": "i4", "3f": "f4"}
"""Notations of a sample, and numpy's of one number."""

_KEYS: dict[str, Any] = {
    "name": str,
    "model": str,
    "service": str,
    "data": str,
    "control": str,
    "start": str,
    "stop": str,
    "rate_hz": (int, float),
    "range_g": (int, float),
    "header": str,
    "fields": list,
    "samples": str,
    "scale_g": (int, float),
    "time_unit_s": (int, float),
    "time_of": str,
    "sequence_counts": str,
    "battery": bool,
    "wear": str,
}
_NEEDED = ("name", "model", "service", "data", "rate_hz", "range_g")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHORT_UUID = re.compile(r"[0-9a-f]{4}")
_LARGEST_G = 400.0
_LARGEST_NUMBER = 1e5
_LONGEST_FRAME = 512


@dataclass(frozen=True, slots=True)
class Layout:
    """How a notification is laid out.

    Parameters
    ----------
    header
        What stands before the samples.
    fields
        What each of its numbers is, of `FIELDS`.
    dtype
        Of one number of a sample.
    scale_g
        g per unit, where the header holds none.
    time_unit_s
        Unit of the time field.
    time_wraps
        At what number of units it wraps.
    times_first
        Whether the time is that of the first sample rather than the last.
    sequence_wraps
        At what number the sequence wraps.
    counts_samples
        Whether the sequence counts samples rather than frames.
    """

    header: struct.Struct
    fields: tuple[str, ...]
    dtype: np.dtype[Any]
    scale_g: float
    time_unit_s: float
    time_wraps: int
    times_first: bool
    sequence_wraps: int
    counts_samples: bool


class GenericWearable:
    """A wearable that a profile describes; see `load`."""

    def __init__(self, profile: Profile, layout: Layout, settings: dict[str, Any]) -> None:
        self.PROFILE = profile
        self._layout = layout
        self._rate_hz = float(settings["rate_hz"])
        self._range_g = float(settings["range_g"])
        self._start, self._stop = (bytes.fromhex(settings.get(key, "")) for key in ("start", "stop"))
        self._has_battery = settings.get("battery", True)

    async def battery(self, io: WearableIO) -> int | None:
        """Charge in percent by the standard characteristic, where the profile does not say that there is none."""
        return await battery_level(io) if self._has_battery else None

    async def start(self, io: WearableIO, _wish: Wish) -> Stream:
        """Listen, and write the start command where there is one."""
        await io.subscribe(self.PROFILE.data_uuid)
        if self._start:
            await io.write(self.PROFILE.control_uuid, self._start)
        lsb_g = None if "scale" in self._layout.fields else self._grid_g()
        return Stream(self.PROFILE.family, self._rate_hz, self._range_g, lsb_g)

    async def stop(self, io: WearableIO) -> None:
        """Write the stop command where there is one."""
        if self._stop:
            await io.write(self.PROFILE.control_uuid, self._stop)

    def decoder(self, stream: Stream) -> Decoder:
        """Make a decoder, which follows time and sequence over their wraps."""
        return _Decoder(self._layout, stream.nominal_hz)

    def ended(self, packet: bytes) -> str | None:
        """Nothing announces an end."""
        return never_ends(packet)

    def temperature(self, data: bytes) -> float | None:
        """Nothing tells of a temperature."""
        return no_temperature(data)

    def _grid_g(self) -> float | None:
        return None if self._layout.dtype.kind == "f" else self._layout.scale_g


class _Decoder:
    def __init__(self, layout: Layout, nominal_hz: float) -> None:
        self._layout = layout
        self._period_ns = 1e9 / nominal_hz
        self._unwrap = Unwrap(layout.time_wraps)
        self._due: int | None = None  # the next sequence number

    def __call__(self, data: bytes) -> list[Frame]:
        layout = self._layout
        if not layout.header.size < len(data) <= _LONGEST_FRAME:
            raise FrameError(f"a frame of {len(data)} bytes")
        header = dict(zip(layout.fields, layout.header.unpack_from(data), strict=True))
        scale_g = float(header.get("scale", layout.scale_g))
        if not 0 < scale_g <= _LARGEST_G:
            raise FrameError(f"a scale of {scale_g} g")
        xyz_g = self._samples(data, header.get("count"), scale_g)
        n = len(xyz_g)
        device_ns = None if "time" not in header else self._last_ns(header["time"], n)
        lost = None if "sequence" not in header else self._lost(header["sequence"], n)
        lsb_g = None if layout.dtype.kind == "f" else scale_g
        return [Frame(device_ns, xyz_g.astype(np.float32), lost, lsb_g)]

    def _samples(self, data: bytes, count: int | None, scale_g: float) -> np.ndarray:
        """Read the samples, float64, in g, shape ``(n, 3)``."""
        layout = self._layout
        size = 3 * layout.dtype.itemsize
        room = len(data) - layout.header.size
        n = room // size if count is None else count
        if n < 1 or n * size > room or (count is None and room % size):
            raise FrameError(f"{room} bytes for {'whole' if count is None else n} samples of {size}")
        with np.errstate(invalid="ignore"):  # a signalling NaN; it is turned away below
            values = np.frombuffer(data, layout.dtype, 3 * n, layout.header.size).astype(np.float64).reshape(n, 3)
            xyz_g = values * scale_g
        if not (np.abs(xyz_g) <= _LARGEST_G).all():
            raise FrameError("an acceleration that no sensor measures")
        return xyz_g

    def _last_ns(self, time: int, n: int) -> int:
        """Time of the last sample, unwrapped."""
        layout = self._layout
        later_ns = round((n - 1) * self._period_ns) if layout.times_first else 0
        return round(self._unwrap(time) * layout.time_unit_s * 1e9) + later_ns

    def _lost(self, sequence: int, n: int) -> int:
        """Samples missing before this frame; frames that are missing had as many as this one."""
        layout = self._layout
        missing = 0 if self._due is None else (sequence - self._due) % layout.sequence_wraps
        if missing >= layout.sequence_wraps // 2:
            missing = 0  # from the past: the firmware has started anew
        self._due = (sequence + (n if layout.counts_samples else 1)) % layout.sequence_wraps
        return missing if layout.counts_samples else missing * n


def load(path: Path) -> GenericWearable:
    """Read a profile.

    Raises
    ------
    ProfileError
        Where the file cannot be read or says something impossible; the words name the file and the key.
    """
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(f"{path} cannot be read as a wearable's profile: {error}.") from error
    try:
        _check(settings)
        layout = _layout(settings)
        service, data, control = (_uuid(settings.get(key, settings["data"])) for key in ("service", "data", "control"))
    except ValueError as error:
        raise ProfileError(f"{path}: {error}. An example stands in the package: examples/nano33.toml.") from error
    profile = Profile(
        family=settings["model"],
        name_pattern=re.compile(f"(?P<model>{settings['name']})"),
        service_uuid=service,
        data_uuid=data,
        control_uuid=control,
        battery_while_streaming=True,
        only_model=Model(settings["model"], wear=settings.get("wear", "")),
        missing_words=(
            f"The wearable has no characteristic {data} or {control}: see that its firmware and {path} agree."
        ),
    )
    return GenericWearable(profile, layout, settings)


def load_folder(folder: Path) -> list[GenericWearable]:
    """Read every profile of a folder, by name; none where there is no folder."""
    return [load(path) for path in sorted(folder.glob("*.toml"))]


def _check(settings: dict[str, Any]) -> None:
    """Raise `ValueError` where a key is missing, unknown, or of the wrong type or range."""
    if absent := [key for key in _NEEDED if key not in settings]:
        raise ValueError(f"{', '.join(absent)} must be given")
    for key, value in settings.items():
        _check_value(key, value)
    for key, words in (("time_of", ("first", "last")), ("sequence_counts", ("frames", "samples"))):
        if settings.get(key, words[0]) not in words:
            raise ValueError(f"{key} must be {' or '.join(words)}, not {settings[key]!r}")
    try:
        re.compile(settings["name"])
    except re.error as error:
        raise ValueError(f"name = {settings['name']!r} is no regular expression ({error})") from error
    if any(key in settings for key in ("start", "stop")) and "control" not in settings:
        raise ValueError("start and stop need a control characteristic to be written to")


def _check_value(key: str, value: Any) -> None:
    if key not in _KEYS:
        raise ValueError(f"{key!r} is not known; there are {', '.join(_KEYS)}")
    if not isinstance(value, _KEYS[key]) or (isinstance(value, bool) and _KEYS[key] is not bool):
        raise ValueError(f"{key} = {value!r} is of the wrong type")
    if key in ("rate_hz", "range_g", "scale_g", "time_unit_s") and not 0 < value < _LARGEST_NUMBER:
        raise ValueError(f"{key} = {value!r} must be above 0 and below {_LARGEST_NUMBER:g}")
    if key == "rate_hz" and not DETECTABLE_HZ[0] <= value <= DETECTABLE_HZ[1]:
        raise ValueError(f"rate_hz = {value!r} must be {DETECTABLE_HZ[0]:g} to {DETECTABLE_HZ[1]:g} to tell twitches")
    if key in ("start", "stop"):
        _hex(key, value)


def _layout(settings: dict[str, Any]) -> Layout:
    fields = tuple(settings.get("fields", ()))
    try:
        header = struct.Struct(settings.get("header", "<"))
    except struct.error as error:
        raise ValueError(f"header = {settings['header']!r} is no layout in struct's notation ({error})") from error
    notation = settings.get("header", "<")
    if notation[:1] not in "<>":
        raise ValueError(f"header = {notation!r} must begin with < (little-endian) or > (big-endian)")
    codes = [code for times, code in re.findall(r"(\d*)([a-zA-Z?])", notation) for _ in range(int(times or 1))]
    codes = [code for code in codes if code != "x"]
    if len(codes) != len(fields) or any(field not in FIELDS for field in fields):
        raise ValueError(f"fields must name each of the header's {len(codes)} numbers, of {', '.join(FIELDS)}")
    if any(fields.count(field) > 1 for field in FIELDS if field != "skip"):
        raise ValueError("fields names one thing twice")
    code_of = dict(zip(fields, codes, strict=True))
    for field in ("sequence", "time", "count"):
        if code_of.get(field, "B") not in "BHIQ":
            raise ValueError(f"{field} must be an unsigned number (B, H, I or Q)")
    if code_of.get("scale", "f") not in "fd":
        raise ValueError("scale must be f or d")
    samples = settings.get("samples", "3h")
    if samples not in SAMPLES:
        raise ValueError(f"samples = {samples!r} is none of {', '.join(SAMPLES)}")
    if "scale" not in fields and "scale_g" not in settings:
        raise ValueError("scale_g must be given where the header has no scale")
    return Layout(
        header,
        fields,
        np.dtype(notation[0] + SAMPLES[samples]),
        float(settings.get("scale_g", 1.0)),
        float(settings.get("time_unit_s", 1e-3)),
        1 << 8 * struct.calcsize("<" + code_of.get("time", "I")),
        settings.get("time_of", "first") == "first",
        1 << 8 * struct.calcsize("<" + code_of.get("sequence", "H")),
        settings.get("sequence_counts", "frames") == "samples",
    )


def _hex(key: str, value: str) -> bytes:
    try:
        return bytes.fromhex(value)
    except ValueError as error:
        raise ValueError(f'{key} = {value!r} is not hexadecimal, such as "01 00"') from error


def _uuid(text: str) -> str:
    """Write a UUID in full and lower case."""
    known = text.strip().lower()
    if _SHORT_UUID.fullmatch(known):
        return f"0000{known}-0000-1000-8000-00805f9b34fb"
    if not _UUID.fullmatch(known):
        raise ValueError(f"{text!r} is no UUID")
    return known
