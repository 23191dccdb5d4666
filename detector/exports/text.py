"""Samples as text: our own CSV, exact to the bit, and what GGIR reads as raw CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.exports.tables import write_tables
from detector.night.gathered import times_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from detector.exports.placing import Batch
    from detector.exports.source import Source
    from detector.exports.step import Step

_US = 1_000_000


def write_own(source: Source, batch: Batch, step: Step) -> None:
    """Write ``utc_ns,x_g,y_g,z_g``: the times of the night's own map, and values that read back equal."""
    for wearable in source.wearables:
        with batch.path(f"_{wearable.alias}.csv").open("w", encoding="ascii", newline="") as file:
            file.write("utc_ns,x_g,y_g,z_g\n")
            for anchors, xyz in step.watched(source.blocks(wearable)):
                file.write(lines([list(map(str, times_of(anchors).tolist())), *in_words(xyz)], ","))
    write_tables(source, batch)


def write_for_ggir(source: Source, batch: Batch, step: Step) -> None:
    """Write ``time,x,y,z``: Unix seconds and g, for GGIR's ``read.myacc.csv``; gaps are left to its imputation."""
    for wearable in source.wearables:
        with batch.path(f"_{wearable.alias}_ggir.csv").open("w", encoding="ascii", newline="") as file:
            file.write("time,x,y,z\n")
            for anchors, xyz in step.watched(source.blocks(wearable)):
                whole, rest = np.divmod(np.rint(times_of(anchors) / 1e3).astype(np.int64), _US)
                seconds = [f"{a}.{b:06d}" for a, b in zip(whole.tolist(), rest.tolist(), strict=True)]
                file.write(lines([seconds, *in_words(xyz)], ","))


def in_words(xyz: npt.NDArray[np.float32]) -> list[list[str]]:
    """Write each axis as the shortest decimals that read back equal as float32; what is no number as ``nan``.

    A sensor has few values, so each is written once and looked up after that.
    """
    axes = []
    for axis in range(xyz.shape[1]):
        values, which = np.unique(xyz[:, axis].view(np.uint32), return_inverse=True)
        words = np.array([str(value) for value in values.view(np.float32)], object)
        axes.append(words[which].tolist())
    return axes


def lines(columns: Sequence[Sequence[str]], between: str) -> str:
    """Join columns as lines of a table."""
    return "\n".join(map(between.join, zip(*columns, strict=True))) + "\n"
