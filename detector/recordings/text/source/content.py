"""The text of a file as a stream of bytes, packed or not: in UTF-8 or another encoding whose ASCII is ASCII.

UTF-16 is turned into UTF-8, and the bare carriage returns of old Macintoshes into line feeds.
"""

from __future__ import annotations

import codecs
import gzip
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Literal, cast

from detector.errors import RecordingError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

Packing = Literal["none", "gzip", "zip"]

MOST_BYTES = 20_000_000_000
MOST_TIMES = 1000
"""So much may come out of a packed file, in all and for each of its bytes: more is no recording but a trap."""
_FREE_BYTES = 1 << 24
"""Out of any file so much may come."""
_LONGEST_LINE = 1 << 24
_MOST_MEMBERS = 10_000
_SHOWN = 5
_PIECE = 1 << 18


@dataclass(frozen=True, slots=True)
class Content:
    """What is to be read of a file.

    Parameters
    ----------
    path
        The file.
    packing
        How it is packed.
    member
        Which of the files in an archive is meant; empty where it is none.
    size
        Bytes as they are packed.
    """

    path: Path
    packing: Packing = "none"
    member: str = ""
    size: int = 0

    @property
    def name(self) -> str:
        """Name for messages."""
        return f"{self.member} in {self.path.name}" if self.member else self.path.name

    @property
    def stem(self) -> str:
        """Name of the recording: the file's, without its endings."""
        stem = self.path.stem
        if self.packing == "gzip" and stem.lower().endswith((".csv", ".txt", ".tsv", ".dat")):
            stem = stem[:-4]
        return stem

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Open it for reading from the start; whatever goes wrong within is told as a `RecordingError`."""
        try:
            if self.packing == "gzip":
                with gzip.open(self.path) as unpacked:
                    yield cast("IO[bytes]", _Limited(cast("IO[bytes]", unpacked), self))
            elif self.packing == "zip":
                with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as unpacked:
                    yield cast("IO[bytes]", _Limited(unpacked, self))
            else:
                with self.path.open("rb") as file:
                    yield file
        except (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile, NotImplementedError, KeyError) as error:
            raise RecordingError(f"{self.name} is packed, and damaged or cut short; copy or pack it again.") from error
        except RuntimeError as error:  # what zipfile raises where a password is asked for
            raise RecordingError(f"{self.name} cannot be unpacked ({error}); unpack it first.") from error
        except OSError as error:
            raise RecordingError(f"{self.path} cannot be read: {error.strerror or error}.") from None

    def head(self, size: int) -> bytes:
        """Read its first bytes."""
        with self.open() as file:
            return file.read(size)

    def tail(self, size: int) -> bytes:
        """Read its last bytes; nothing of a packed file, which would have to be unpacked for them."""
        if self.packing != "none":
            return b""
        with self.open() as file:
            file.seek(max(0, file.seek(0, 2) - size))
            return file.read(size)


def whole_of(path: Path, packing: Packing) -> Content:
    """Say what is to be read of a file that is no archive.

    Raises
    ------
    RecordingError
        Where it is not there any more.
    """
    try:
        return Content(path, packing, "", path.stat().st_size)
    except OSError as error:
        raise RecordingError(f"{path} cannot be read: {error.strerror}.") from None


def members_of(path: Path) -> list[Content]:
    """List the files in an archive that hold anything.

    Raises
    ------
    RecordingError
        Where it is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            found = [
                each
                for each in archive.infolist()[:_MOST_MEMBERS]
                if each.filename and not each.is_dir() and each.file_size
            ]
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError) as error:
        raise RecordingError(f"{path.name} is packed, and damaged or cut short; copy or pack it again.") from error
    return [Content(path, "zip", each.filename, max(each.compress_size, 1)) for each in found]


def taken_of(content: Content, others: Sequence[Content]) -> str:
    """Say which file of an archive was read, and which ones were not."""
    left = ", ".join(other.member for other in others[:_SHOWN]) + (" …" if len(others) > _SHOWN else "")
    return f"Of the archive {content.member} was read{f'; {left} left out' if left else ''}."


class _Limited:
    """Unpacks no more than a recording can hold."""

    def __init__(self, unpacked: IO[bytes], content: Content) -> None:
        self._unpacked = unpacked
        self._content = content
        self._most = min(MOST_BYTES, max(_FREE_BYTES, MOST_TIMES * content.size))
        self._read = 0

    def read(self, size: int) -> bytes:
        piece = self._unpacked.read(size)
        self._read += len(piece)
        if self._read > self._most:
            raise RecordingError(
                f"{self._content.name} unpacks to more than {self._most / 1e6:.0f} MB, which no recording of its size "
                "does; unpack it first if you trust it."
            )
        return piece


def pieces(content: Content, encoding: str, size: int) -> Iterator[bytes]:
    """Read a text in pieces of whole lines, about so many bytes each; the last may lack the end of its line."""
    decoder = codecs.getincrementaldecoder(encoding)("replace") if encoding.startswith("utf-16") else None
    left = b""
    at_start = True
    only_returns = False
    with content.open() as file:
        while raw := file.read(size):
            if decoder is not None:
                raw = decoder.decode(raw).encode("utf-8", "replace")
            if at_start and raw:
                at_start = False
                raw = raw.removeprefix(codecs.BOM_UTF8)
                only_returns = b"\n" not in raw and b"\r" in raw
            if only_returns:
                raw = raw.replace(b"\r", b"\n") if b"\n" not in raw else raw
            end = raw.rfind(b"\n") + 1
            if end == 0:
                left += raw
                if len(left) > _LONGEST_LINE:
                    left = left.rstrip(b"\0")  # the long tail of nothing that a crash leaves
                if len(left) > _LONGEST_LINE:
                    raise RecordingError(f"{content.name} has a line of {len(left)} bytes; it is no table of numbers.")
                continue
            yield left + raw[:end]
            left = raw[end:]
    if left:
        yield left
