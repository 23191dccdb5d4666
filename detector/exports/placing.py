"""Files that are there whole or not at all, and never in the place of somebody else's."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detector.errors import FasciwatchError
from detector.night.writing.lock import is_held, writing

if TYPE_CHECKING:
    from collections.abc import Iterator

_BEGINNING_S = 10.0
"""A folder that is younger than this may be of an export that has not taken its lock yet."""
_LOCKED = "export"
_HIDDEN = ".fasciwatch-export-"


@dataclass(slots=True)
class Batch:
    """The files of one night in one folder.

    Parameters
    ----------
    folder
        Where they go.
    workshop
        Where they are written.
    stem
        What their names begin with.
    names
        Those written so far.
    """

    folder: Path
    workshop: Path
    stem: str
    names: list[str] = field(default_factory=list)

    def path(self, ending: str) -> Path:
        """Return where to write the file of the night with this ending."""
        name = f"{self.stem}{ending}"
        self.names.append(name)
        return self.workshop / name


@contextlib.contextmanager
def workshop_in(folder: Path) -> Iterator[Path]:
    """Give a hidden folder to write in, on the same disk, that is gone afterwards whatever happens.

    Raises
    ------
    FasciwatchError
        Where nothing can be written there.
    """
    with told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob(f"{_HIDDEN}*"):
            # The system drops the lock of who was killed, so what he or she has left is known by that.
            if time.time() - old.lstat().st_mtime > _BEGINNING_S and not is_held(old / _LOCKED):
                shutil.rmtree(old, ignore_errors=True)
        made = Path(tempfile.mkdtemp(prefix=_HIDDEN, dir=folder))
    try:
        with told(folder), writing(made / _LOCKED):
            yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextlib.contextmanager
def told(folder: Path) -> Iterator[None]:
    """Turn what the system raises into a sentence about this folder."""
    try:
        yield
    except OSError as error:
        words = error.strerror or error
        raise FasciwatchError(
            f"the export cannot be written to {folder} ({words}): free some space, or name another folder with -o"
        ) from error


@contextlib.contextmanager
def batch(folder: Path, stem: str, facts: dict[str, Any]) -> Iterator[Batch]:
    """Write the files of a night, and put all in place at the end.

    Beside them lies ``STEM.json``, which says what made them, whose night it is, and which files belong to it. What an
    earlier export of the same night has written is replaced; of another night of that evening the stem is longer.

    Raises
    ------
    FasciwatchError
        Where a file is in the way that is none of this night's.
    """
    with workshop_in(folder) as workshop:
        chosen = _stem(folder, stem, facts["identity"])
        files = Batch(folder, workshop, chosen)
        yield files
        earlier = _belonging(folder / f"{chosen}.json", facts["identity"]) or []
        for name in files.names:
            if name not in earlier and (folder / name).exists():
                raise FasciwatchError(
                    f"{folder / name} is there and is no export of this night: name another folder with -o"
                )
        everything = sorted({*earlier, *files.names})
        card = workshop / f"{chosen}.json"
        write_text(card, json.dumps(facts | {"files": everything}, indent=2, ensure_ascii=False) + "\n")
        # The card first: who is killed in between finds its own files again.
        for path in (card, *(workshop / name for name in files.names)):
            put(path, folder / path.name)
        sync(folder)


def write_text(path: Path, words: str) -> None:
    """Write a text file, the same on every system."""
    path.write_text(words, encoding="utf-8", newline="\n")


def put(written: Path, there: Path) -> None:
    """Put a file in place once it is on the disk."""
    with written.open("rb+") as file:
        os.fsync(file.fileno())
    written.replace(there)


def sync(folder: Path) -> None:
    """Have the names in a folder on the disk; Windows does so by itself."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _stem(folder: Path, stem: str, identity: str) -> str:
    """Find a name that is this night's or nobody's."""
    for candidate in (stem, f"{stem}-{identity[:6]}"):
        if _belonging(folder / f"{candidate}.json", identity) is not None:
            return candidate
        if not _is_taken(folder, candidate):
            return candidate
    raise FasciwatchError(
        f"{folder} holds files called {stem} that are no export of this night: name another folder with -o"
    )


def _is_taken(folder: Path, stem: str) -> bool:
    return any(path.name.startswith((f"{stem}.", f"{stem}_")) for path in folder.iterdir())


def _belonging(card: Path, identity: str) -> list[str] | None:
    """Return the files that a card says are this night's; None where it is none of this night."""
    try:
        said = json.loads(card.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or said.get("identity") != identity or not isinstance(said.get("files"), list):
        return None
    return [str(name) for name in said["files"]]
