"""The sheets that a night is handed on with: one for whom it is of, one for a clinician."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from detector.report.around import Around, around_of
from detector.report.facts import NightFacts, facts_of
from detector.report.html import PAPERS, Paper, policy
from detector.report.sheet import READERS, Reader, write_sheet
from detector.words import translations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from gettext import NullTranslations
    from pathlib import Path

__all__ = ["PAPERS", "READERS", "NightFacts", "Paper", "Reader", "facts_of", "policy", "sheet_of", "write_sheet"]


def sheet_of(
    path: Path,
    library: Path,
    reader: Reader,
    *,
    asked: Sequence[Path] = (),
    name: str | None = None,
    paper: Paper | None = None,
    words: NullTranslations | None = None,
    each: Callable[[Iterable[Path]], Iterable[Path]] = iter,
) -> tuple[str, NightFacts]:
    """Write the sheet of a night.

    Parameters
    ----------
    path
        The night.
    library
        Where the nights lie that it is held against, and the diary. Of a night that lies elsewhere neither is told.
    reader
        Whom it is for.
    asked
        All nights that are to be shown, this one among them, where they are several.
    name
        Of the person; None for nobody's.
    paper
        The paper it is to be printed on; None for whatever there is.
    words
        The language; None for that of the computer.
    each
        Goes through the nights that it is held against, and may say so: those that are new take a while.

    Returns
    -------
    str
        HTML.
    NightFacts
        What is known of the night.

    Raises
    ------
    NightError
        Where the night cannot be read.
    """
    words = words or translations()
    facts = facts_of(path, with_shapes=reader == "clinician")
    is_ours = os.path.realpath(path.parent) == os.path.realpath(library)
    if is_ours or len(asked) > 1:
        around = around_of(facts, library, words, asked=asked, with_names=name is not None, each=each)
    else:
        around = Around(
            usual_exactly=(words.gettext("The night lies outside of the library: there are no others beside it."),)
        )
    return write_sheet(facts, reader, around, name=name, words=words, paper=paper), facts
