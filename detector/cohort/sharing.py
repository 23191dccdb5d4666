"""Parts of a cohort, one for each job of a batch system: together they are all nights, each of them once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from detector.errors import FasciwatchError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.cohort.task import Task


@dataclass(frozen=True, slots=True)
class Shard:
    """One of so many parts.

    Parameters
    ----------
    number
        Which, from 1.
    of
        How many there are.
    """

    number: int
    of: int

    @classmethod
    def read(cls, words: str) -> Self:
        """Read ``1/4``.

        Raises
        ------
        FasciwatchError
            Where it is no such thing.
        """
        match = re.fullmatch(r"\s*(\d{1,9})\s*/\s*(\d{1,9})\s*", words)
        shard = None if match is None else cls(int(match[1]), int(match[2]))
        if shard is None or not 1 <= shard.number <= shard.of:
            raise FasciwatchError(f"--shard {words}: say which of how many parts, as 1/4 to 4/4")
        return shard

    def pick(self, tasks: Sequence[Task]) -> list[Task]:
        """Pick this part: every so-many-th task, so that the nights of a person are shared out."""
        return list(tasks[self.number - 1 :: self.of])

    def __str__(self) -> str:
        return f"{self.number}-of-{self.of}"
