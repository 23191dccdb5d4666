"""The characteristics that virtual wearables are made of: one that takes commands, one that notifies data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bumble.gatt import Characteristic, CharacteristicValue, Service

if TYPE_CHECKING:
    from collections.abc import Callable

ACKNOWLEDGED = Characteristic.Properties.WRITE
"""A command whose arrival is acknowledged, or refused by an ATT error."""

UNACKNOWLEDGED = Characteristic.Properties.WRITE_WITHOUT_RESPONSE
"""One that is written and forgotten."""


def command(
    uuid: str,
    on_command: Callable[[bytes], None],
    how: Characteristic.Properties = ACKNOWLEDGED,
    *,
    read: Callable[[], bytes] | None = None,
) -> Characteristic[bytes]:
    """Make a characteristic that commands or settings are written to.

    Parameters
    ----------
    uuid
        Its UUID.
    on_command
        Called with what is written; an `ATT_Error` it raises refuses that.
    how
        How it may be written to: `ACKNOWLEDGED`, `UNACKNOWLEDGED` or both.
    read
        Returns its value; None where it cannot be read.
    """
    permissions = Characteristic.Permissions.WRITEABLE
    if read is not None:
        how |= Characteristic.Properties.READ
        permissions |= Characteristic.Permissions.READABLE
    value = CharacteristicValue[bytes](
        read=None if read is None else lambda _connection: read(),
        write=lambda _connection, written: on_command(bytes(written)),
    )
    return Characteristic(uuid, how, permissions, value)


def data(uuid: str, *, read: Callable[[], bytes] | None = None) -> Characteristic[bytes]:
    """Make a characteristic that notifies.

    Parameters
    ----------
    uuid
        Its UUID.
    read
        Returns its value; None where it only notifies.
    """
    properties, permissions = Characteristic.Properties.NOTIFY, Characteristic.Permissions.READABLE
    if read is None:
        return Characteristic(uuid, properties, permissions, b"")
    value = CharacteristicValue[bytes](read=lambda _connection: read())
    return Characteristic(uuid, properties | Characteristic.Properties.READ, permissions, value)


def constant(uuid: str, value: bytes) -> Characteristic[bytes]:
    """Make a characteristic that can be read and says the same each time."""
    return Characteristic(uuid, Characteristic.Properties.READ, Characteristic.Permissions.READABLE, value)


def service(uuid: str, *characteristics: Characteristic[bytes]) -> Service:
    """Make a service."""
    return Service(uuid, list(characteristics))
