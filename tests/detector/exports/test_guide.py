"""Promise: the examples for numpy and MNE run as they stand, and find what is in the night."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pytest

GUIDE = Path(__file__).parents[3] / ".readme" / "mne.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def told(one, tmp_path, monkeypatch):
    shutil.copy(one.path, tmp_path / "2026-11-23.night")
    monkeypatch.chdir(tmp_path)

    def run(example):
        names = {}
        exec(compile(example, str(GUIDE), "exec"), names)  # noqa: S102 - it is ours
        return names

    return run


def test_the_example_of_numpy(told, one, capsys):
    names = told(EXAMPLES[0])
    (count,) = one.samples.values()
    assert names["leg"].xyz.shape == (count, 3)
    assert names["leg"].stretches[:, 0].tolist() == [0, names["leg"].stretches[0, 1]]
    assert names["twitch_mg"].shape == (7, 3)
    assert "int64" in capsys.readouterr().out


def test_the_example_of_mne(told):
    mne = pytest.importorskip("mne", reason="MNE comes with the extra [peers]")
    mne.set_log_level("ERROR")
    names = told(EXAMPLES[1])
    assert len(names["epochs"]) == 2
    assert names["average_mg"].shape == (3, 53)
    assert np.abs(names["average_mg"]).max() < 30  # no gap in it
