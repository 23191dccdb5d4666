"""Imports point one way, and what need not be fast to start stays out of what must be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def imported_by(program: str) -> set[str]:
    """Names of the modules loaded once a program has run in a fresh process."""
    printed = subprocess.run(
        [sys.executable, "-c", f"{program}\nimport sys\nprint(*sys.modules)"],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    ).stdout
    return set(printed.splitlines()[-1].split())


def test_contracts_between_the_packages():
    pytest.importorskip("importlinter", reason="import-linter comes with the extra [dev]")
    program = "import sys; from importlinter.cli import lint_imports_command as run; sys.argv = ['lint-imports']; run()"
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


@pytest.mark.parametrize("module", ["detector", "detector.cli", "detector.night", "detector.events"])
def test_light_modules_import_no_compiler(module):
    loaded = imported_by(f"import {module}")
    assert not {"numba", "scipy", "bumble", "bleak"} & {name.partition(".")[0] for name in loaded}


def test_help_imports_neither_numba_nor_scipy():
    for words in ([], ["review"], ["nights"], ["report"]):
        loaded = imported_by(f"from detector.cli import main\nmain({[*words, '--help']}, standalone_mode=False)")
        assert not {"numba", "scipy", "numpy", "rich", "starlette", "uvicorn"} & loaded


def test_the_page_and_the_list_of_nights_know_neither_compiler_nor_radio():
    for module in ("detector.review.serving.serve", "detector.review.app", "detector.summary.line", "detector.report"):
        loaded = imported_by(f"import {module}")
        assert not {"numba", "scipy", "bumble", "bleak", "rich"} & loaded
        assert not {
            name for name in loaded if name.startswith(("detector.signal", "detector.watch", "detector.recorder"))
        }


def test_the_top_level_names():
    import detector

    assert dir(detector) == ["Detector", "DetectorConfig", "Event", "detect"]
    assert detector.Detector(100.0).rate_hz == 100.0
    with pytest.raises(AttributeError, match="nonsense"):
        _ = detector.nonsense


def test_both_packages_say_that_they_are_typed():
    assert (ROOT / "detector" / "py.typed").is_file()
    assert (ROOT / "firmware_bridge" / "py.typed").is_file()
