"""What is handed out: a source distribution and wheels, built of what git knows, and each installed where nothing else
of the project is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Built:
    """The source distribution, the wheel made of the checkout, and the wheel made of the source distribution."""

    known: frozenset[str]
    sdist: Path
    wheel: Path
    wheel_of_sdist: Path


@dataclass(frozen=True)
class Installed:
    """An environment of its own with fasciwatch in it, and an empty folder to work in."""

    programs: Path
    elsewhere: Path

    def __call__(self, name: str, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment to its end."""
        done = subprocess.run(
            self.command(name, *words),
            check=False,
            capture_output=True,
            encoding="utf-8",
            cwd=self.elsewhere,
            env=self.surroundings() | more,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return done

    def command(self, name: str, *words: str) -> list[str]:
        return [shutil.which(name, path=str(self.programs)) or name, *words]

    def surroundings(self) -> dict[str, str]:
        """The environment variables, without what leads Python elsewhere, and with UTF-8 as at a terminal of today."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COVERAGE"))}
        return ours | {"PYTHONIOENCODING": "utf-8"}


def known_to_git() -> frozenset[str]:
    """Files that git knows; the test is skipped where this is no checkout."""
    if not (ROOT / ".git").exists() or (git := shutil.which("git")) is None:
        pytest.skip("what is handed out is what git knows, and this is no checkout of git")
    command = [git, "-c", "safe.directory=*", "ls-files", "-z"]  # also where the checkout is another user's
    listed = subprocess.run(command, check=True, capture_output=True, cwd=ROOT).stdout
    return frozenset(name for name in listed.decode().split("\0") if name and (ROOT / name).exists())


@pytest.fixture(scope="session")
def project() -> dict[str, Any]:
    """What pyproject.toml says of the project."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    known = known_to_git()
    room = tmp_path_factory.mktemp("built")
    for name in known:
        (room / "checkout" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, room / "checkout" / name)
    sdist = _build(room / "checkout", "sdist", room)
    wheel = _build(room / "checkout", "wheel", room)
    shutil.unpack_archive(sdist, room / "unpacked", filter="data")
    (unpacked,) = (room / "unpacked").iterdir()
    (room / "again").mkdir()
    return Built(known, sdist, wheel, _build(unpacked, "wheel", room / "again"))


def _build(of: Path, what: str, into: Path) -> Path:
    """Build as pip does it, with the backend that is here: the network is not needed."""
    program = f"from hatchling import build; print(build.build_{what}({str(into)!r}))"
    printed = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=of).stdout
    return into / printed.splitlines()[-1]


@pytest.fixture(scope="session", params=["wheel", "sdist"])
def installed(request: pytest.FixtureRequest, built: Built, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Fasciwatch in an environment of its own, once by the wheel and once by pip from the source distribution.

    What it depends on is lent from the environment of the tests, after the environment's own packages.
    """
    room = tmp_path_factory.mktemp(request.param)
    ours = find_spec("pip") is not None  # environments made by uv have none
    venv.create(room / "venv", with_pip=not ours)
    programs = room / "venv" / ("Scripts" if os.name == "nt" else "bin")
    python = programs / ("python.exe" if os.name == "nt" else "python")
    (room / "elsewhere").mkdir()
    new = Installed(programs, room / "elsewhere")
    packages = new("python", "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])").stdout.strip()
    lent = {sysconfig.get_paths()[name] for name in ("purelib", "platlib")}
    (Path(packages) / "lent.pth").write_text("\n".join(sorted(lent)), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", str(python)] if ours else [str(python), "-m", "pip"]
    given = built.wheel if request.param == "wheel" else built.sdist
    options = ["--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--ignore-installed"]
    subprocess.run([*pip, "install", *options, str(given)], check=True, cwd=room, env=new.surroundings())
    return new
