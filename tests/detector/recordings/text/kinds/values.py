"""Units, counts and axes; and packed files."""

from __future__ import annotations

import gzip
import io
import zipfile

import numpy as np

from tests.detector.recordings.text.kinds.made import (
    GRAVITY,
    HEADER,
    Made,
    axes,
    clock,
    number,
    rows_of,
)


def values() -> dict[str, Made]:
    """Units, counts and axes."""
    t = number(1, digits=3)
    made: dict[str, Made] = {}
    for unit, factor, digits in (
        ("g", 1, 5),
        ("mg", 1000, 1),
        ("m/s2", GRAVITY, 5),
        ("m/s^2", GRAVITY, 5),
        ("m/s²", GRAVITY, 5),
        ("cm/s^2", GRAVITY * 100, 3),
        ("mm/s^2", GRAVITY * 1000, 2),
        ("ft/s^2", GRAVITY / 0.3048, 5),
        ("m/(s^2)", GRAVITY, 5),
        ("m/sec^2", GRAVITY, 5),
        ("m.s-2", GRAVITY, 5),
        ("µg", 1e6, 0),
    ):
        made[f"in {unit}"] = Made(
            f"time,acc_x ({unit}),acc_y ({unit}),acc_z ({unit})\n" + rows_of(t, factor=factor, digits=digits),
            start_s=None,
            xyz=axes(200),
        )
    made["said to be g but counts"] = Made(
        "time,acc_x [g],acc_y [g],acc_z [g]\n" + rows_of(t, factor=16384, digits=0), refused="--counts-per-g"
    )
    made["said to be g but counts, given"] = Made(
        "time,acc_x [g],acc_y [g],acc_z [g]\n" + rows_of(t, factor=16384, digits=0),
        options={"counts_per_g": 16384},
        start_s=None,
    )
    made["said to be m/s2 but g"] = Made(
        "time,acc_x [m/s^2],acc_y [m/s^2],acc_z [m/s^2]\n" + rows_of(t),
        start_s=None,
        told=("gravity in g",),
        xyz=axes(200) / GRAVITY,
    )
    made["said to be g, of 2 g"] = Made(
        "time,acc_x [g],acc_y [g],acc_z [g]\n" + rows_of(t, factor=2),
        start_s=None,
        told=("no gravity",),
        xyz=axes(200) * 2,
    )
    for per_g in (256, 4096, 8192, 16384, 2048):
        made[f"counts {per_g}"] = Made(
            "Time (ms),X,Y,Z\n" + rows_of(number(1e-3), factor=per_g, digits=0), refused="--counts-per-g"
        )
        made[f"counts {per_g}, given"] = Made(
            "Time (ms),X,Y,Z\n" + rows_of(number(1e-3), factor=per_g, digits=0),
            options={"counts_per_g": per_g},
            start_s=None,
        )
    zero = rows_of(number(1e-3), row="{t},{x},{y},{z}").splitlines()
    shifted = "\n".join(
        ",".join([line.split(",")[0], *(f"{float(v) * 63 + 127:.0f}" for v in line.split(",")[1:])]) for line in zero
    )
    made["counts from 127"] = Made(f"Time (ms),X,Y,Z\n{shifted}\n", refused="--zero-count")
    made["counts from 127, given"] = Made(
        f"Time (ms),X,Y,Z\n{shifted}\n", options={"counts_per_g": 63, "zero_count": 127}, start_s=None, xyz=np.zeros(0)
    )
    made["an unknown unit"] = Made(
        "time,acc_x (furlong),acc_y (furlong),acc_z (furlong)\n" + rows_of(t), start_s=None, told=("furlong",)
    )
    for axis, row in (("x", "{t},0.1,{y},{z}"), ("y", "{t},{x},0,{z}"), ("z", "{t},{x},{y},-2")):
        made[f"{axis} never moves"] = Made(
            HEADER + rows_of(t, row=row),
            start_s=None,
            told=(f"{axis} never changes",),
            xyz=np.zeros(0),
            options={"units": "g"},
        )
    made["nothing moves"] = Made(
        HEADER + rows_of(t, row="{t},0,0,1"), start_s=None, told=("never change",), xyz=np.zeros(0)
    )
    return made


def packed() -> dict[str, Made]:
    """Packed files."""
    text = (HEADER + rows_of(clock("%Y-%m-%dT%H:%M:%S.{ms}"))).encode()
    gyro = ("time,x,y,z\n" + rows_of(clock("%Y-%m-%dT%H:%M:%S.{ms}"), row="{t},10,20,30")).encode()
    free = ("time,x,y,z\n" + rows_of(clock("%Y-%m-%dT%H:%M:%S.{ms}"), factor=0.01)).encode()

    def zipped(**files: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name.replace("__", "/").replace("_csv", ".csv"), content)
        return out.getvalue()

    return {
        "gz": Made(gzip.compress(text)),
        "gz of UTF-16": Made(gzip.compress(text.decode().encode("utf-16"))),
        "gz cut short": Made(gzip.compress(text)[:-200], refused="damaged or cut short"),
        "zip": Made(zipped(rec_csv=text), told=("rec.csv",)),
        "zip of an app": Made(
            zipped(Gyroscope_csv=gyro, Accelerometer_csv=text, Metadata_csv=b"device,1\n"),
            told=("Gyroscope.csv left out",),
        ),
        "zip of an app, total beside": Made(
            zipped(Accelerometer_csv=free, TotalAcceleration_csv=text, Gravity_csv=gyro)
        ),
        "zip, linear beside": Made(zipped(LinearAcceleration_csv=free, Accelerometer_csv=text)),
        "zip of folders": Made(zipped(meta__device_csv=b"a,b\n1,2\n", data__ACC_csv=text)),
        "zip of no table": Made(zipped(**{"picture.png": b"\x89PNG"}), refused="no table"),
        "zip cut short": Made(zipped(rec_csv=text)[:-100], refused="damaged or cut short"),
        "gz of something else": Made(gzip.compress(bytes(range(256)) * 50), refused="not a text file"),
    }
