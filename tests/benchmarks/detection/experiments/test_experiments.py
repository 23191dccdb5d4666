"""Every experiment runs through, small, and the command prints and writes what it found."""

import json
from dataclasses import dataclass

import pytest
from click.testing import CliRunner

from benchmarks.detection import command
from benchmarks.detection.experiments import amplitude, calibration, pulse
from benchmarks.detection.experiments.counted import clocks, legs, worn
from benchmarks.detection.material import noises
from benchmarks.detection.measuring.outcome import Effort, Outcome


@dataclass(frozen=True, slots=True)
class Small(Effort):
    """A twentieth of the quick look."""

    def scaled(self, quick, long):
        return max(1.0, quick / 20)


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(amplitude, "CONDITIONS", amplitude.CONDITIONS[1:2])
    monkeypatch.setattr(pulse, "CASES", pulse.CASES[:1])
    monkeypatch.setattr(calibration, "WHITE", noises.WHITE[2:3])
    monkeypatch.setattr(calibration, "COLOURED", ())
    monkeypatch.setattr(calibration, "QUANTISED", ())
    monkeypatch.setattr(clocks, "RATES_HZ", clocks.RATES_HZ[:1])
    monkeypatch.setattr(legs, "RATES_HZ", legs.RATES_HZ[:1])
    monkeypatch.setattr(legs, "PATTERNS", legs.PATTERNS[:2])
    monkeypatch.setattr(worn, "RATES_HZ", worn.RATES_HZ[:1])
    monkeypatch.setattr(worn, "LIMBS", worn.LIMBS[:1])


@pytest.mark.parametrize("name", command.EXPERIMENTS)
def test_runs_and_names_itself(name, few):
    outcome = command.EXPERIMENTS[name](Small(with_rivals=False))
    assert outcome.name == name
    assert outcome.rows
    assert outcome.seeds
    for rows in outcome.rows:
        assert all(len(row) == len(rows.columns) for row in rows.rows)
    assert not any(figure.low > figure.value or figure.value > figure.high for figure in outcome.figures)


def test_nobody_is_better_than_the_limit(few):
    figures = amplitude.limit(Small(with_rivals=False)).figures
    assert len(figures) == 2
    assert all(figure.high > 0 for figure in figures)


def test_the_command_prints_targets_and_writes_results(tmp_path, monkeypatch):
    asked = []

    def quick(effort):
        asked.append(effort)
        return Outcome("timing", "onsets")

    monkeypatch.setitem(command.EXPERIMENTS, "timing", quick)
    out = tmp_path / "results"
    result = CliRunner().invoke(command.detection, ["--only", "timing", "--no-rivals", "--long", "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert asked == [Effort(is_long=True, with_rivals=False)]
    assert "0 of 0 met" in result.output
    assert set(json.loads((out / "results.json").read_text())["outcomes"]) == {"timing"}


def test_the_command_refuses_an_unknown_experiment():
    result = CliRunner().invoke(command.detection, ["--only", "nonsense"])
    assert result.exit_code == 2
    assert "nonsense" in result.output


def test_the_same_seeds_give_the_same_figures():
    one, other = (command.EXPERIMENTS["families"](Small(with_rivals=False)) for _ in range(2))
    assert one.figures == other.figures
