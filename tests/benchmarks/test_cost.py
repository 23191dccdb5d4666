"""Promise: the cost benchmark records and receives in real time, and prints each figure beside its target."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from detector.night import Night


@pytest.mark.parametrize("how", ["record", "listen"])
def test_what_a_process_spends(how, tmp_path):
    command = [sys.executable, "-m", "benchmarks.cost.recorder", how, str(tmp_path), "200", "3"]
    spent = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    assert 0 < spent["core"] < 2
    assert spent["resident_mb"] > 50
    if how == "record":
        with Night(tmp_path / "cost.night") as night:
            assert night.summary().recorded_s > 3
    else:
        assert list(tmp_path.iterdir()) == []
