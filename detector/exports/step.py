"""How far an export is, told to who waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import numpy as np
    import numpy.typing as npt

    from detector.night.codec.segment import Anchors


class Step:
    """Tells how far an export is.

    Parameters
    ----------
    tell
        Called with the number of samples that have been read since; None for nobody.
    """

    def __init__(self, tell: Callable[[int], None] | None) -> None:
        self._tell = tell

    def watched(
        self, blocks: Iterable[tuple[Anchors, npt.NDArray[np.float32]]]
    ) -> Iterator[tuple[Anchors, npt.NDArray[np.float32]]]:
        """Hand blocks of samples on, and tell of each once it is done."""
        for block in blocks:
            yield block
            if self._tell is not None:
                self._tell(len(block[1]))
