"""Promise: the virtual control point answers every command as Polar's documents show, and no bytes upset it.

The exchanges are the figures of `Polar_Measurement_Data_Specification.pdf` and `online_measurement.pdf`.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.virtual.wearables.pmd_server import PmdServer, Status, factor_parameters
from firmware_bridge.virtual.wearables.polar import VirtualH10, VirtualVerity

MTU = 247
VERITY_START = "0202000134000101100002010800040103"
SDK_START = "0202000134000101100002010400040103"
H10_START = "0202020108000001c80001011000"


def server_of(model, **changes):
    server = PmdServer(
        features=model.FEATURES,
        offer=model.OFFER,
        sdk_offer=model.SDK_OFFER,
        start_parameters=model.START_PARAMETERS,
        started=lambda _chosen: None,
        stopped=lambda: None,
    )
    for name, value in changes.items():
        setattr(server, name, value)
    return server


def ask(server, command, mtu=MTU):
    (reply,) = server.handle(bytes.fromhex(command), mtu)
    return reply.hex()


def test_the_documented_exchange_with_a_verity_sense():
    server = server_of(VirtualVerity)
    assert server.feature_bytes().hex() == "0f6e02" + 14 * "00"
    assert ask(server, "0102") == "f001020000000134000101100002010800040103"
    assert ask(server, VERITY_START) == "f002020000"
    assert server.running is not None
    assert (server.running.rate_hz, server.running.range_g) == (52, 8)
    assert ask(server, "0302") == "f003020000"
    assert server.running is None


def test_the_documented_exchange_with_old_firmware():
    server = server_of(VirtualVerity, start_parameters=factor_parameters(0.000244))
    assert ask(server, VERITY_START) == "f002020000050140da7f39"


def test_the_documented_exchange_with_an_h10():
    server = server_of(VirtualH10)
    assert server.feature_bytes().hex() == "0f05" + 15 * "00"
    assert ask(server, "0102") == "f0010200000004190032006400c800010110000203020004000800"
    assert ask(server, H10_START) == "f00202000001"
    assert ask(server, "0209") == "f002090300"  # it has no SDK mode


def test_sdk_mode_brings_its_own_settings():
    server = server_of(VirtualVerity)
    assert ask(server, SDK_START) == "f002020900"
    assert ask(server, "0209") == "f002090000"
    assert ask(server, "0209") == "f002090600"
    assert ask(server, "0402") == "f00402000000051a0034006800d000a0010101100002040200040008001000040103"
    assert ask(server, SDK_START) == "f002020000"
    assert ask(server, "0309") == "f003090c00"  # not while streaming
    assert ask(server, "0209") == "f002090c00"
    assert ask(server, "0302") == "f003020000"
    assert ask(server, "0309") == "f003090000"
    assert ask(server, "0309") == "f003090600"


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("0202000135000101100002010800040103", Status.INVALID_RATE),
        ("0202000134000101180002010800040103", Status.INVALID_RESOLUTION),
        ("0202000134000101100002010400040103", Status.INVALID_RANGE),
        ("0202000134000101100002010800040102", Status.INVALID_CHANNELS),
        ("02020001340001011000020108", Status.INVALID_LENGTH),
        ("0202000234003400020108000401030101100002", Status.INVALID_PARAMETER),
        ("0202020108000101100004010307", Status.INVALID_PARAMETER),
        ("020202010800", Status.INVALID_PARAMETER),  # no rate
        ("02020501" + "00000000", Status.INVALID_PARAMETER),
        ("0002", Status.INVALID_OPCODE),
        ("0f02", Status.INVALID_OPCODE),
        ("0204", Status.INVALID_TYPE),
        ("0201", Status.NOT_SUPPORTED),
        ("0282", Status.NOT_SUPPORTED),  # offline recording
        ("0502", Status.NOT_SUPPORTED),
        ("02", Status.INVALID_LENGTH),
        ("", Status.INVALID_LENGTH),
        ("0302", Status.ALREADY_IN_STATE),
    ],
)
def test_what_is_refused_and_how(command, status):
    server = server_of(VirtualVerity)
    reply = bytes.fromhex(ask(server, command))
    assert reply[0] == 0xF0
    assert reply[3] == status
    assert server.running is None


def test_states_that_refuse_a_start():
    server = server_of(VirtualVerity, in_charger=True)
    assert ask(server, VERITY_START)[6:8] == "0d"
    server.in_charger = False
    assert ask(server, VERITY_START, mtu=231)[6:8] == "0a"
    assert ask(server, VERITY_START, mtu=232)[6:8] == "00"
    assert ask(server, VERITY_START)[6:8] == "06"


def test_a_long_reply_comes_in_parts_on_a_small_mtu():
    server = server_of(VirtualVerity)
    parts = server.handle(bytes.fromhex("0402"), 23)
    assert len(parts) > 1
    assert all(len(part) <= 20 for part in parts)
    assert [part[4] for part in parts] == [1] * (len(parts) - 1) + [0]
    (whole,) = server.handle(bytes.fromhex("0402"), MTU)
    assert b"".join(part[5:] for part in parts) == whole[5:]


@given(st.lists(st.binary(max_size=30), max_size=8), st.integers(23, 517))
def test_any_bytes_get_one_complete_answer(commands, mtu):
    server = server_of(VirtualVerity)
    for command in commands:
        parts = server.handle(command, mtu)
        assert parts
        assert parts[-1][4] == 0
        assert all(part[0] == 0xF0 and len(part) <= mtu - 3 for part in parts)
