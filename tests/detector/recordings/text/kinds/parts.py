"""What the makers of files share: ways of writing times, a time, values in m/s2, and archives."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

from tests.detector.recordings.text.kinds.made import GRAVITY, START_S, axes, clock, number

MS = number(1e-3, start_s=START_S)
NSS = number(1e-9, start_s=START_S)
S = number(1, digits=3)
iso = clock("%Y-%m-%d %H:%M:%S.{ms}")
vals = axes(200) * GRAVITY
A = axes(200).tolist()


def at(*parts: int) -> datetime:
    """Return a time in UTC."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


def zipped(**files: bytes) -> bytes:
    """Pack files; two underscores part folders, and a tilde is a blank."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_csv", ".csv").replace("~", " "), content)
    return out.getvalue()
