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

import tomllib
from pathlib import Path
from typing import Any

import numpy as np

from firmware_bridge.errors import FrameError, ProfileError
from firmware_bridge.wearables.profiles.name_pattern import name_pattern
from firmware_bridge.wearables.profiles.profile import LONGEST_FRAME, Layout, layout_of, read, uuid_of
from firmware_bridge.wearables.protocol import (
    Decoder,
    Frame,
    Model,
    Profile,
    Stream,
    Wearable,
    WearableIO,
    Wish,
    battery_level,
    no_battery,
)
from firmware_bridge.wearables.unwrap import Unwrap

_LARGEST_G = 400.0
"""No accelerometer measures more."""


class _Described:
    """A wearable that a profile describes: how it is started, stopped and decoded."""

    def __init__(self, profile: Profile, layout: Layout, settings: dict[str, Any]) -> None:
        self._profile = profile
        self._layout = layout
        self._rate_hz = float(settings["rate_hz"])
        self._range_g = float(settings["range_g"])
        self._start, self._stop = (bytes.fromhex(settings.get(key, "")) for key in ("start", "stop"))

    async def start(self, io: WearableIO, _wish: Wish) -> Stream:
        """Listen, and write the start command where there is one."""
        await io.subscribe(self._profile.data_uuid)
        if self._start:
            await io.write(self._profile.control_uuid, self._start)
        lsb_g = None if "scale" in self._layout.fields else self._grid_g()
        return Stream(self._profile.family, self._rate_hz, self._range_g, lsb_g)

    async def stop(self, io: WearableIO) -> None:
        """Write the stop command where there is one."""
        if self._stop:
            await io.write(self._profile.control_uuid, self._stop)

    def decoder(self, stream: Stream) -> Decoder:
        """Make a decoder, which follows time and sequence over their wraps."""
        return _Decoder(self._layout, stream.nominal_hz)

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
        if not layout.header.size < len(data) <= LONGEST_FRAME:
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


def load(path: Path) -> Wearable:
    """Read a profile.

    Raises
    ------
    ProfileError
        Where the file cannot be read or says something impossible; the words name the file and the key.
    """
    try:
        settings = read(path)
        layout = layout_of(settings)
        service, data, control = (
            uuid_of(settings.get(key, settings["data"])) for key in ("service", "data", "control")
        )
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(f"{path} cannot be read as a wearable's profile: {error}.") from error
    except ValueError as error:
        raise ProfileError(f"{path}: {error}. An example stands in the package: examples/nano33.toml.") from error
    profile = Profile(
        family=settings["model"],
        name_pattern=name_pattern(settings["name"]),
        service_uuid=service,
        data_uuid=data,
        control_uuid=control,
        battery_while_streaming=True,
        only_model=Model(settings["model"], wear=settings.get("wear", "")),
        missing_words=(
            f"The wearable has no characteristic {data} or {control}: see that its firmware and {path} agree."
        ),
    )
    described = _Described(profile, layout, settings)
    battery = battery_level if settings.get("battery", True) else no_battery
    return Wearable(profile, described.start, described.stop, described.decoder, battery=battery)


def load_folder(folder: Path) -> list[Wearable]:
    """Read every profile of a folder, by name; none where there is no folder."""
    return [load(path) for path in sorted(folder.glob("*.toml"))]
