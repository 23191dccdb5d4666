"""What is sound of that which reviewers said of a night."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from detector.night.integrity.small_rows import each_row
from detector.night.judging.rows import action_of, estimate_of, label_of, regrouping_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from detector.night.integrity.found import Inspection


def judged_rows(found: Inspection) -> None:
    """Look at the actions, and at what was said by each that is sound."""
    known: set[int] = set()

    def look_at_action(values: Sequence[Any]) -> None:
        action = action_of(values)
        if action.undoes is not None and action.undoes not in known:
            raise ValueError("what a reviewer took back is not there")
        known.add(action.number)

    def look_at(restore: Callable[[Sequence[Any]], object]) -> Callable[[Sequence[Any]], None]:
        def look(values: Sequence[Any]) -> None:
            restore(values)
            if values[0] not in known:
                raise ValueError("a label belongs to nothing that a reviewer did")

        return look

    each_row(found, "action", look_at_action, when="made_utc_ns")
    each_row(found, "label", look_at(lambda row: label_of(row, found.sensors)), "sensor", "onset_ns")
    each_row(found, "regrouping", look_at(lambda row: regrouping_of(row, found.sensors)), "sensor", "onset_ns")
    each_row(found, "estimate", look_at(estimate_of))
