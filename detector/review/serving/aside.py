"""What takes more memory than the page shall keep: done in a program of its own, which ends with it.

It is told what to do on its standard input, passphrases among it: others could read what stands on a command line.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detector.errors import NightError
from detector.night.keys import RING
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_FINDINGS = 50
_MS = NS / 1000


def aside(what: str, *paths: Path) -> dict[str, Any]:
    """Check or copy a night.

    Parameters
    ----------
    what
        ``check`` or ``copy``.
    paths
        The night; where to copy it to.

    Returns
    -------
    dict
        As `_check` and `_copy` tell it.

    Raises
    ------
    NightError
        In the other program's words.
    """
    asked = {"what": what, "paths": [str(path) for path in paths], "passphrases": RING.known}
    done = subprocess.run(
        [sys.executable, "-m", "detector.review.serving.aside"],
        input=json.dumps(asked),
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    try:
        told: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise NightError(
            f"{paths[0]} could not be looked at: the program for it ended with {done.returncode}"
        ) from None
    if "error" in told:
        raise NightError(told["error"])
    return told


def _check(night: Path) -> dict[str, Any]:
    from detector.night.integrity.check import check  # noqa: PLC0415 - the page does without

    report = check(night)
    findings = [
        {"what": found.what, "sensor": found.sensor, "at_ms": None if found.start_ns is None else found.start_ns / _MS}
        for found in report.findings[:_MOST_FINDINGS]
    ]
    return asdict(report) | {"is_sound": report.is_sound, "count": len(report.findings), "findings": findings}


def _copy(night: Path, target: Path) -> dict[str, Any]:
    from detector.night.integrity.check import check  # noqa: PLC0415 - as above
    from detector.night.upkeep.backup import backup  # noqa: PLC0415 - as above

    backup(night, target)
    return {"copy": str(target), "bytes": target.stat().st_size, "is_sound": check(target).is_sound}


_DOES: dict[str, Callable[..., dict[str, Any]]] = {"check": _check, "copy": _copy}


def _main() -> None:
    asked = json.load(sys.stdin)
    for passphrase in reversed(asked["passphrases"]):
        RING.add(passphrase)
    try:
        told = _DOES[asked["what"]](*map(Path, asked["paths"]))
    except NightError as error:
        told = {"error": str(error)}
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    _main()
