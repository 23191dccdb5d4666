"""``python -m benchmarks wheels``: whether all that fasciwatch needs comes ready built for another computer.

pip is asked what it would install there, core and each extra, by the versions of ``constraints.txt``, taking nothing
that would have to be compiled. Nothing is downloaded but what the index tells of packages. Which dependencies a system
has is told by this computer: ask from Linux for Linux.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks.header import print_header

ROOT = Path(__file__).resolve().parents[1]

SYSTEMS = {
    # glibc up to 2.36: Debian 12, the older of the two that Raspberry Pi OS is made of.
    "pi64": (
        "Linux on ARM, 64 bits",
        [f"manylinux_2_{minor}_aarch64" for minor in range(17, 37)] + ["manylinux2014_aarch64"],
    ),
    "pi32": (
        "Linux on ARM, 32 bits, without piwheels",
        [f"manylinux_2_{minor}_armv7l" for minor in range(17, 37)] + ["manylinux2014_armv7l", "linux_armv7l"],
    ),
    "intel": (
        "Linux on Intel, 64 bits",
        [f"manylinux_2_{minor}_x86_64" for minor in range(5, 37)] + ["manylinux2014_x86_64"],
    ),
    "mac": (
        "macOS 14 on Apple silicon",
        [f"macosx_{major}_0_{chip}" for major in range(11, 15) for chip in ("arm64", "universal2")],
    ),
    "windows": ("Windows on Intel, 64 bits", ["win_amd64"]),
}


@dataclass(frozen=True)
class Answer:
    """What pip would install: names of files, or the sentence with which it refuses."""

    files: tuple[str, ...]
    refusal: str = ""


def wanted() -> dict[str, list[str]]:
    """Requirements of the core and of each extra, those of extras that it takes along too."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]

    def spelt(requirements: list[str]) -> list[str]:
        found = []
        for each in requirements:
            named = re.fullmatch(r"fasciwatch\[(.+)\]", each)
            found += [one for extra in named[1].split(",") for one in spelt(extras[extra])] if named else [each]
        return found

    return {"core": project["dependencies"], **{name: spelt(listed) for name, listed in extras.items()}}


def ask(requirements: list[str], tags: list[str], python: str, *more: str) -> Answer:
    """Ask pip what it would install on a computer of these tags."""
    with tempfile.TemporaryDirectory() as nowhere:
        command = [
            *(sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-"),
            *("--only-binary=:all:", "--implementation", "cp", "--python-version", python, "--target", nowhere),
            *("--disable-pip-version-check", "--constraint", str(ROOT / "constraints.txt"), *more),
            *(word for tag in tags for word in ("--platform", tag)),
            *requirements,
        ]
        done = subprocess.run(command, check=False, capture_output=True, encoding="utf-8")
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR: ")]
        return Answer((), (errors or ["pip says nothing"])[-1].removeprefix("ERROR: "))
    return Answer(tuple(one["download_info"]["url"].rpartition("/")[2] for one in json.loads(done.stdout)["install"]))


def _name_of(file: str) -> str:
    return file.partition("-")[0].replace("_", "-").lower()


@click.command()
@click.option("--system", "systems", type=click.Choice(list(SYSTEMS)), multiple=True, default=("pi64", "pi32"))
@click.option("--python", "pythons", multiple=True, default=("3.11", "3.12", "3.13"), help="Versions of Python.")
@click.option("--only", help="One extra, or core.")
def wheels(systems: tuple[str, ...], pythons: tuple[str, ...], only: str | None) -> None:
    """See whether core and extras come ready built for other computers: a Raspberry Pi, say."""
    print_header("wheels", (), "none")
    needs = {name: listed for name, listed in wanted().items() if only in {None, name}}
    for system in systems:
        title, tags = SYSTEMS[system]
        for python in pythons:
            print(f"\n{title}, Python {python}")
            for name, requirements in needs.items():
                print(f"  {name:9} {_in_words(requirements, tags, python)}", flush=True)


def _in_words(requirements: list[str], tags: list[str], python: str) -> str:
    told = ask(requirements, tags, python)
    if told.refusal:
        # One refusal names one package: the others are asked for one by one.
        here = ask(requirements, SYSTEMS["intel"][1], python)
        lacking = [
            file.rpartition(".whl")[0].split("-", 2)[:2]
            for file in here.files
            if not file.endswith("-none-any.whl")
            and ask(["==".join(file.split("-", 2)[:2])], tags, python, "--no-deps").refusal
        ]
        names = ", ".join(name for name, _ in lacking)
        return f"does not come ready built: {names or told.refusal}"
    compiled = sorted(_name_of(file) for file in told.files if not file.endswith("-none-any.whl"))
    return f"all {len(told.files)} come ready built ({len(compiled)} are compiled: {', '.join(compiled)})"
