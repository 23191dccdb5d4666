"""Binary recordings out of gzip or zip: unpacked into a folder of their own, for as long as they are needed.

Text is read as it is unpacked, and so are the binary formats that are read from the start to the end. What is left
jumps in its file, or belongs to a library that asks for one.
"""

from __future__ import annotations

import tempfile
import weakref
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from detector.errors import RecordingError
from detector.recordings.text.source.content import heads_of, members_of, taken_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from detector.recordings.recording import Recording
    from detector.recordings.text.source.content import Content

_MOST_MEMBERS = 1000
_HEAD_BYTES = 1 << 15
"""So much is unpacked of each file of an archive to recognise binary formats: where all are text, text reads on."""
_PIECE = 1 << 20


def of_archive(path: Path, is_wanted: Callable[[bytes, Path], bool]) -> list[Content]:
    """Find the files in an archive that are wanted, by their beginnings and names; none where it is damaged."""
    try:
        members = members_of(path)[:_MOST_MEMBERS]
    except RecordingError:
        return []
    return [content for content, head in heads_of(members, _HEAD_BYTES) if is_wanted(head, Path(content.member))]


def open_unpacked(contents: Sequence[Content], open_it: Callable[[Path], Recording]) -> Recording:
    """Unpack the first of several and open it.

    Parameters
    ----------
    contents
        Of one file; the others are named in a note.
    open_it
        Opens what was unpacked.

    Returns
    -------
    Recording
        The folder goes with it.

    Raises
    ------
    RecordingError
        Where it cannot be unpacked, or is no recording.
    """
    content, *others = contents
    folder = tempfile.TemporaryDirectory(prefix="fasciwatch-", ignore_cleanup_errors=True)
    try:
        inside = Path(folder.name) / _name(content)
        with content.open() as packed:
            _copy(packed, inside, content)
        recording = open_it(inside)
    except BaseException:
        folder.cleanup()
        raise
    weakref.finalize(recording, folder.cleanup)
    if content.member:
        recording.notes.insert(0, taken_of(content, others))
    return recording


def _name(content: Content) -> str:
    """Return a plain name: an archive may hold any, also such as lead elsewhere."""
    name = PurePosixPath(content.member.replace("\\", "/")).name if content.member else content.path.stem
    return name if name.strip(". ") and "\0" not in name else "recording"


def _copy(packed: IO[bytes], inside: Path, content: Content) -> None:
    try:
        file = inside.open("wb")
    except (OSError, ValueError) as error:
        raise RecordingError(f"{content.name} cannot be unpacked ({error}); unpack it first.") from error
    with file:
        while piece := packed.read(_PIECE):
            try:
                file.write(piece)
            except OSError as error:
                raise RecordingError(
                    f"There is no room to unpack {content.name} in {inside.parent.parent} ({error.strerror}); free "
                    "some space, or set TMPDIR to another folder."
                ) from error
