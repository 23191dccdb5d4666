"""One recording of one person, named: all that a worker has to be told of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Task:
    """A recording to be computed.

    Parameters
    ----------
    path
        Where it is.
    subject
        The person's code.
    key
        Subject and path as the table has them: the same wherever the folder of the recordings is mounted.
    session, group
        As the table says; "" where it does not.
    place
        Where the wearable was worn, as the table says; "" where it does not.
    """

    path: Path
    subject: str
    key: str
    session: str = ""
    group: str = ""
    place: str = ""
