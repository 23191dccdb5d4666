"""Promise: a sheet has one page for a patient and two for a clinician, on A4 and on Letter, and nothing on them is cut
off at an edge or so pale that a grey print loses it; shown by printing it and looking at the pages."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import numpy as np
import pytest

from detector.report import READERS, sheet_of
from detector.report.html import PAPERS
from detector.report.pdf import NoBrowserError, as_pdf, browser
from detector.words import translations

PAGES = {"patient": 1, "clinician": 2}
INCHES = {"a4": (8.27, 11.69), "letter": (8.5, 11.0)}
DOTS = 60
WHITE = 250


def pages(html):
    """Return the pages of a printed sheet in grey, 0 to 255."""
    try:
        import pypdfium2
    except ImportError:
        _do_without("pypdfium2 comes with the extra [browser]")
    try:
        browser()
    except NoBrowserError as error:
        _do_without(str(error))
    document = pypdfium2.PdfDocument(as_pdf(html))
    try:
        return [document[number].render(scale=DOTS / 72, grayscale=True).to_numpy() for number in range(len(document))]
    finally:
        document.close()


def _do_without(reason: str) -> NoReturn:
    (pytest.fail if os.environ.get("FASCIWATCH_BROWSER") else pytest.skip)(reason)


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("kind", ["good", "two", "hostile", "off"])
def test_it_has_its_pages_and_nothing_is_cut_off(nights, kind, reader, paper):
    html, _ = sheet_of(nights[kind], nights[kind].parent, reader, paper=paper, words=translations(["en"]))
    printed = pages(html)
    assert len(printed) == PAGES[reader]
    wide, high = (round(inch * DOTS) for inch in INCHES[paper])
    for page in printed:
        assert abs(page.shape[1] - wide) <= 1
        assert abs(page.shape[0] - high) <= 1
        inked = page < WHITE
        assert inked.mean() > 0.01, "an empty page"
        edge = round(0.3 * DOTS)
        for strip in (inked[:edge], inked[-edge:], inked[:, :edge], inked[:, -edge:]):
            assert not strip.any(), "something reaches into the margin"
        assert (page < 80).any(), "nothing is dark"
        assert inked[: high // 2].any()


def test_bars_can_be_told_from_what_was_not_measured_in_grey(nights):
    """Of two wearables side by side one is plain and the other hatched: the shades alone would not tell."""
    html, _ = sheet_of(nights["two"], nights["two"].parent, "patient", paper="a4", words=translations(["en"]))
    drawing = html[html.index("<svg") : html.index("</svg>")]
    assert drawing.count("<pattern") >= 2
    assert np.unique([part.split('"')[0] for part in drawing.split('fill="')[1:]]).size >= 4


def test_without_a_browser_it_says_what_to_do(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setattr("detector.report.pdf._ELSEWHERE", {})
    with pytest.raises(NoBrowserError, match="open the sheet in any browser and print it"):
        as_pdf("<p>")


@pytest.mark.skipif(os.name == "nt", reason="the program that fails is a shell script")
def test_a_browser_that_fails_is_told(monkeypatch, tmp_path):
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\necho 'no screen' >&2\nexit 3\n")
    program.chmod(0o700)
    monkeypatch.setattr("detector.report.pdf.browser", lambda: str(program))
    with pytest.raises(NoBrowserError, match="did not print the sheet \\(no screen\\)"):
        as_pdf("<p>")
