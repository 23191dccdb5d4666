"""Promise: reading, naming and writing nights loads no compiler and no radio."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import detector.night


def test_all_names_are_there():
    for name in detector.night.__all__:
        assert getattr(getattr(detector.night, name), "__name__", name) == name or name == "Source"
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = detector.night.Nothing


def test_nothing_heavy_is_imported():
    script = (
        "import sys, detector.night as night\n"
        "before = set(sys.modules)\n"
        "assert not before & {'numpy', 'sqlcipher3'}, 'handing on names must cost nothing'\n"
        "[getattr(night, name) for name in night.__all__]\n"
        "print(' '.join(set(sys.modules) & {'numba', 'scipy', 'bleak', 'bumble'}))"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3]
    )
    assert found.stdout.strip() == ""
