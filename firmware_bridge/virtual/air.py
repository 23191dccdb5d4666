"""The air between virtual devices: bumble's local link and controller, with the faults a radio has.

bumble's link never fails and its controller knows no supervision time-out, so both are modelled here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bumble import hci
from bumble.controller import Controller
from bumble.link import LocalLink

if TYPE_CHECKING:
    from bumble import core, ll

_ACL_BYTES = 251
_ATT_CHANNEL = 0x0004
_ATT_WRITE_REQUEST = 0x12
_L2CAP_HEADER_BYTES = 4


class Air(LocalLink):
    """A link on which a device can be out of range, or hung."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # bumble annotates it only in part
        self._out_of_range: set[Controller] = set()
        self._held: dict[Controller, list[tuple[Controller, hci.Address, core.PhysicalTransport, bytes]]] = {}
        self._writes_to_swallow: dict[Controller, int] = {}

    def swallow_writes(self, controller: Controller, count: int) -> None:
        """Let the next `count` write requests to a device go unheard, and so unanswered; all else passes."""
        self._writes_to_swallow[controller] = self._writes_to_swallow.get(controller, 0) + count

    def lose(self, controller: Controller) -> None:
        """Let nothing pass to or from a device."""
        self._out_of_range.add(controller)

    def find(self, controller: Controller) -> None:
        """End `lose`."""
        self._out_of_range.discard(controller)

    def time_out(self, controller: Controller) -> None:
        """End every connection of a device the way a supervision time-out does: each side notices by itself."""
        for either in self.controllers:
            for connection in list(either.le_connections.values()):
                if either is controller or connection.peer_address == controller.random_address:
                    either.on_le_disconnected(connection, hci.HCI_CONNECTION_TIMEOUT_ERROR)

    def hold(self, controller: Controller) -> None:
        """Keep what is sent to a device whose host does not listen; the link itself stays up."""
        self._held.setdefault(controller, [])

    def release(self, controller: Controller) -> None:
        """End `hold`, and deliver what was kept."""
        for packet in self._held.pop(controller, []):
            self.send_acl_data(*packet)

    def send_acl_data(
        self,
        sender_controller: Controller,
        destination_address: hci.Address,
        transport: core.PhysicalTransport,
        data: bytes,
    ) -> None:
        """Carry a packet, unless a fault keeps it."""
        if self._out_of_range or self._held:
            receiver = self.find_le_controller(destination_address)
            if sender_controller in self._out_of_range or receiver in self._out_of_range:
                return
            if receiver in self._held:
                self._held[receiver].append((sender_controller, destination_address, transport, data))
                return
        if self._writes_to_swallow and _is_write_request(data):
            receiver = self.find_le_controller(destination_address)
            if receiver is not None and self._writes_to_swallow.get(receiver, 0):
                self._writes_to_swallow[receiver] -= 1
                return
        super().send_acl_data(sender_controller, destination_address, transport, data)

    def send_ll_control_pdu(
        self, sender_address: hci.Address, receiver_address: hci.Address, packet: ll.ControlPdu
    ) -> None:
        """Carry a link-layer message such as the end of a connection, unless one side is out of range."""
        ends = {self.find_le_controller(sender_address), self.find_le_controller(receiver_address)}
        if not ends & self._out_of_range:
            super().send_ll_control_pdu(sender_address, receiver_address, packet)


def _is_write_request(data: bytes) -> bool:
    """Whether an L2CAP packet carries an attribute write that asks for a response (Core, Vol 3, Part F, 3.4.5.1)."""
    return (
        len(data) > _L2CAP_HEADER_BYTES
        and int.from_bytes(data[2:4], "little") == _ATT_CHANNEL
        and data[_L2CAP_HEADER_BYTES] == _ATT_WRITE_REQUEST
    )


class RadioController(Controller):
    """bumble's controller with whole notifications in one packet, and connection attempts that can be called off."""

    # A notification of 229 bytes in one piece: seven of 27 bytes would cost four times the CPU.
    le_acl_data_packet_length = _ACL_BYTES

    def on_hci_le_create_connection_cancel_command(
        self, _command: hci.HCI_LE_Create_Connection_Cancel_Command
    ) -> hci.HCI_StatusReturnParameters:
        """Call off a pending connection and say so, as Bluetooth Core, Vol 4, Part E, 7.8.13 asks."""
        pending, self.pending_le_connection = self.pending_le_connection, None
        if pending is None:
            return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        self.send_hci_packet(
            hci.HCI_LE_Connection_Complete_Event(
                status=hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
                connection_handle=0,
                role=hci.Role.CENTRAL,
                peer_address_type=pending.peer_address.address_type,
                peer_address=pending.peer_address,
                connection_interval=0,
                peripheral_latency=0,
                supervision_timeout=0,
                central_clock_accuracy=0,
            )
        )
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)

    def on_link_acl_data(self, sender_address: hci.Address, transport: core.PhysicalTransport, data: bytes) -> None:
        """Pass data to the host; what was still in the air when its connection ended is gone, which is no error."""
        if sender_address in self.le_connections:
            super().on_link_acl_data(sender_address, transport, data)

    def on_ll_control_pdu(self, sender_address: hci.Address, packet: ll.ControlPdu) -> None:
        """Act on a link-layer message; one for a connection that has just ended is no error either."""
        if sender_address in self.le_connections:
            super().on_ll_control_pdu(sender_address, packet)
