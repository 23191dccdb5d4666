"""What an avro file holds, before a library unpacks it: its schema, how it is packed, and how much comes out.

A library believes what a file says of its blocks, and a small file may say much (Apache Avro 1.11, object container
files).
"""

from __future__ import annotations

import zlib

_MAGIC = b"Obj\x01"
_SYNC = 16


class DamagedError(ValueError):
    """It is no avro file, or cut off."""


def look(data: bytes, largest: int) -> tuple[bytes, str]:
    """Walk through the blocks of a file.

    Parameters
    ----------
    data
        All of it.
    largest
        Bytes that may come out of a block.

    Returns
    -------
    bytes, str
        Its schema, and the name of its packing.

    Raises
    ------
    DamagedError
        Where a block is not there, or more comes out of it.
    """
    if not data.startswith(_MAGIC):
        raise DamagedError
    about, at = _map(data, len(_MAGIC))
    sync, at = data[at : at + _SYNC], at + _SYNC
    codec = about.get(b"avro.codec", b"null").decode("latin-1")
    while at < len(data):
        count, at = _long(data, at)
        size, at = _long(data, at)
        end = at + size
        if count < 0 or not 0 <= size <= len(data) - at - _SYNC or data[end : end + _SYNC] != sync:
            raise DamagedError
        if codec == "deflate":
            unpack = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                out = len(unpack.decompress(data[at:end], largest))
            except zlib.error:
                raise DamagedError from None
        else:
            out = size
        if out >= largest or count > out:  # a record has a byte at least, or holds nothing
            raise DamagedError
        at = end + _SYNC
    return about.get(b"avro.schema", b""), codec


def _map(data: bytes, at: int) -> tuple[dict[bytes, bytes], int]:
    found: dict[bytes, bytes] = {}
    while True:
        count, at = _long(data, at)
        if count == 0:
            return found, at
        if count < 0:
            _, at = _long(data, at)
        for _ in range(min(abs(count), len(data))):
            key, at = _bytes(data, at)
            found[key], at = _bytes(data, at)


def _bytes(data: bytes, at: int) -> tuple[bytes, int]:
    size, at = _long(data, at)
    if not 0 <= size <= len(data) - at:
        raise DamagedError
    return data[at : at + size], at + size


def _long(data: bytes, at: int) -> tuple[int, int]:
    """Read a number: seven bits a byte, the sign in the lowest."""
    value = shift = 0
    while shift < 70:
        if at >= len(data):
            raise DamagedError
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value >> 1 ^ -(value & 1), at
    raise DamagedError
