"""Which reader reads a file: by what is in it, not by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detector.scoring.reading import edf, lines, tables, wfdb, xml
from detector.scoring.reading.numbers import AnnotationError

if TYPE_CHECKING:
    from datetime import tzinfo
    from pathlib import Path

    from detector.scoring.marks import Annotations

MOST_BYTES = 200_000_000
"""A file of annotations that is larger is something else."""

MOST_MARKS = 1_000_000
_EDF = b"0       "
_BDF = b"\xffBIOSEMI"


def read_annotations(path: Path, *, rate_hz: float | None = None, zone: tzinfo | None = None) -> Annotations:
    """Read a file of annotations: CSV, BIDS events.tsv, MNE's CSV, Audacity, ELAN, Luna, NSRR, Profusion, WFDB, EDF+.

    Parameters
    ----------
    path
        The file.
    rate_hz
        Ticks a second of a WFDB file without a header.
    zone
        Of an EDF+ file's clock.

    Returns
    -------
    Annotations
        Its marks in the order of time.

    Raises
    ------
    AnnotationError
        With one sentence that says what is wrong with it and what to do.
    """
    try:
        if not path.is_file():
            raise AnnotationError(f"there is no file {path}: check the name")
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(256)
            is_edf = head.startswith((_EDF, _BDF))
            if not is_edf and size > MOST_BYTES:
                raise AnnotationError(f"{path.name} has {size / 1e6:.0f} MB: that is no file of annotations")
            data = b"" if is_edf else head + file.read()
    except OSError as error:
        raise AnnotationError(f"{path} cannot be read ({error.strerror}): check that you may") from error
    found = edf.read(path, head.startswith(_BDF), zone) if is_edf else _read(data, path, rate_hz)
    if len(found.marks) > MOST_MARKS:
        raise AnnotationError(f"{path.name} holds {len(found.marks)} marks: that is no file of annotations")
    return type(found)(
        found.form, tuple(sorted(found.marks, key=lambda mark: mark.onset_ns)), found.is_absolute, found.notes
    )


def _read(data: bytes, path: Path, rate_hz: float | None) -> Annotations:
    if not data:
        raise AnnotationError(f"{path.name} is empty: there is nothing to compare with")
    if data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return xml.read(data, path)
    words = _text(data)
    if words is None:
        if path.suffix in {".csv", ".tsv"}:
            raise AnnotationError(f"{path.name} is no text: save it as CSV once more")
        return wfdb.read(data, path, rate_hz)
    if lines.is_luna(words):
        return lines.read_luna(words, path)
    if tables.columns_of(words.split("\n", 1)[0]):
        return tables.read(words, path)
    return lines.read_audacity(words, path)


def _text(data: bytes) -> str | None:
    """Return what is written; None where it is no text."""
    if b"\0" in data[:100_000]:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            try:
                return data.decode("utf-16").replace("\r\n", "\n")
            except UnicodeDecodeError:
                return None
        return None
    try:
        return data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return data.decode("latin-1").replace("\r\n", "\n") if data.isascii() or _looks_written(data) else None


def _looks_written(data: bytes) -> bool:
    head = data[:10_000]
    return sum(byte < 32 and byte not in (9, 10, 13) for byte in head) == 0  # noqa: PLR2004 - controls
