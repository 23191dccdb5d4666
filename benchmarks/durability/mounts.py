"""A mount namespace of one's own, in which anything may be mounted without being anybody."""

from __future__ import annotations

import subprocess
import sys

OWN_MOUNTS = ("unshare", "--user", "--map-root-user", "--mount")
"""What a command is begun with that is to run in one."""


def unavailable() -> str:
    """Why there can be none here; empty where there can."""
    if sys.platform != "linux":
        return "made on Linux only"
    if subprocess.run([*OWN_MOUNTS, "true"], check=False, capture_output=True).returncode:
        return "this system allows no mounts of one's own"
    return ""
