"""Spoilt files whose checksums hold again: what was spoilt lies under them, where a reader believes what it reads."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable

import numpy as np

Spoil = Callable[[bytes], bytes]
"""Spoils some bytes."""
_BLOCK, _HEADER = 512, 1024


def _cwa(data: bytes, spoil: Spoil, which: int) -> bytes:
    """Spoil an Axivity's file, or the fields at the head of one block, and sum up every block anew."""
    blocks = len(data) // _BLOCK - 2
    at = _HEADER + which % blocks * _BLOCK
    parts = data[:at] + spoil(data[at : at + 30])[:30].ljust(30, b"\0") + data[at + 30 :] if which % 4 else spoil(data)
    raw = bytearray(parts)
    whole = np.frombuffer(raw, np.uint8)[_HEADER:][: max(len(raw) - _HEADER, 0) // _BLOCK * _BLOCK].reshape(-1, _BLOCK)
    words = whole.view("<u2")
    words[:, -1] = 0
    words[:, -1] = -words.astype(np.int64).sum(axis=1) & 0xFFFF
    return bytes(raw)


def _zip(data: bytes, spoil: Spoil, which: int) -> bytes:
    """Spoil one file of an archive, and pack all of them again."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    name = sorted(files)[which % len(files)]
    spoilt = spoil(files[name])
    files[name] = _log(spoilt) if name == "log.bin" else spoilt
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for each, content in files.items():
            archive.writestr(zipfile.ZipInfo(each, (2023, 11, 14, 22, 13, 20)), content)
    return packed.getvalue()


def _log(log: bytes) -> bytes:
    """Write the checksums of an ActiGraph's log anew, as far as its records follow each other."""
    raw = bytearray(log)
    at = 0
    while at + 9 <= len(raw) and raw[at] == 0x1E:
        end = at + 9 + struct.unpack_from("<H", raw, at + 6)[0]
        if end > len(raw):
            break
        raw[end - 1] = int(np.bitwise_xor.reduce(np.frombuffer(raw, np.uint8, end - 1 - at, at))) ^ 0xFF
        at = end
    return bytes(raw)


SEALED: dict[str, Callable[[bytes, Spoil, int], bytes]] = {
    **dict.fromkeys(("cwa_ax3", "cwa_ax6"), _cwa),
    **dict.fromkeys(("gt3x", "gt3x_wide", "gt3x_old", "npz"), _zip),
}
"""By the reader's name: spoils a file below its checksums; the number chooses the place."""
