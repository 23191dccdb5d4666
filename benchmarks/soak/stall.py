"""A disk that stalls, as the recorder meets it: another program holds the night's file and nothing can be written."""

from __future__ import annotations

from pathlib import Path

from sqlcipher3 import dbapi2 as sqlite


class Stall:
    """Holds a night's write lock from its making to `end`.

    Parameters
    ----------
    night
        The file.
    until_s
        When it shall end, for who watches the time.
    """

    def __init__(self, night: Path, until_s: float) -> None:
        self.until_s = until_s
        self._connection = sqlite.connect(night, isolation_level=None, timeout=60.0, check_same_thread=False)
        self._connection.execute("BEGIN IMMEDIATE")

    def end(self) -> None:
        """Let the recorder write again."""
        self._connection.execute("ROLLBACK")
        self._connection.close()
