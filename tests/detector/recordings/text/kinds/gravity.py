"""Units that give an impossible gravity, and axes that stop."""

from __future__ import annotations

import numpy as np

from tests.detector.recordings.text.kinds.made import GRAVITY, Made, axes, number, rows_of
from tests.detector.recordings.text.kinds.parts import S


def gravity() -> dict[str, Made]:
    """Units that give an impossible gravity, and axes that stop."""
    made: dict[str, Made] = {}
    made["g but 9.81"] = Made(
        "time,acc_x (g),acc_y (g),acc_z (g)\n" + rows_of(S, factor=GRAVITY),
        start_s=None,
        told=("gravity in m/s2",),
        xyz=axes(200) * GRAVITY,
    )
    made["g but mg"] = Made(
        "time,acc_x (g),acc_y (g),acc_z (g)\n" + rows_of(S, factor=1000, digits=0),
        start_s=None,
        told=("gravity in mg",),
        xyz=np.zeros(0),
    )
    made["mg but counts 2048"] = Made(
        "time,acc_x (mg),acc_y (mg),acc_z (mg)\n" + rows_of(S, factor=2048, digits=0),
        start_s=None,
        told=("no gravity",),
        xyz=np.zeros(0),
    )
    made["0.1 g units dps axes"] = Made("time,x,y,z\n" + rows_of(S, factor=10.3), start_s=None, xyz=np.zeros(0))
    made["m/s2 said, counts"] = Made(
        "time,acc_x (m/s^2),acc_y (m/s^2),acc_z (m/s^2)\n" + rows_of(S, factor=4096, digits=0), refused="--counts-per-g"
    )
    made["MG capital"] = Made("time,X (MG),Y (MG),Z (MG)\n" + rows_of(S, factor=1000, digits=0), start_s=None)
    made["milli-g word"] = Made(
        "time,X [milli-g],Y [milli-g],Z [milli-g]\n" + rows_of(S, factor=1000, digits=0), start_s=None
    )
    made["unit row below g"] = Made("time,ax,ay,az\ns,g,g,g\n" + rows_of(S), start_s=None)
    made["unit in comment"] = Made(
        "# acceleration in m/s^2\ntime,ax,ay,az\n" + rows_of(S, factor=GRAVITY), start_s=None
    )
    made["LSB/g in header"] = Made(
        "# sensitivity: 16384 LSB/g\ntime_ms,ax,ay,az\n" + rows_of(number(0.001), factor=16384, digits=0),
        start_s=None,
        told=("16384 in a g, as its header says",),
    )
    made["stuck x at 0"] = Made(
        "time,x,y,z\n" + rows_of(S, row="{t},0,{y},{z}"), start_s=None, told=("x never changes",), xyz=np.zeros(0)
    )
    made["stuck after half"] = Made(
        "time,x,y,z\n"
        + "".join(
            (f"{i / 50:.2f},{x},{y},{(z if i < 1500 else 0.5)}\n" for i, (x, y, z) in enumerate(axes(3000).tolist()))
        ),
        rows=3000,
        start_s=None,
        told=("z",),
        xyz=np.zeros(0),
    )
    made["all stuck from row n"] = Made(
        "time,x,y,z\n"
        + "".join(
            (
                f"{i / 50:.2f},{(x if i < 1000 else 0.1)},{(y if i < 1000 else -0.2)},{(z if i < 1000 else 0.97)}\n"
                for i, (x, y, z) in enumerate(axes(3000).tolist())
            )
        ),
        rows=3000,
        start_s=None,
        told=("change",),
        xyz=np.zeros(0),
    )
    return made
