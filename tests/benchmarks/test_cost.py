"""Promise: the cost benchmark records and receives in real time, tells what is the recorder's from what is virtual, and
prints each figure beside its target."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from benchmarks.cost.command import cost
from detector.errors import NightError
from detector.night import Night
from detector.summary import summarise


@pytest.mark.parametrize("how", ["record", "encrypt", "listen"])
def test_what_a_process_spends(how, tmp_path):
    command = [sys.executable, "-m", "benchmarks.cost.recorder", how, str(tmp_path), "200", "3"]
    spent = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    assert 0 < spent["core"] < 2
    assert spent["resident_mb"] > 50
    night_path = tmp_path / "cost.night"
    if how == "listen":
        assert list(tmp_path.iterdir()) == []
    elif how == "record":
        with Night(night_path) as night:
            assert summarise(night).recorded_s > 3
    else:
        assert night_path.stat().st_size > 4096
        with pytest.raises(NightError, match="encrypted"):
            Night(night_path)


def test_what_a_recorder_holds_has_no_virtual_radio_in_it():
    code = (
        "import sys; from benchmarks.cost.bare import take_in; take_in();"
        "print(*(name for name, module in sys.modules.items() if module is not None))"
    )
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True, text=True)
    packages = {name.partition(".")[0] for name in done.stdout.split()}
    assert packages >= {"bleak", "numba", "sqlcipher3", "rich"}
    assert not packages & {"bumble"}


def test_each_figure_stands_beside_its_target():
    result = CliRunner().invoke(cost, ["--minutes", "0.05", "--hours", "0.05"])
    assert result.exit_code in {0, 1}
    lines = result.output.splitlines()
    for words in ("of a core for", "MB resident while recording", "MB for a night of 8 h", "MB written in 8 h"):
        (line,) = (line for line in lines if words in line)
        assert line.split()[0] in {"met", "MISSED", "-"}
    assert ("MISSED" in result.output) == (result.exit_code == 1)
