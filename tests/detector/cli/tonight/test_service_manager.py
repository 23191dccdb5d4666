"""Promise: a real systemd takes the service, keeps its times, and is told the truth by the recorder it starts.

The manager is one of its own: in a mount namespace with an empty /run, so that neither the user's own services nor a
system bus, and with it no Bluetooth, can be reached; and with a clock that has a battery, so that no time server is
waited for.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.durability import mounts

MANAGER = next((path for path in ("/usr/lib/systemd/systemd", "/lib/systemd/systemd") if Path(path).exists()), "")

PROLOGUE = """
set -eu
mount -t tmpfs none /sys/class && mkdir -p /sys/class/rtc/rtc0
mount -t tmpfs none /run && mkdir -p /run/systemd/system && mkdir -m 700 /run/user
export XDG_RUNTIME_DIR=/run/user
"$MANAGER" --user --log-target=null > "$HOME/manager" 2>&1 &
manager=$!
trap 'kill $manager; wait $manager || true' EXIT
for _ in $(seq 100); do [ -S /run/user/systemd/private ] && break; sleep 0.1; done
fasciwatch() { "$PYTHON" -m detector.cli "$@"; }
state() { systemctl --user show --value -p "$1" fasciwatch.service; }
settled() {
    for _ in $(seq 300); do
        case "$(state ActiveState)" in active | deactivating) sleep 0.1 ;; *) break ;; esac
    done
}
"""


def unavailable() -> str:
    if sys.platform != "linux":
        return "systemd is on Linux only"
    if not (MANAGER and shutil.which("systemctl")):
        return "no systemd is installed"
    return mounts.unavailable()


pytestmark = pytest.mark.skipif(bool(unavailable()), reason=unavailable())


@pytest.fixture
def manage(tmp_path):
    """Run shell commands beside a manager; gives what each `told NAME` has told."""

    def run(commands: str) -> dict[str, str]:
        script = PROLOGUE + 'told() { "${@:2}" > "$HOME/told-$1" 2>&1 || echo "exit code $?" >> "$HOME/told-$1"; }\n'
        environment = os.environ | {
            "HOME": str(tmp_path),
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
            "XDG_DATA_HOME": str(tmp_path / "data"),
            "MANAGER": MANAGER,
            "PYTHON": sys.executable,
        }
        done = subprocess.run(
            [*mounts.OWN_MOUNTS, "bash", "-c", script + commands],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return {path.name.removeprefix("told-"): path.read_text().strip() for path in tmp_path.glob("told-*")}

    return run


def times(*hours):
    now = datetime.now()  # noqa: DTZ005 - the computer's own time of day
    return [f"{now + timedelta(hours=each):%H:%M}" for each in hours]


def test_out_of_its_time_it_does_nothing_and_has_done_well(manage):
    begin, end = times(2, 4)
    told = manage(f"""
        told install fasciwatch service install --at {begin} --until {end} --device Sense
        told status fasciwatch service status --json
        told start systemctl --user start fasciwatch.service
        settled
        told result state Result
        told active state ActiveState
        told words fasciwatch service status
        told remove fasciwatch service remove
        told timers systemctl --user list-timers --all
        told gone fasciwatch service status
    """)
    assert f"Every night from {begin} to {end} is recorded from now on" in told["install"]
    status = json.loads(told["status"])
    assert (status["installed"], status["enabled"], status["recording"]) == (True, True, False)
    assert f" {begin}:00 " in status["next"]
    assert told["start"] == ""
    assert (told["result"], told["active"]) == ("success", "inactive")
    assert told["words"].startswith(f"The next night begins {status['next']}.")
    assert "ended with" not in told["words"]
    assert told["remove"].count("removed ") == 2
    assert "fasciwatch" not in told["timers"]
    assert "No service is installed" in told["gone"]


def test_without_bluetooth_it_is_tried_again(manage):
    begin, end = times(-1, 4)
    told = manage(f"""
        told install fasciwatch service install --at {begin} --until {end} --device Sense
        told start systemctl --user start fasciwatch.service
        settled
        told result state Result
        told again state SubState
        told words fasciwatch service status
        told stop systemctl --user stop fasciwatch.service
        told stopped state ActiveState
    """)
    assert (told["result"], told["again"]) == ("exit-code", "auto-restart")
    assert "where that fails it is tried again each minute" in told["words"]
    assert "The last one ended with: exit-code." in told["words"]
    assert "exit code" not in told["stop"]
    assert told["stopped"] in {"inactive", "failed"}
