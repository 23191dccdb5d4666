"""A peer's services as bleak presents them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from bleak.assigned_numbers import gatt_char_props_to_strs
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection

if TYPE_CHECKING:
    from collections.abc import Callable

    from bumble import core
    from bumble.device import Peer


def uuid_string(uuid: core.UUID) -> str:
    """Write a UUID as bleak does: 128 bit, lower case. bumble holds it in the byte order of the air."""
    return str(UUID(bytes=bytes(reversed(uuid.to_bytes(force_128=True)))))


async def discover_services(
    peer: Peer, wanted: set[str] | None, longest_write: Callable[[], int]
) -> BleakGATTServiceCollection:
    """Discover services, characteristics and descriptors.

    Parameters
    ----------
    peer
        Whom to ask.
    wanted
        128-bit UUIDs of the services to look into; None for all.
    longest_write
        Tells the longest write without response, in bytes.
    """
    collection = BleakGATTServiceCollection()
    for service in await peer.discover_services():
        service_uuid = uuid_string(service.uuid)
        if wanted is not None and service_uuid not in wanted:
            continue
        bleak_service = BleakGATTService(service, service.handle, service_uuid)
        collection.add_service(bleak_service)
        for characteristic in await service.discover_characteristics():
            bleak_characteristic = BleakGATTCharacteristic(
                characteristic,
                characteristic.handle,
                uuid_string(characteristic.uuid),
                sorted(gatt_char_props_to_strs(int(characteristic.properties))),
                longest_write,
                bleak_service,
            )
            collection.add_characteristic(bleak_characteristic)
            for descriptor in await characteristic.discover_descriptors():
                collection.add_descriptor(
                    BleakGATTDescriptor(
                        descriptor, descriptor.handle, uuid_string(descriptor.type), bleak_characteristic
                    )
                )
    return collection
