"""Which of a file's named channels are the three axes of an accelerometer, and which is the time."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from detector.errors import RecordingError

if TYPE_CHECKING:
    from collections.abc import Sequence

_ACCELEROMETER = {"a", "acc", "accel", "accelero", "accelerometer", "acceleration"}
_OTHERS = {
    *("g", "gyr", "gyro", "gyroscope", "rotation", "rot", "angular", "omega", "dps"),
    *("m", "mag", "magn", "magnetic", "magnetometer", "quat", "quaternion", "q", "euler", "angle", "orientation"),
    *("pos", "position", "vel", "velocity", "lat", "lon", "gravity", "linear", "user"),
}
_UNITS = {"g", "mg", "ms2", "m", "s2", "s"}
_TIMES = {
    "time",
    "timestamp",
    "timestamps",
    "datetime",
    "date",
    "t",
    "ts",
    "seconds",
    "unix",
    "epoch",
    "elapsed",
    "utc",
}
_XYZ = 3
_SHOWN = 20


def choose(path_name: str, sensors: Sequence[str], wished: str | None, notes: list[str]) -> str:
    """Choose one of a file's accelerometers: the one that is wished for, else the first.

    Parameters
    ----------
    path_name
        Name of the file, for messages.
    sensors
        What the accelerometers are called, the likeliest first.
    wished
        What of a name the user says; None for any.
    notes
        Told of the others.

    Raises
    ------
    RecordingError
        Where there is none of that name, or several.
    """
    chosen = sensors[0]
    if wished is not None:
        said = " ".join(wished.split()).casefold()
        found = [sensor for sensor in sensors if sensor.casefold() == said]
        found = found or [sensor for sensor in sensors if said in sensor.casefold()]
        if len(found) != 1:
            raise RecordingError(
                f"{path_name} has {'several sensors' if found else 'no sensor'} {wished!r}, but {_some(sensors)}."
            )
        chosen = found[0]
    others = [sensor for sensor in sensors if sensor != chosen]
    if others:
        notes.append(
            f"The file holds several accelerometers: {chosen} was read, {_some(others)} left out; name another with "
            "--sensor."
        )
    return chosen


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")


def axes(path_name: str, names: Sequence[str], notes: list[str], wished: str | None = None) -> tuple[int, int, int]:
    """Choose the three channels of the accelerometer.

    Parameters
    ----------
    path_name
        Name of the file, for messages.
    names
        Names of the channels.
    notes
        Told where there are several accelerometers.
    wished
        The sensor that the user names; one that is no accelerometer by its name will do, too.

    Raises
    ------
    RecordingError
        Where there is none.
    """
    triples: dict[str, dict[str, int]] = {}
    seen: Counter[tuple[str, str]] = Counter()
    for index, name in enumerate(names):
        found = _axis(name)
        if found is not None:
            sensor, axis = found
            seen[found] += 1
            same = sensor if seen[found] == 1 else f"{sensor} ({seen[found]})"  # another of the same name
            triples.setdefault(same, {})[axis] = index
    whole = {sensor: axis for sensor, axis in triples.items() if len(axis) == _XYZ}
    if not names:
        raise RecordingError(
            f"{path_name} has no channel with a name, so its accelerometer cannot be told; name three acc_x, acc_y and "
            "acc_z."
        )
    # Letters alone, such as those of gx and ax, decide only where the words do not.
    likely = (((rank(sensor), _rank(sensor)), sensor) for sensor in whole if rank(sensor) < 2)
    ranked = sorted(likely, key=lambda pair: pair[0])
    if not ranked:
        raise RecordingError(
            f"{path_name} has no channels that are named like the axes of an accelerometer, but "
            f"{_some(names)}; name three with --columns."
        )
    best = [sensor for each, sensor in ranked if each == ranked[0][0] or wished]
    alike = {sensor if sensor.strip(" ()0123456789") else f"x, y, z{sensor}": whole[sensor] for sensor in best}
    chosen = alike[choose(path_name, list(alike), wished, notes)]
    return chosen["x"], chosen["y"], chosen["z"]


def given(
    path_name: str, names: Sequence[str], columns: Sequence[str | int]
) -> tuple[int | None, tuple[int, int, int]]:
    """Find the channels that the user names: of x, y and z, or of time, x, y and z, by name or by number from 1.

    Raises
    ------
    RecordingError
        Where one is not there, or they are not three or four.
    """
    if isinstance(columns, str) or len(columns) not in (_XYZ, _XYZ + 1):
        raise RecordingError("Give three columns (x, y and z) or four (time, x, y and z).")
    lower = [name.strip().lower() for name in names]
    found = []
    for column in columns:
        if isinstance(column, str) and column.strip().lower() in lower:
            found.append(lower.index(column.strip().lower()))
        elif isinstance(column, int) and 1 <= column <= len(names):
            found.append(column - 1)
        else:
            raise RecordingError(f"{path_name} has no channel {column!r}; it has {', '.join(names[:20])}.")
    x, y, z = found[-_XYZ:]
    return (found[0] if len(found) > _XYZ else None), (x, y, z)


def time_of(names: Sequence[str], taken: Sequence[int]) -> int | None:
    """Return the channel that is named like a time, None where none is."""
    for index, name in enumerate(names):
        if index not in taken and set(_words(name)) & _TIMES:
            return index
    return None


def unit_words(name: str) -> str:
    """Return what a channel's name has in brackets or after its axis, where units stand; "" where there is nothing."""
    inside = re.search(r"[(\[{]([^)\]}]*)[)\]}]", name)
    if inside:
        return inside[1]
    behind = re.search(r"(?:^|[\s_.-])[xyz][\s_.-]+(.+)$", name.strip(), re.IGNORECASE)
    return behind[1] if behind else ""


def _words(name: str) -> list[str]:
    plain = re.sub(r"[(\[{].*?[)\]}]", " ", name)
    plain = re.sub(r"([a-z])([A-Z])", r"\1 \2", plain).lower()
    return re.findall(r"[^\W\d_]+|\d+", plain)


def _axis(name: str) -> tuple[str, str] | None:
    """Split a name into sensor and axis, None where it names no axis."""
    words = _words(name)
    for at in range(len(words) - 1, -1, -1):
        if words[at] in ("x", "y", "z"):
            rest = words[:at] + [word for word in words[at + 1 :] if word not in _UNITS]
            return " ".join(rest), words[at]
    for at, word in enumerate(words):
        for sensor in sorted(_ACCELEROMETER | _OTHERS, key=len, reverse=True):
            for axis in "xyz":
                if word in (sensor + axis, axis + sensor) and word != "mz":
                    return " ".join([*words[:at], sensor, *words[at + 1 :]]), axis
    return None


def is_bare(name: str) -> bool:
    """Tell whether a name is one of an axis, and names no sensor."""
    found = _axis(name)
    return found is not None and _rank(found[0]) == 1


def _rank(sensor: str) -> int:
    """Rank a sensor by its name, best first: an accelerometer, one that is not named, another."""
    words = set(sensor.split())
    if words & _ACCELEROMETER and not words & {"linear", "user"}:
        return 0
    return 2 if words & _OTHERS else 1


def rank(name: str) -> int:
    """Rank a name that names no axis: 0 for an accelerometer, 1 for what may be one, 2 for another sensor."""
    sensors = [_rank(word) for word in _words(name) if len(word) > 1]
    return 0 if 0 in sensors else max(sensors, default=1)
