"""Kinds that are known, in other spellings: another separator, another order, no header, another language."""

from __future__ import annotations

import bz2
import lzma
from datetime import UTC, datetime

import numpy as np

from tests.detector.recordings.text.kinds.made import (
    D20,
    D20_S,
    GRAVITY,
    HEADER,
    START_S,
    Made,
    axes,
    clock,
    number,
    rows_of,
)

MS = number(1e-3)
S = number(1, digits=3)
ISO = clock("%Y-%m-%d %H:%M:%S.{ms}")


def siblings() -> dict[str, Made]:
    """All of them."""
    return {**_dates(), **_numbers(), **_counts(), **_units(), **_refused()}


def _dates() -> dict[str, Made]:
    half = datetime(2024, 12, 11, 12, 30, 54, tzinfo=UTC)
    return {
        "hundredths behind a colon": Made(
            rows_of(clock("%H:%M:%S:{cs}"), row="{t}\t{x}\t{y}\t{z}"), start_s=None, rate_hz=50
        ),
        "hundredths behind a colon, dates": Made(HEADER + rows_of(clock("%Y-%m-%d %H:%M:%S:{cs}"))),
        "hundredths behind a colon, day first": Made(
            rows_of(clock("%d.%m.%Y %H:%M:%S:{cs}", start=D20), row="{t};{x};{y};{z}"), start_s=D20_S
        ),
        "counted milliseconds behind a colon": Made(HEADER + rows_of(clock("%Y-%m-%d %H:%M:%S:{k}"))),
        "microseconds behind a colon": Made(
            HEADER + rows_of(lambda i: clock("%Y-%m-%dT%H:%M:%S:{ms}")(i) + "000"),
        ),
        "zone in a column of its own": Made(
            "date,time,zone,x,y,z\n" + rows_of(clock("%Y-%m-%d,%H:%M:%S.{ms},UTC")),
        ),
        "half hours of a zone": Made(
            HEADER + rows_of(lambda i: ISO(i) + " UTC+05:30"), start_s=START_S - round(5.5 * 3600)
        ),
        "offset and region of Java": Made(
            HEADER + rows_of(lambda i: clock("%Y-%m-%dT%H:%M:%S.{ms}")(i) + "+01:00[Europe/Paris]"),
            start_s=START_S - 3600,
        ),
        "time of day before the date, tabs": Made(
            rows_of(clock("%H:%M:%S.{ms}\t%d/%m/%Y", start=D20), row="{t}\t{x}\t{y}\t{z}"), start_s=D20_S
        ),
        "time of day as a number, last": Made(
            rows_of(clock("%H%M%S.{ms}", start=half), row="{x},{y},{z},{t}", rows=600),
            start_s=None,
            rows=600,
            told=("hours, minutes",),
        ),
    }


def _numbers() -> dict[str, Made]:
    made = {
        f"column named {label}": Made(
            f"{label};X;Y;Z\n" + rows_of(number(unit, digits=digits), row="{t};{x};{y};{z}"),
            start_s=None,
            tolerance=1e-3,
        )
        for label, unit, digits in (
            ("Zeit [ms]", 1e-3, 0),
            ("elapsed_micros", 1e-6, 0),
            ("Tiempo (s)", 1, 3),
            ("temps_s", 1, 3),
            ("t/ms", 1e-3, 1),
            ("Sekunden", 1, 3),
        )
    }
    for name, stamp, row in (
        ("sec,nanosec", lambda i: f"{int(START_S) + i // 50},{i % 50 * 20_000_000}", "{t},{x},{y},{z}"),
        ("seconds;microseconds", lambda i: f"{int(START_S) + i // 50};{i % 50 * 20_000}", "{t};{x};{y};{z}"),
        ("sec\tms", lambda i: f"{int(START_S) + i // 50}\t{i % 50 * 20}", "{t}\t{x}\t{y}\t{z}"),
    ):
        sep = row[3]
        made[f"two columns, {name!r}"] = Made(f"{name}{sep}x{sep}y{sep}z\n" + rows_of(stamp, row=row))
    made["rate and start in comments, names behind a word"] = Made(
        "# sampling rate: 50 Hz\n# start: 2024-12-11T17:16:00Z\n# columns: x y z [g]\n"
        + rows_of(str, row="{x} {y} {z}"),
    )
    made["interval before its number"] = Made(
        "Sampling interval (ms): 20\nStart date: 2024-12-11\nStart time: 17:16:00\nX;Y;Z\n"
        + rows_of(str, row="{x};{y};{z}"),
    )
    made["ticks of no length"] = Made("ticks,x,y,z\n" + rows_of(lambda i: str(20 * i)), refused="counts ticks")
    made["ticks, rate given"] = Made(
        "ticks;x;y;z\n" + rows_of(lambda i: str(20 * i), row="{t};{x};{y};{z}"), options={"rate_hz": 50}, start_s=None
    )
    made["steps of Windows"] = Made(
        "FILETIME,x,y,z\n" + rows_of(lambda i: str(133_784_109_600_000_000 + 200_000 * i)), told=("since 1601",)
    )
    return made


