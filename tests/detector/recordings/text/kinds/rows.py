"""Rows of unequal length, repeated headers and footers."""

# ruff: noqa: E501

from __future__ import annotations

import numpy as np

from tests.detector.recordings.text.kinds.made import GRAVITY, Made, axes, rows_of
from tests.detector.recordings.text.kinds.parts import MS, NSS, S, iso


def rows() -> dict[str, Made]:
    """Rows of unequal length, repeated headers and footers."""
    made: dict[str, Made] = {}
    made["some rows shorter"] = Made(
        "time,x,y,z,temp\n"
        + "".join(
            (
                f"{i / 50:.2f},{x},{y},{z}" + (",31\n" if i % 3 == 0 else "\n")
                for i, (x, y, z) in enumerate(axes(200).tolist())
            )
        ),
        start_s=None,
    )
    made["extra cell in some rows"] = Made(
        "time,x,y,z\n"
        + "".join(
            (
                f"{i / 50:.2f},{x},{y},{z}" + (",marker\n" if i == 57 else "\n")
                for i, (x, y, z) in enumerate(axes(200).tolist())
            )
        ),
        start_s=None,
    )
    made["rows cut in the middle"] = Made(
        "time,x,y,z\n"
        + "".join(
            (
                f"{i / 50:.2f},{x},{y},{z}\n" if i != 70 else f"{i / 50:.2f},{x},\n"
                for i, (x, y, z) in enumerate(axes(200).tolist())
            )
        ),
        start_s=None,
        xyz=np.zeros(0),
    )
    made["cell lost at the front"] = Made(
        "time,x,y,z\n"
        + "".join(
            (
                f"{i / 50:.2f},{x},{y},{z}\n" if i != 70 else f"{x},{y},{z}\n"
                for i, (x, y, z) in enumerate(axes(200).tolist())
            )
        ),
        start_s=None,
        xyz=np.zeros(0),
    )
    made["header repeated at restart"] = Made(
        "time,x,y,z\n" + rows_of(iso, rows=200) + "time,x,y,z\n" + rows_of(lambda i: iso(i + 500), rows=200),
        rows=400,
        gaps=1,
        xyz=np.zeros(0),
    )
    made["header repeated 20 times"] = Made(
        "".join("time,x,y,z\n" + rows_of(lambda i, k=k: iso(i + k * 20), rows=20) for k in range(20)),
        rows=400,
        xyz=np.zeros(0),
    )
    made["header repeated, time restarts"] = Made(
        "time,x,y,z\n" + rows_of(S, rows=200) + "time,x,y,z\n" + rows_of(S, rows=200), refused="go back"
    )
    made["header block repeated"] = Made(
        "Start: 2024-12-11 17:16:00\nfs: 50 Hz\ntime,x,y,z\n"
        + rows_of(iso, rows=200)
        + "Start: 2024-12-11 17:16:10\nfs: 50 Hz\ntime,x,y,z\n"
        + rows_of(lambda i: iso(i + 500), rows=200),
        rows=400,
        gaps=1,
        xyz=np.zeros(0),
    )
    made["footer words"] = Made("time,x,y,z\n" + rows_of(S) + "End of file\nTotal samples: 200\n", start_s=None)
    made["footer statistics"] = Made(
        "time,x,y,z\n" + rows_of(S) + "\nmean,0.1,-0.2,0.97\nstd,0.01,0.01,0.01\n", start_s=None
    )
    made["footer numbers"] = Made("time,x,y,z\n" + rows_of(iso) + "Samples,200,,\n")
    made["footer ctrl-z"] = Made(("time,x,y,z\n" + rows_of(S)).encode() + b"\x1a", start_s=None)
    made["footer many lines"] = Made(
        "time,x,y,z\n" + rows_of(S) + "".join(f"note {i}: something happened\n" for i in range(12)), start_s=None
    )
    return made


def turns() -> dict[str, Made]:
    """Sensors that take turns in rows."""
    made: dict[str, Made] = {}
    made["interleaved Acc prefix"] = Made(rows_of(MS, row="ACC {t} {x} {y} {z}\nGYR {t} 1 2 3"))
    made["interleaved numbered types android"] = Made(
        "sensor_type,timestamp,x,y,z\n" + rows_of(NSS, row="1,{t},{x},{y},{z}\n4,{t},0.1,0.2,0.3", factor=GRAVITY),
        refused="--sensor",
    )
    made["interleaved android types said"] = Made(
        "sensor_type,timestamp,x,y,z\n" + rows_of(NSS, row="1,{t},{x},{y},{z}\n4,{t},0.1,0.2,0.3", factor=GRAVITY),
        options={"sensor": "1"},
    )
    made["interleaved fewer values"] = Made(
        "time,sensor,v1,v2,v3\n" + rows_of(MS, row="{t},hr,60,,\n{t},accelerometer,{x},{y},{z}")
    )
    made["interleaved by blocks of columns"] = Made(
        "time,acc_x,acc_y,acc_z,gyr_x,gyr_y,gyr_z\n" + rows_of(MS, row="{t},{x},{y},{z},,,\n{t},,,,1,2,3"), rows=200
    )
    return made


def encodings() -> dict[str, Made]:
    """Encodings of headers."""
    made: dict[str, Made] = {}
    for enc in ("utf-16", "utf-16-be", "utf-8-sig", "cp1252"):
        made[f"enc {enc} crlf"] = Made(
            (
                "Time (s);Linear Acceleration x (m/s²);Linear Acceleration y (m/s²);Linear Acceleration z (m/s²);Acceleration x (m/s²);Acceleration y (m/s²);Acceleration z (m/s²)\r\n"
                + rows_of(S, row="{t};0.1;0.1;0.1;{x};{y};{z}", factor=GRAVITY).replace("\n", "\r\n")
            ).encode(enc),
            start_s=None,
        )
    made["mojibake m/sÂ²"] = Made("time,ax (m/sÂ²),ay (m/sÂ²),az (m/sÂ²)\n" + rows_of(S, factor=GRAVITY), start_s=None)
    made["replacement m/s�"] = Made("time,ax (m/s�),ay (m/s�),az (m/s�)\n" + rows_of(S, factor=GRAVITY), start_s=None)
    made["cp932 japanese"] = Made(
        ("時間,加速度X(g),加速度Y(g),加速度Z(g)\n" + rows_of(S)).encode("cp932"), start_s=None
    )
    made["cp949 korean"] = Made(("시간,가속도X(g),가속도Y(g),가속도Z(g)\n" + rows_of(S)).encode("cp949"), start_s=None)
    made["mac returns bom"] = Made(("\ufefftime,x,y,z\r" + rows_of(S).replace("\n", "\r")).encode(), start_s=None)
    return made
