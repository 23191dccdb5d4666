"""Recordings of known truth in every spelling: a sensor at rest, a little noise, and a time written in some way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

START = datetime(2024, 12, 11, 17, 16, tzinfo=UTC)
START_S = START.timestamp()
GRAVITY = 9.80665


def axes(rows: int, seed: int = 3) -> np.ndarray:
    """Acceleration at rest in g."""
    return np.round(np.random.default_rng(seed).normal([0.1, -0.2, 0.97], 0.004, (rows, 3)), 4)


@dataclass
class Made:
    """A file and what is true of it.

    Parameters
    ----------
    text
        What stands in it.
    rate_hz, start_s, rows
        Its rate; its start in seconds since 1970, None where it has no date; its rows.
    options
        What the user says.
    refused
        A part of the sentence with which it is refused, where that is right.
    told
        Parts of its notes.
    scale
        What its values are to be times, in g.
    gaps
        How many it has.
    """

    text: str | bytes
    rate_hz: float = 50.0
    start_s: float | None = START_S
    rows: int = 200
    options: dict[str, Any] = field(default_factory=dict)
    refused: str = ""
    told: tuple[str, ...] = ()
    gaps: int = 0
    off_s: float = 0.002
    xyz: np.ndarray | None = None
    tolerance: float = 1e-4


def rows_of(
    stamp: Callable[[int], str],
    *,
    rows: int = 200,
    row: str = "{t},{x},{y},{z}",
    factor: float = 1.0,
    digits: int = 4,
    **more: Any,
) -> str:
    """Write rows of a template."""
    values = axes(rows) * factor
    lines = [
        row.format(t=stamp(i), i=i, x=f"{x:.{digits}f}", y=f"{y:.{digits}f}", z=f"{z:.{digits}f}", **more)
        for i, (x, y, z) in enumerate(values.tolist())
    ]
    return "\n".join(lines) + "\n"


def clock(pattern: str, rate_hz: float = 50.0, start: datetime = START) -> Callable[[int], str]:
    """Write times by a pattern of strftime, in which {ms} is the milliseconds, and {H} and so on are not padded."""

    def stamp(i: int) -> str:
        at = start + timedelta(microseconds=round(i * 1e6 / rate_hz))
        text = at.strftime(pattern)
        return (
            text.replace("{ms}", f"{at.microsecond // 1000:03d}")
            .replace("{cs}", f"{at.microsecond // 10000:02d}")
            .replace("{k}", f"{at.microsecond // 1000}")
            .replace("{H}", str(at.hour))
            .replace("{h}", str((at.hour - 1) % 12 + 1))
            .replace("{M}", str(at.minute))
            .replace("{S}", str(at.second))
            .replace("{d}", str(at.day))
            .replace("{m}", str(at.month))
        )

    return stamp


def number(unit_s: float, rate_hz: float = 50.0, start_s: float = 0.0, digits: int = 0) -> Callable[[int], str]:
    """Write times as a number of a unit."""
    return lambda i: f"{(start_s + i / rate_hz) / unit_s:.{digits}f}"


HEADER = "time,x,y,z\n"
D20 = datetime(2024, 12, 20, 17, 16, tzinfo=UTC)
D20_S = D20.timestamp()
LATE = datetime(2024, 12, 11, 23, 59, 58, tzinfo=UTC)


def dates() -> dict[str, Made]:
    """Dates and times of day."""
    made: dict[str, Made] = {}
    plain = {
        "ISO": "%Y-%m-%dT%H:%M:%S.{ms}",
        "colon before ms": "%Y-%m-%d %H:%M:%S:{ms}",
        "colon, slashes": "%Y/%m/%d %H:%M:%S:{ms}",
        "comma before ms": '"%Y-%m-%d %H:%M:%S,{ms}"',
        "run together": "%Y%m%d%H%M%S{ms}",
        "run together with a point": "%Y%m%d%H%M%S.{ms}",
        "run together, T": "%Y%m%dT%H%M%S.{ms}",
        "run together, blank": "%Y%m%d %H%M%S.{ms}",
        "run together, line": "%Y%m%d_%H%M%S_{ms}",
        "not padded": "%Y-{m}-{d} {H}:{M}:{S}.{ms}",
        "not padded, counted ms": "%Y-{m}-{d} {H}:{M}:{S}.{k}",
        "not padded, colon": "%Y-{m}-{d} {H}:{M}:{S}:{k}",
        "month by name": "%d-%b-%Y %H:%M:%S.{ms}",
        "month by name, blanks": "%d %B %Y %H:%M:%S.{ms}",
        "month first by name": '"%b %d, %Y %H:%M:%S.{ms}"',
        "weekday": '"%a, %d %b %Y %H:%M:%S.{ms}"',
        "AM/PM with a name": "%d-%b-%Y {h}:%M:%S.{ms} %p",
        "AM/PM after ISO": "%Y-%m-%d %I:%M:%S.{ms} %p",
        "am/pm glued": "%Y/%m/%d %I:%M:%S.{ms}pm",
        "p.m.": "%Y/%m/%d %I:%M:%S.{ms} p.m.",
        "dots": "%d.%m.%Y %H:%M:%S.{ms}",
        "dots, short year": "%d.%m.%y %H:%M:%S.{ms}",
        "Chinese": "%Y年%m月%d日 %H:%M:%S.{ms}",
        "zone Z": "%Y-%m-%dT%H:%M:%S.{ms}Z",
        "zone word UTC": "%Y-%m-%d %H:%M:%S.{ms} UTC",
        "zone word GMT": "%Y-%m-%d %H:%M:%S.{ms} GMT",
        "offset of nought": "%Y-%m-%d %H:%M:%S.{ms}+0000",
        "JavaScript": "%a %b %d %Y %H:%M:%S.{ms} GMT+0000 (Coordinated Universal Time)",
        "Java": "%a %b %d %H:%M:%S.{ms} UTC %Y",
        "dashes in the time": "%Y-%m-%d %H-%M-%S-{ms}",
        "underscores": "%Y-%m-%d_%H:%M:%S.{ms}",
        "comma between": '"%Y-%m-%d, %H:%M:%S.{ms}"',
        "time before date": "%H:%M:%S.{ms} %Y-%m-%d",
    }
    for name, pattern in plain.items():
        made[name] = Made(HEADER + rows_of(clock(pattern)))
    for name, pattern, hours in (
        ("offset and zone", "%Y-%m-%d %H:%M:%S.{ms}+0100 [Europe/Berlin]", 1),
        ("offset with a colon", "%Y-%m-%dT%H:%M:%S.{ms}+01:00", 1),
        ("offset of hours", "%Y-%m-%d %H:%M:%S.{ms} +01", 1),
        ("GMT and offset", "%Y-%m-%d %H:%M:%S.{ms} GMT+01:00", 1),
        ("UTC and one digit", "%Y-%m-%d %H:%M:%S.{ms} UTC+1", 1),
        ("CET", "%Y-%m-%d %H:%M:%S.{ms} CET", 1),
        ("PST", "%Y-%m-%d %H:%M:%S.{ms} PST", -8),
        ("zone by name", "%Y-%m-%d %H:%M:%S.{ms} Europe/Berlin", 1),
        ("zone in brackets alone", "%Y-%m-%d %H:%M:%S.{ms} [Europe/Berlin]", 1),
        ("ten hours west", "%Y-%m-%dT%H:%M:%S.{ms}-10:00", -10),
    ):
        made[name] = Made(HEADER + rows_of(clock(pattern)), start_s=START_S - hours * 3600)
    made["EST is asked for"] = Made(HEADER + rows_of(clock("%Y-%m-%d %H:%M:%S.{ms} EST")), refused="--timezone")
    made["EST is said"] = Made(
        HEADER + rows_of(clock("%Y-%m-%d %H:%M:%S.{ms} EST")),
        options={"timezone": "America/New_York"},
        start_s=START_S + 5 * 3600,
    )
    for sep in "/-":
        p, m = f"%d{sep}%m{sep}%Y %H:%M:%S.{{ms}}", f"%m{sep}%d{sep}%Y %H:%M:%S.{{ms}}"
        made[f"day first is asked for {sep}"] = Made(HEADER + rows_of(clock(p)), refused="--dates")
        made[f"day first is said {sep}"] = Made(HEADER + rows_of(clock(p)), options={"dates": "day-first"})
        made[f"month first is said {sep}"] = Made(HEADER + rows_of(clock(m)), options={"dates": "month-first"})
        made[f"day first, month impossible {sep}"] = Made(HEADER + rows_of(clock(p, start=D20)), start_s=D20_S)
        made[f"month first, day impossible {sep}"] = Made(HEADER + rows_of(clock(m, start=D20)), start_s=D20_S)
        made[f"day first by the column's name {sep}"] = Made(
            f"Date (DD{sep}MM{sep}YYYY HH:MM:SS),x,y,z\n" + rows_of(clock(p))
        )
        made[f"month first by the header {sep}"] = Made(
            f"# date format M{sep}d{sep}yyyy\n" + HEADER + rows_of(clock(m))
        )
    slash = "%d/%m/%Y {h}:%M:%S.{ms} %p"
    made["AM/PM, day first said"] = Made(HEADER + rows_of(clock(slash)), options={"dates": "day-first"})
    made["AM/PM, US"] = Made(HEADER + rows_of(clock("%m/%d/%Y %I:%M:%S.{ms} %p", start=D20)), start_s=D20_S)
    made["day first by another date of the header"] = Made(
        "Download Date 16/12/2024\n" + HEADER + rows_of(clock("%d/%m/%Y %H:%M:%S.{ms}"))
    )
    night = datetime(2024, 12, 11, 23, 59, 0, tzinfo=UTC)
    made["day first as the day goes on"] = Made(
        HEADER + rows_of(clock("%d/%m/%Y %H:%M:%S.{ms}", start=night), rows=6000), start_s=night.timestamp(), rows=6000
    )
    made["short year, day first said"] = Made(
        HEADER + rows_of(clock("%d/%m/%y %H:%M:%S.{ms}")), options={"dates": "day-first"}
    )
    apart = {
        "date and time apart": ("date,time,x,y,z\n", clock("%Y-%m-%d,%H:%M:%S.{ms}")),
        "time and date apart": ("time,date,x,y,z\n", clock("%H:%M:%S.{ms},%Y-%m-%d")),
        "date and time apart, no header": ("", clock("%Y/%m/%d,%H:%M:%S.{ms}")),
        "date and time apart, run together": ("Date,Time,x,y,z\n", clock("%Y%m%d,%H%M%S.{ms}")),
        "date and time apart, AM/PM": ("Date,Time,x,y,z\n", clock("%d-%b-%Y,%I:%M:%S.{ms} %p")),
        "six columns": ("year,month,day,hour,minute,second,x,y,z\n", clock("%Y,{m},{d},{H},{M},{S}.{ms}")),
        "date, number and time": ("Date,No,Time,x,y,z\n", clock("%d.%m.%Y,7,%H:%M:%S.{ms}")),
    }
    for name, (header, stamp) in apart.items():
        made[name] = Made(header + rows_of(stamp))
    made["blanks between date and time"] = Made(
        "date time x y z\n" + rows_of(clock("%Y-%m-%d %H:%M:%S.{ms}"), row="{t} {x} {y} {z}")
    )
    for name, pattern in {
        "time of day": "%H:%M:%S.{ms}",
        "time of day, not padded": "{H}:{M}:{S}.{ms}",
        "time of day, colon": "%H:%M:%S:{ms}",
        "time of day as a number": "%H%M%S.{ms}",
        "time of day as a long number": "%H%M%S{ms}",
        "time of day, AM/PM": "%I:%M:%S.{ms} %p",
    }.items():
        made[f"{name} past midnight"] = Made(
            HEADER + rows_of(clock(pattern, start=LATE), rows=300), start_s=None, rows=300, told=("midnight",)
        )
    made["minutes and seconds, as Excel cuts them"] = Made(HEADER + rows_of(clock("%M:%S.{ms}")), start_s=None)
    made["time of day and the day in the header"] = Made(
        "Start Date: 2024-12-11\n" + HEADER + rows_of(clock("%H:%M:%S.{ms}"))
    )
    made["elapsed"] = Made(HEADER + rows_of(lambda i: f"{i // 180000}:00:{i / 50:06.3f}"), start_s=None)
    made["pandas timedelta"] = Made(HEADER + rows_of(lambda i: f"0 days 00:00:{i / 50:09.6f}"), start_s=None)
    excel = START_S / 86400 + 25569
    made["Excel days"] = Made(HEADER + rows_of(lambda i: f"{excel + i / 50 / 86400:.10f}"), off_s=0.01, tolerance=1e-3)
    made["Matlab days"] = Made(
        HEADER + rows_of(lambda i: f"{START_S / 86400 + 719529 + i / 50 / 86400:.9f}"), off_s=0.01, tolerance=1e-2
    )
    made[".NET ticks"] = Made(
        HEADER + rows_of(lambda i: str(638695341600000000 - 638695341600000000 + NET + i * 200000))
    )
    for seconds in (1, 60):
        rows = 3000 * seconds if seconds == 1 else 9000
        pattern = "%Y-%m-%d %H:%M:%S" if seconds == 1 else "%Y-%m-%d %H:%M"
        made[f"whole {'seconds' if seconds == 1 else 'minutes'}"] = Made(
            HEADER + rows_of(clock(pattern), rows=rows), rows=rows, off_s=0.03, tolerance=1e-2
        )
    made["whole epoch seconds"] = Made(
        HEADER + rows_of(lambda i: str(int(START_S) + i // 50), rows=3000), rows=3000, off_s=0.03, tolerance=1e-3
    )
    return made


NET = 621_355_968_000_000_000 + int(START_S) * 10_000_000
