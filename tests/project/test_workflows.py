"""Promise: GitHub takes the workflows and the forms as they stand; they run what the README says, by what is pinned,
and with no more rights than reading."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml", reason="PyYAML comes with the extra [dev]")

ROOT = Path(__file__).resolve().parents[2]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted((GITHUB / "ISSUE_TEMPLATE").glob("[!c]*.yml"))
SCHEMAS = {
    **dict.fromkeys(WORKFLOWS, "vendor.github-workflows"),
    **dict.fromkeys(FORMS, "vendor.github-issue-forms"),
    GITHUB / "ISSUE_TEMPLATE" / "config.yml": "vendor.github-issue-config",
    GITHUB / "dependabot.yml": "vendor.dependabot",
}


def read(path: Path) -> dict:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def steps(path: Path) -> list[dict]:
    return [step for job in read(path)["jobs"].values() for step in job["steps"]]


def test_every_file_for_github_is_looked_at():
    assert set(GITHUB.rglob("*.yml")) == set(SCHEMAS)
    assert len(WORKFLOWS) >= 1
    assert len(FORMS) >= 4


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_github_takes_it(path):
    pytest.importorskip("check_jsonschema", reason="check-jsonschema comes with the extra [dev]")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", SCHEMAS[path], str(path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_in_the_workflows_can_be_abused():
    """By zizmor in its strictest mood: pins, rights, credentials that stay, words of strangers in commands."""
    zizmor = shutil.which("zizmor", path=sysconfig.get_path("scripts"))
    if zizmor is None:
        pytest.skip("zizmor comes with the extra [dev]")
    command = [zizmor, "--offline", "--persona=pedantic", "--format=json", str(GITHUB)]
    done = subprocess.run(command, check=False, capture_output=True, encoding="utf-8")
    found = [(one["ident"], one["desc"]) for one in json.loads(done.stdout)]
    assert not found, done.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_and_rights_are_few(path):
    assert read(path)["permissions"] == {"contents": "read"}
    assert "secrets." not in path.read_text(encoding="utf-8")
    for step in steps(path):
        if "uses" in step:
            assert re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}", step["uses"]), step["uses"]


def test_what_runs_is_what_the_readme_says():
    """The commands are taken from the README; none is written down a second time."""
    runs = [step["run"] for path in WORKFLOWS for step in steps(path) if "run" in step]
    assert "bash .ci/run" in runs
    assert any(".ci/readme-command 2" in run for run in runs)
    assert not any(re.search(r"pytest|pip install", run) for run in runs)
    assert ".ci/readme-command" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    oses = {name for path in WORKFLOWS for job in read(path)["jobs"].values() for name in _systems(job)}
    assert {re.match("[a-z]+", name)[0] for name in oses} == {"ubuntu", "macos", "windows"}


def _systems(job: dict) -> list[str]:
    return job.get("strategy", {}).get("matrix", {}).get("os", [job["runs-on"]])


@pytest.mark.skipif(os.name == "nt", reason="what is called bash on Windows may be another system's")
def test_the_commands_of_the_readme_are_found():
    written = [
        line for line in (ROOT / "README.md").read_text("utf-8").splitlines() if line.startswith("python3 -m venv")
    ]
    assert len(written) == 2
    for number, command in enumerate(written, 1):
        told = subprocess.run(["bash", ".ci/readme-command", str(number)], check=True, capture_output=True, cwd=ROOT)  # noqa: S607
        assert told.stdout.decode() == f"{command}\n"


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_a_form_asks_what_helps_and_warns_of_what_is_private(path):
    words = path.read_text(encoding="utf-8")
    fields = [part for part in read(path)["body"] if part["type"] != "markdown"]
    assert any(part.get("validations", {}).get("required") for part in fields)
    if path.stem in {"night", "wearable"}:
        assert "fasciwatch doctor --json" in words
    if path.stem == "night":
        assert "fasciwatch check NIGHT --json" in words
    if path.stem in {"night", "file"}:
        assert "Never attach" in words
    if path.stem != "idea":
        assert any(part.get("id") == "version" for part in fields)


def test_commands_named_in_forms_and_rules_are_there():
    from detector.cli import main

    for path in [*FORMS, *GITHUB.glob("*.md")]:
        for name in re.findall(r"`fasciwatch ([a-z]+)", path.read_text(encoding="utf-8")):
            assert name in main.commands, f"{path.name} names fasciwatch {name}"


def test_links_of_the_rules_lead_somewhere():
    for path in GITHUB.glob("*.md"):
        for link in re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text(encoding="utf-8")):
            assert link.startswith("https://") or (path.parent / link).exists(), f"{path.name}: {link}"


def test_the_changelog_tells_of_this_version():
    import detector

    words = (GITHUB / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.findall(r"^## (.+)$", words, re.MULTILINE)[0]
    assert newest == "Not released yet" or newest.startswith(detector.__version__)
    assert detector.__version__ in words
