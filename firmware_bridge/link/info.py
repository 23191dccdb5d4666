"""What a link tells of itself: what it is doing, and the wearable on it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from firmware_bridge.discovery.find import Found, Known
from firmware_bridge.wearables.protocol import Stream


class LinkState(StrEnum):
    """What a link is doing."""

    SEARCHING = "searching"
    CONNECTING = "connecting"
    STARTING = "starting"
    STREAMING = "streaming"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class LinkInfo:
    """The wearable on the link.

    Parameters
    ----------
    model, name, address, serial
        Model, name, Bluetooth address and serial number; the last is None where it is not known. Where a model's
        wearables all advertise the same name, the end of the serial number is part of the name here.
    advertised
        The name it advertises.
    rssi_dbm
        Strength of its signal before the latest connection, in dBm; None where unknown, or it was connected to unseen.
    nominal_hz, range_g
        Rate and full scale agreed on.
    lsb_g
        Grid of the values: each is float32(k·lsb_g) with k whole; None where they lie on none.
    battery
        Charge in percent at the latest connection, None where unknown.
    """

    model: str
    name: str
    address: str
    nominal_hz: float
    range_g: float
    lsb_g: float | None
    battery: int | None
    serial: str | None = None
    advertised: str = ""
    rssi_dbm: int | None = None

    @classmethod
    def of(
        cls, found: Found, stream: Stream, lsb_g: float | None, name: str, serial: str | None, battery: int | None
    ) -> LinkInfo:
        """Put together what finding, starting and asking a wearable have told."""
        return cls(
            model=stream.model,
            name=name,
            address=found.device.address,
            nominal_hz=stream.nominal_hz,
            range_g=stream.range_g,
            lsb_g=lsb_g,
            battery=battery,
            serial=serial,
            advertised=found.name,
            rssi_dbm=found.rssi_dbm,
        )

    @property
    def known(self) -> Known:
        """What to find it again by."""
        return Known(self.advertised, self.address, self.serial)
