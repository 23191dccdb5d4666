"""Times that are numbers, or none."""

from __future__ import annotations

import numpy as np

from tests.detector.recordings.text.kinds.made import (
    HEADER,
    LATE,
    START_S,
    Made,
    axes,
    clock,
    number,
    rows_of,
)


def clocks() -> dict[str, Made]:
    """Times that are numbers, or none."""
    made: dict[str, Made] = {}
    for label, unit, digits in (
        ("Milliseconds", 1e-3, 0),
        ("time_us", 1e-6, 0),
        ("t [ns]", 1e-9, 0),
        ("seconds", 1, 3),
        ("Time since start in ms", 1e-3, 0),
        ("elapsed (s)", 1, 4),
        ("mSecs", 1e-3, 3),
        ("minutes", 60, 8),
        ("Timestamp (µs)", 1e-6, 0),
        ("timestamp_ms", 1e-3, 0),
    ):
        made[f"unit {label}"] = Made(
            f"{label},X,Y,Z\n" + rows_of(number(unit, digits=digits)), start_s=None, tolerance=1e-3
        )
    for unit in (1, 1e-3, 1e-6, 1e-9):
        made[f"epoch {unit}"] = Made(HEADER + rows_of(number(unit, start_s=START_S, digits=3 if unit == 1 else 0)))
    for label in ("time", "Timestamp", "t"):
        made[f"counter named {label}"] = Made(f"{label},x,y,z\n" + rows_of(str), refused="--rate-hz")
        made[f"counter named {label}, rate given"] = Made(
            f"{label},x,y,z\n" + rows_of(str), options={"rate_hz": 50}, start_s=None
        )
    made["counter from 1000"] = Made(HEADER + rows_of(lambda i: str(1000 + i)), refused="--rate-hz")
    made["counter beside a time"] = Made(
        "sample,time,x,y,z\n" + rows_of(number(1, digits=3), row="{i},{t},{x},{y},{z}"), start_s=None
    )
    made["counter of 8 bits"] = Made("time,x,y,z\n" + rows_of(lambda i: str(i % 256), rows=600), refused="--rate-hz")
    for hz in (25.6, 50, 51.2, 100):
        made[f"ticks at {hz}"] = Made(
            "Timestamp,x,y,z\n" + rows_of(lambda i, hz=hz: str(round(i * 32768 / hz))), refused="--rate-hz"
        )
    made["microseconds at 833 Hz"] = Made("Timestamp,x,y,z\n" + rows_of(lambda i: str(1200 * i)), refused="--rate-hz")
    made["another sensor's clock"] = Made(
        "gps_time,acc_x,acc_y,acc_z\n" + rows_of(lambda i: str(int(START_S) + i // 50)), refused="another"
    )
    made["another sensor's clock beside"] = Made(
        "gyro_time,time,acc_x,acc_y,acc_z\n" + rows_of(number(1, digits=3), row="{i}.5,{t},{x},{y},{z}"), start_s=None
    )
    made["differences in ms"] = Made(
        "dt_ms,x,y,z\n" + rows_of(lambda i: f"{20 + (i % 3 - 1) * 0.5}"),
        start_s=None,
        told=("row to row",),
        tolerance=1e-2,
        off_s=0.1,
    )
    made["differences in s"] = Made(
        "time,x,y,z\n" + rows_of(lambda i: f"{0.02 + (i % 3 - 1) * 0.0005:.4f}"),
        start_s=None,
        told=("row to row",),
        tolerance=1e-2,
        off_s=0.1,
    )
    made["constant differences"] = Made(
        "delta_us,x,y,z\n" + rows_of(lambda _: "20000"), start_s=None, told=("row to row",)
    )
    for bits, unit in ((32, 1e-6), (32, 1e-9), (24, 1e-6), (16, 1e-3)):
        label = {1e-6: "time_us", 1e-9: "time_ns", 1e-3: "time_ms"}[unit]
        rows = 6000
        begin = (1 << bits) - round(3 / unit) if 3 / unit < 1 << bits else 0
        made[f"wrap of {bits} bits of {unit}"] = Made(
            f"{label},x,y,z\n"
            + rows_of(lambda i, b=begin, u=unit, n=bits: str((b + round(i / 50 / u)) % (1 << n)), rows=rows),
            rows=rows,
            start_s=None,
            told=("begin anew",),
        )
    made["signed wrap"] = Made(
        "time_us,x,y,z\n" + rows_of(lambda i: str((2**31 - 1_000_000 + i * 20_000 + 2**31) % 2**32 - 2**31)),
        start_s=None,
        told=("begin anew",),
    )
    for set_at, before in ((40, 12.0), (3, 0.0), (1500, 5.0)):
        made[f"clock set after {set_at} rows"] = Made(
            HEADER + rows_of(lambda i, s=set_at, b=before: f"{(b if i < s else START_S) + i / 50:.2f}", rows=3000),
            rows=3000,
            start_s=START_S,
            told=("clock was set",),
        )
    made["clock set, dates"] = Made(
        HEADER
        + rows_of(lambda i: (clock("%Y-%m-%d %H:%M:%S.{ms}") if i > 100 else clock("2000-01-01 00:00:%S.{ms}"))(i)),
        told=("clock was set",),
    )
    for first, then in ((100, 50), (25, 100), (50, 200)):

        def stamp(i: int, a: int = first, b: int = then) -> str:
            return f"{i / a if i < 30 * a else 30 + (i - 30 * a) / b:.3f}"

        rows = 30 * first + 60 * then
        made[f"from {first} to {then} Hz"] = Made(
            HEADER + rows_of(stamp, rows=rows), float(then), None, rows, told=("rate changes",)
        )
    held = np.repeat(axes(300), 5, axis=0)
    made["held from a slower rate"] = Made(
        HEADER + "".join(f"{i / 250:.4f},{x:.4f},{y:.4f},{z:.4f}\n" for i, (x, y, z) in enumerate(held.tolist())),
        250.0,
        None,
        1500,
        told=("held for about 5",),
        xyz=held,
    )
    made["a gap"] = Made(
        HEADER + rows_of(lambda i: f"{i / 50 + (5 if i >= 300 else 0):.3f}", rows=600), start_s=None, rows=600, gaps=1
    )
    made["past midnight with a gap"] = Made(
        HEADER + rows_of(lambda i: clock("%H:%M:%S.{ms}", start=LATE)(i + (400 if i > 200 else 0)), rows=600),
        start_s=None,
        rows=600,
        gaps=1,
    )
    return made
