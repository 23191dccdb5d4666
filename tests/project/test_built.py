"""Promise: what is handed out holds all that belongs to it and nothing else, and works where no checkout is."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import tarfile
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import detector

PACKAGES = ("detector/", "firmware_bridge/")


def files_of(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_the_wheel_holds_both_packages_whole_and_nothing_else(built):
    inside = files_of(built.wheel)
    assert {name for name in inside if ".dist-info/" not in name} == {
        name for name in built.known if name.startswith(PACKAGES)
    }
    assert {name.partition(".dist-info/")[2] for name in inside if ".dist-info/" in name} == {
        "METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE",
    }  # fmt: skip


def test_the_source_distribution_holds_all_that_git_knows(built):
    with tarfile.open(built.sdist) as opened:
        inside = {member.name.partition("/")[2] for member in opened if member.isfile()}
    assert inside - {"PKG-INFO"} == built.known


def test_a_wheel_of_the_source_distribution_is_that_of_the_checkout(built):
    assert files_of(built.wheel_of_sdist) == files_of(built.wheel)


def test_the_version_stands_in_one_place(built, project):
    assert "version" in project["project"]["dynamic"]
    assert f"fasciwatch-{detector.__version__}-py3-none-any.whl" == built.wheel.name
    for path in sorted((Path(detector.__file__).parent).rglob("*.py")):
        # What is installed may be older than the code that runs: a night would tell the wrong one.
        assert not re.search(r"""version\(["']fasciwatch""", path.read_text(encoding="utf-8")), path


def test_the_command_answers_from_its_own_environment(installed):
    assert installed("fasciwatch", "--version").stdout.split() == ["fasciwatch,", "version", detector.__version__]
    asked = "import detector; from importlib.metadata import version as v; print(detector.__file__, v('fasciwatch'))"
    where, version = installed("python", "-c", asked).stdout.rsplit(maxsplit=1)
    assert Path(where).is_relative_to(installed.programs.parent)
    assert version == detector.__version__


def test_help_needs_neither_compiler_nor_numbers(installed):
    program = (
        "from detector.cli import main; import sys\n"
        "main(['--help'], standalone_mode=False)\n"
        "print(*sorted({'numba', 'scipy', 'numpy', 'starlette'} & set(sys.modules)), sep=' ', end='.')"
    )
    assert installed("python", "-c", program).stdout.splitlines()[-1] == "."


def test_scripts_and_examples_of_wearables_are_there(installed):
    program = (
        "from importlib.resources import files\n"
        "for each in ('scripts', 'examples'):\n"
        "    print(*sorted(one.name for one in (files('firmware_bridge.wearables') / each).iterdir()))"
    )
    scripts, examples = installed("python", "-c", program).stdout.splitlines()
    assert scripts.split() == ["bangle.js", "frames.js", "puck.js"]
    assert examples.split() == ["nano33.ino", "nano33.toml"]


def test_a_night_is_recorded_and_looked_at(installed, built):
    """The demo over the virtual radio, the sheet of its night, and the page with each of its files.

    The kernels run as plain Python, which is slow, but needs no minute of compiling; the README's first command
    records with compiled ones.
    """
    library = installed.elsewhere / "nights"
    told = installed(
        "fasciwatch", "demo", "--hours", "0.01", "--json", "--library", str(library), NUMBA_DISABLE_JIT="1"
    )
    (run,) = json.loads(told.stdout)["runs"]
    assert run["made_by"]["version"] == detector.__version__
    installed("fasciwatch", "report", "last", "--library", str(library), "--output", "sheet.html")
    assert "not a medical device" in (installed.elsewhere / "sheet.html").read_text(encoding="utf-8")

    page = subprocess.Popen(
        installed.command("fasciwatch", "review", "--no-browser", "--library", str(library)),
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=installed.elsewhere,
        env=installed.surroundings(),
    )
    try:
        address = urlsplit(re.search(r"http://\S+", page.stderr.readline())[0])
        _, cookie = fetch(address.netloc, f"{address.path}?{address.query}")
        assert fetch(address.netloc, "/", cookie)[0].startswith(b"<!doctype html>")
        names = [name for name in built.known if name.startswith("detector/review/static/")]
        assert len(names) > 40
        inside = files_of(built.wheel)
        for name in names:
            assert fetch(address.netloc, name.removeprefix("detector/review"), cookie)[0] == inside[name], name
    finally:
        page.terminate()
        page.wait(20)
        page.stderr.close()


def fetch(host: str, path: str, cookie: str | None = None) -> tuple[bytes, str]:
    """Content, and the cookie that came along."""
    connection = http.client.HTTPConnection(host, timeout=20)
    try:
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        answer = connection.getresponse()
        assert answer.status < 400, (path, answer.status)
        return answer.read(), (answer.getheader("set-cookie") or "").partition(";")[0]
    finally:
        connection.close()
