"""Events with what reviewers said of them, as lines for a person."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from detector.summary.judged.labelled import DETECTOR, LABEL_FIELDS, LABELLED_FIELDS, REVIEWER, labelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["DETECTOR", "LABELLED_FIELDS", "LABEL_FIELDS", "REVIEWER", "in_words", "labelled", "table"]


def table(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Write such rows as lines for a person."""
    if not rows:
        return []
    head = (
        f"{'onset (UTC)':>27}  {'seconds':>9}  {'lasts s':>7}  {'kind':<13} {'mg p-p':>7}  {'label':<13} {'how':<8}  "
        f"{'labelled (UTC)':<19}  {'reviewer':<12}  flags"
    )
    return [head, *map(_line, rows)]


def _line(row: dict[str, Any]) -> str:
    p2p = "-" if row["p2p_mg"] is None else f"{row['p2p_mg']:.1f}"
    when = (row["labelled_utc"] or "")[:19].replace("T", " ")
    own = ["the reviewer's own"] if row["found_by"] == REVIEWER else []
    flags = "|".join([*own, *filter(None, [row["flags"]])])
    return (
        f"{row['onset_utc'] or '-':>27}  {row['onset_s']:>9.2f}  {row['duration_s']:>7.2f}  {row['kind']:<13} "
        f"{p2p:>7}  {row['label'] or '-':<13} {row['label_how'] or '':<8}  {when:<19}  {row['reviewer'] or '':<12}  "
        f"{flags}"
    ).rstrip()


def in_words(rows: Iterable[dict[str, Any]]) -> str:
    """Say how many of them have which label."""
    found = list(rows)
    said = Counter(_word(row) for row in found if row["found_by"] == DETECTOR)
    own = sum(row["found_by"] == REVIEWER for row in found)
    words = ", ".join(f"{count} {label}" for label, count in sorted(said.items())) or "none"
    return f"  labels: {words}" + (f"; and {own} of a reviewer's own" if own else "")


def _word(row: dict[str, Any]) -> str:
    if row["label"] is None:
        return "not judged"
    return f"{row['label']} by default" if row["label_how"] == "default" else str(row["label"])