def _counts() -> dict[str, Made]:
    xyz = np.round(axes(200) * 8192) / 8192
    said = ("8192 in a g, as its header says",)
    text = rows_of(MS, factor=8192, digits=0)
    return {
        "counts, sensitivity in a comment": Made(
            "# sensitivity: 8192 LSB/g\nTime (ms),X,Y,Z\n" + text, start_s=None, told=said, xyz=xyz
        ),
        "counts, sensitivity in the names": Made(
            "time_ms,ax [8192 LSB/g],ay [8192 LSB/g],az [8192 LSB/g]\n" + text, start_s=None, told=said, xyz=xyz
        ),
        "counts, sensitivity in a header block": Made(
            "Device;IMU\nScale;8192 counts per g\ntime_ms;x;y;z\n"
            + rows_of(MS, factor=8192, digits=0, row="{t};{x};{y};{z}"),
            start_s=None,
            told=said,
            xyz=xyz,
        ),
        "counts, a sensitivity that does not fit": Made(
            "# sensitivity: 256 LSB/g\nTime (ms),X,Y,Z\n" + text, refused="--counts-per-g"
        ),
        "counts of a turning rate's sensitivity": Made(
            "# gyro: 131 LSB/(deg/s)\nTime (ms),X,Y,Z\n" + text, refused="--counts-per-g"
        ),
    }


def _units() -> dict[str, Made]:
    return {
        "said to be m/s2, and g": Made(
            "time,acc_x (m/s2),acc_y (m/s2),acc_z (m/s2)\n" + rows_of(S),
            start_s=None,
            told=("looks like gravity in g",),
            xyz=axes(200) / GRAVITY,
        ),
        "mm/s²": Made(
            "time;ax (mm/s²);ay (mm/s²);az (mm/s²)\n"
            + rows_of(S, factor=1000 * GRAVITY, digits=1, row="{t};{x};{y};{z}"),
            start_s=None,
        ),
        "said to be mg, and counts": Made(
            "time,acc_x [mg],acc_y [mg],acc_z [mg]\n" + rows_of(S, factor=16384, digits=0), refused="--counts-per-g"
        ),
        "Japanese": Made("時間,加速度X(g),加速度Y(g),加速度Z(g)\n" + rows_of(ISO)),
        "Russian": Made(
            "Время;Ускорение X;Ускорение Y;Ускорение Z\n" + rows_of(ISO, row="{t};{x};{y};{z}"),
        ),
        "French": Made(
            "Temps;Accélération X (g);Accélération Y (g);Accélération Z (g)\n" + rows_of(ISO, row="{t};{x};{y};{z}"),
        ),
    }


def _refused() -> dict[str, Made]:
    plain = (HEADER + rows_of(S)).encode()
    counts = np.round(axes(200) * 8192).astype(int)
    hexadecimal = [[f"0x{value & 0xFFFF:04X}" for value in row] for row in counts]
    long = [
        f"{i * 20}{{0}}{axis}{{0}}{v:.4f}\n"
        for i, row in enumerate(axes(200))
        for axis, v in zip("xyz", row, strict=True)
    ]
    return {
        "packed by bzip2": Made(bz2.compress(plain), refused="is packed by bzip2, .* unpack it first"),
        "packed by xz": Made(lzma.compress(plain), refused="is packed by xz, .* unpack it first"),
        "packed by zstd": Made(b"(\xb5/\xfd" + bytes(99), refused="is packed by zstd"),
        "hexadecimal": Made(
            "time_ms,x,y,z\n" + "".join(f"{i * 20}," + ",".join(row) + "\n" for i, row in enumerate(hexadecimal)),
            refused="hexadecimal",
        ),
        "bytes as Python prints them": Made(
            HEADER + rows_of(S, row="b'{t}',b'{x}',b'{y}',b'{z}'"), refused="as Python prints bytes"
        ),
        "one axis a row": Made("time,axis,value\n" + "".join(long).format(","), refused="one axis in a row"),
        "one axis a row, no header": Made("".join(long).format(";"), refused="one axis in a row"),
    }
