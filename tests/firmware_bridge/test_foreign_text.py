"""Promise: no word that somebody else has chosen writes to the terminal, begins a formula, or names a file oddly."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.foreign_text import LONGEST, STAND_IN, cell, clean, file_name, line


@pytest.mark.parametrize(
    "name",
    ["Polar H10 12345678", "Bücher 時計", "Uhr 👩‍🔬 (left)", "نبض", "it's 100 %", "WT901BLE67"],
)
def test_words_that_can_be_shown_stay_as_they_are(name):
    assert clean(name) == line(name) == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Polar H10 \x1b[2J", f"Polar H10 {STAND_IN}[2J"),
        ("Polar H10 \x9b31m", f"Polar H10 {STAND_IN}31m"),
        ("Polar H10\nfasciwatch: all is well", f"Polar H10{STAND_IN}fasciwatch: all is well"),
        ("Polar H10 \u202egnp.exe", f"Polar H10 {STAND_IN}gnp.exe"),
        ("Polar H10 \u2028x\x85y", f"Polar H10 {STAND_IN}x{STAND_IN}y"),
        ("Polar \ud800", f"Polar {STAND_IN}"),
        ("Polar H10 12345678\0\0\0", "Polar H10 12345678"),
        (" Polar H10 12345678\r\n", "Polar H10 12345678"),
        ("\0", ""),
        ("A" * 300, "A" * (LONGEST - 1) + "…"),
    ],
)
def test_what_cannot_be_shown_is_taken_out(name, shown):
    assert clean(name) == shown


@given(st.text())
def test_whatever_the_words_are(words):
    words += "\udc9b"
    shown = clean(words)
    assert len(shown) <= LONGEST
    assert clean(shown) == shown
    shown.encode()
    for each in (shown, line(words)):
        assert not {unicodedata.category(letter) for letter in each} & {"Cc", "Cs", "Zl", "Zp"}
    assert cell(shown)[:1] not in {"=", "+", "-", "@"}
    name = file_name(words)
    assert 0 < len(name.encode()) <= 120
    assert not set(name) & set('<>:"/\\|?*')
    assert name[0] not in ".-~"
    assert name == name.strip()
