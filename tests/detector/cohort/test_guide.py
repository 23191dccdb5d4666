"""Promise: the example of a mixed model runs as it stands on the tables of a cohort, and finds what was put in."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import numpy as np
import pytest

from detector.cohort.finding.subjects import Cohort
from detector.cohort.gathering import gather
from detector.cohort.settings import Settings
from detector.cohort.task import Task

GUIDE = Path(__file__).parents[3] / ".readme" / "cohort.md"
(EXAMPLE,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)


def test_the_example_finds_the_factor(put, tmp_path, monkeypatch, capsys):
    pytest.importorskip("statsmodels", reason="statsmodels comes with the extra [bench]")
    rng = np.random.default_rng(5)
    tasks = []
    for person in range(12):
        group = "patient" if person % 2 else "control"
        level = (40.0 if person % 2 else 10.0) * rng.lognormal(0, 0.2)
        for night in range(4):
            task = Task(
                tmp_path / f"{person}-{night}.cwa", f"{person:02}", f"{person:02} {person}-{night}.cwa", "", group
            )
            put(task, 7.0, int(rng.poisson(2 * level * 7.0)), evening=f"2026-11-{night + 1:02}")
            tasks.append(task)
    people = {task.subject: task.group for task in tasks}
    gather(Cohort(tuple(tasks), (), "", people), Settings(), tmp_path / "out", {})
    (tmp_path / "out").rename(tmp_path / "results")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what pandas and statsmodels say of each other's versions
        exec(compile(EXAMPLE, str(GUIDE), "exec"), names)  # noqa: S102 - it is ours
    assert names["factor"] == pytest.approx(4.0, rel=0.3)
    assert names["low"] < 4.0 < names["high"]
    assert "times as many twitches an hour" in capsys.readouterr().out
