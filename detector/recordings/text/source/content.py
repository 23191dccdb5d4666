"""The text of a file as a stream of bytes, packed or not: in UTF-8 or another encoding whose ASCII is ASCII.

UTF-16 is turned into UTF-8, and the bare carriage returns of old Macintoshes into line feeds.
"""

from __future__ import annotations

import codecs
import gzip
import zipfile
import zlib
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Literal, cast

from detector.errors import RecordingError
from detector.recordings.bounds import most_out_of

if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

Packing = Literal["none", "gzip", "zip"]

_UNREADABLE = (EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, KeyError, RuntimeError, OSError)
"""What is raised of a file in an archive that is damaged, or packed in a way that is not known here, or locked."""
_LONGEST_LINE = 1 << 24
_MOST_MEMBERS = 10_000
_SHOWN = 5
PAD = 8
"""Bytes behind a piece that may be looked at, whatever stands in them."""


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
                    yield cast("IO[bytes]", Limited(cast("IO[bytes]", unpacked), self.name, self.size))
            elif self.packing == "zip":
                with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as unpacked:
                    yield cast("IO[bytes]", Limited(unpacked, self.name, self.size))
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


def heads_of(members: Sequence[Content], size: int) -> Iterator[tuple[Content, bytes]]:
    """Read the first bytes of the files in an archive, which is opened once; those are left out that cannot be read."""
    if not members:
        return
    with suppress(zipfile.BadZipFile, OSError), zipfile.ZipFile(members[0].path) as archive:
        for content in members:
            with suppress(*_UNREADABLE), archive.open(content.member) as file:
                yield content, file.read(size)


def taken_of(content: Content, others: Sequence[Content]) -> str:
    """Say which file of an archive was read, and which ones were not."""
    left = ", ".join(other.member for other in others[:_SHOWN]) + (" …" if len(others) > _SHOWN else "")
    return f"Of the archive {content.member} was read{f'; {left} left out' if left else ''}."


class Limited:
    """Unpacks no more than a recording can hold.

    Parameters
    ----------
    unpacked
        What unpacks.
    name, size
        Name of the packed file, and its bytes.
    """

    def __init__(self, unpacked: IO[bytes], name: str, size: int) -> None:
        self._unpacked = unpacked
        self._name = name
        self._most = most_out_of(size)
        self._read = 0

    def read(self, size: int) -> bytes:
        """Unpack the next bytes; raises `RecordingError` once they are too many."""
        piece = self._unpacked.read(size)
        self._read += len(piece)
        if self._read > self._most:
            raise RecordingError(
                f"{self._name} unpacks to more than {self._most / 1e6:.0f} MB, which no recording of its size "
                "does; unpack it first if you trust it."
            )
        return piece

    def readinto(self, place: memoryview) -> int:
        """Unpack the next bytes to a place; raises `RecordingError` once they are too many."""
        piece = self.read(len(place))
        place[: len(piece)] = piece
        return len(piece)


def pieces(content: Content, encoding: str, size: int) -> Iterator[tuple[bytearray, int]]:
    """Read a text in pieces of whole lines, about so many bytes each, every line with its end.

    Yields
    ------
    bytearray
        A piece stands at its beginning, and behind it at least `PAD` bytes of anything. It is used again for the next.
    int
        Where the piece ends.
    """
    buffer = bytearray(size + PAD)
    held = 0
    only_returns: bool | None = None
    with content.open() as file:
        take = _reader(file, encoding)
        while True:
            if len(buffer) < held + size + PAD:
                buffer = buffer[:held] + bytearray(max(held, size) + size + PAD)
            buffer, count = take(buffer, held, size)
            if count == 0:
                break
            if only_returns is None:
                count = _without_mark(buffer, count)
                only_returns = buffer.find(b"\n", 0, count) < 0 <= buffer.find(b"\r", 0, count)
            if only_returns and buffer.find(b"\n", held, held + count) < 0:
                buffer[held : held + count] = buffer[held : held + count].replace(b"\r", b"\n")
            end = buffer.rfind(b"\n", held, held + count) + 1
            held += count
            if end == 0:
                if held > _LONGEST_LINE:
                    held = len(buffer[:held].rstrip(b"\0"))  # the long tail of nothing that a crash leaves
                if held > _LONGEST_LINE:
                    raise RecordingError(f"{content.name} has a line of {held} bytes; it is no table of numbers.")
                continue
            yield buffer, end
            buffer[: held - end] = buffer[end:held]
            held -= end
    if held:
        buffer[held] = 10
        yield buffer, held + 1


def _without_mark(buffer: bytearray, count: int) -> int:
    """Take the mark of UTF-8 out of the first bytes of a file; gives how many are left."""
    mark = len(codecs.BOM_UTF8)
    if not buffer.startswith(codecs.BOM_UTF8, 0, count):
        return count
    buffer[: count - mark] = buffer[mark:count]
    return count - mark


def _reader(file: IO[bytes], encoding: str) -> Callable[[bytearray, int, int], tuple[bytearray, int]]:
    """Give what reads so many bytes of a file to a place in a buffer; gives the buffer, and how many came."""

    def take(buffer: bytearray, at: int, size: int) -> tuple[bytearray, int]:
        with memoryview(buffer) as view, view[at : at + size] as place:
            return buffer, cast("io.BufferedIOBase", file).readinto(place)

    if not encoding.startswith("utf-16"):
        return take
    decoder = codecs.getincrementaldecoder(encoding)("replace")

    def decode(buffer: bytearray, at: int, size: int) -> tuple[bytearray, int]:
        text = b""
        while not text and (raw := file.read(size)):
            text = decoder.decode(raw).encode("utf-8", "replace")
        if len(buffer) < at + len(text) + PAD:
            buffer = buffer[:at] + bytearray(2 * len(text) + PAD)
        buffer[at : at + len(text)] = text
        return buffer, len(text)

    return decode
