"""``python -m benchmarks.cost.bare``: what a recorder holds before its first sample, as JSON.

It has taken in what ``fasciwatch record`` takes in, with this system's radio, and without a virtual one.
"""

from __future__ import annotations

import json
from importlib import import_module

from benchmarks.soak.memory import resident_mb

_TAKEN_IN = (
    "detector.cli.tonight.record",
    "detector.cli.terminal.status",
    "detector.night",
    "detector.recorder.tonight",
    "detector.watch",
    "firmware_bridge.link.link",
    "rich.console",
    "rich.status",
)
"""What the command imports, much of it only when it runs."""


def take_in() -> None:
    """Import and compile as a recorder does."""
    for name in _TAKEN_IN:
        import_module(name)
    from bleak.backends.client import get_platform_client_backend_type
    from bleak.backends.scanner import get_platform_scanner_backend_type

    from detector.recorder.warming import warm_up

    get_platform_client_backend_type()
    get_platform_scanner_backend_type()
    warm_up()


if __name__ == "__main__":
    take_in()
    print(json.dumps({"resident_mb": resident_mb()}))
