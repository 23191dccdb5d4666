"""Promise: a sheet is written whole, for its owner alone, and over nothing but an older sheet."""

from __future__ import annotations

import os
import stat

import pytest

from detector.errors import FasciwatchError
from detector.report.html import MARK
from detector.report.saving import TakenError, is_sheet, save

HTML = f'<!doctype html><meta name="generator" content="{MARK}">one'.encode()


def test_an_older_sheet_is_replaced(tmp_path):
    target = tmp_path / "a.html"
    save(target, HTML)
    save(target, HTML + b"two")
    assert target.read_bytes() == HTML + b"two"
    assert [each.name for each in tmp_path.iterdir()] == ["a.html"]
    if os.name != "nt":
        assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_so_is_one_as_pdf(tmp_path):
    target = tmp_path / "a.pdf"
    save(target, b"%PDF-1.7 one")
    assert is_sheet(target)
    save(target, b"%PDF-1.7 two")
    assert b"two" in target.read_bytes()


@pytest.mark.parametrize(
    "content", [b"", b"a letter", b"%PDF-1.7 of somebody else", b"<!doctype html>fasciwatch sheet"]
)
def test_another_file_is_not(tmp_path, content):
    target = tmp_path / "a.html"
    target.write_bytes(content)
    with pytest.raises(TakenError, match="name another file"):
        save(target, HTML)
    assert target.read_bytes() == content


@pytest.mark.usefixtures("links")
def test_nor_a_folder_or_a_link(tmp_path):
    save(tmp_path / "sheet.html", HTML)
    (tmp_path / "folder").mkdir()
    for name in ("link", "dead"):
        (tmp_path / name).symlink_to(tmp_path / ("sheet.html" if name == "link" else "nothing"))
    for name in ("folder", "link", "dead"):
        with pytest.raises(TakenError):
            save(tmp_path / name, HTML)


def test_where_it_cannot_be_written_it_says_so(tmp_path):
    with pytest.raises(FasciwatchError, match="cannot write"):
        save(tmp_path / "nowhere" / "a.html", HTML)
