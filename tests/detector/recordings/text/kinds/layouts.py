"""Rows and headers that do not fit each other, and lines that are neither."""

# ruff: noqa: E501

from __future__ import annotations

import numpy as np

from tests.detector.recordings.text.kinds.made import (
    GRAVITY,
    HEADER,
    START_S,
    Made,
    clock,
    number,
    rows_of,
)


def layouts() -> dict[str, Made]:
    """Rows and headers that do not fit each other, and lines that are neither."""
    made: dict[str, Made] = {}
    t = number(1, digits=3)
    made["rows end in a comma"] = Made(
        "time,grav_x,grav_y,grav_z,acc_x,acc_y,acc_z\n" + rows_of(t, row="{t},0.3,0.3,0.3,{x},{y},{z},"), start_s=None
    )
    made["rows and header end in a semicolon"] = Made(
        "time;acc_x;acc_y;acc_z;\n" + rows_of(t, row="{t};{x};{y};{z};"), start_s=None
    )
    made["header ends in commas"] = Made("time,acc_x,acc_y,acc_z,,,\n" + rows_of(t), start_s=None)
    made["rows end in a semicolon beside commas"] = Made(HEADER + rows_of(t, row="{t},{x},{y},{z};"), start_s=None)
    made["more names than cells"] = Made(
        "time,acc_x,acc_y,acc_z,label,note\n" + rows_of(t), start_s=None, told=("header names 6",)
    )
    made["fewer names than cells"] = Made(
        "time,acc_x,acc_y,acc_z\n" + rows_of(t, row="{t},{x},{y},{z},1,2"), start_s=None, told=("header names 4",)
    )
    made["R's row names"] = Made('"time","x","y","z"\n' + rows_of(t, row='"{i}",{t},{x},{y},{z}'), start_s=None)
    made["R's row names, blanks"] = Made("time x y z\n" + rows_of(t, row="{i} {t} {x} {y} {z}"), start_s=None)
    made["R's row names, words"] = Made('"time","x","y","z"\n' + rows_of(t, row='"r{i}",{t},{x},{y},{z}'), start_s=None)
    made["pandas index"] = Made(",time,x,y,z\n" + rows_of(t, row="{i},{t},{x},{y},{z}"), start_s=None)
    made["pandas index row"] = Made(",x,y,z\ntime,,,\n" + rows_of(t), start_s=None)
    made["pandas, two levels"] = Made(
        "sensor,acc,acc,acc,gyr,gyr,gyr\n,x,y,z,x,y,z\ntime,,,,,,\n" + rows_of(t, row="{t},{x},{y},{z},1,2,3"),
        start_s=None,
    )
    made["names that span"] = Made(
        "Time,Gyroscope,,,Accelerometer,,\ns,x,y,z,x,y,z\n" + rows_of(t, row="{t},1,2,3,{x},{y},{z}"), start_s=None
    )
    made["four header rows"] = Made(
        "Dev 1\tDev 1\tDev 1\tDev 1\nTimestamp\tAccel X\tAccel Y\tAccel Z\nCAL\tCAL\tCAL\tCAL\nms\tm/(s^2)\tm/(s^2)\tm/(s^2)\n"
        + rows_of(number(1e-3, digits=4), row="{t}\t{x}\t{y}\t{z}", factor=GRAVITY),
        start_s=None,
    )
    made["names, then units"] = Made(
        "time,x,y,z\n(s),(mg),(mg),(mg)\n" + rows_of(t, factor=1000, digits=1), start_s=None
    )
    made["comments"] = Made(
        "# made by nobody\n# again\n" + HEADER + "#x\n" + rows_of(t, row="{t},{x},{y},{z}\n# battery low"), start_s=None
    )
    made["header as a comment"] = Made("# time, x, y, z\n" + rows_of(t, row="{t} {x} {y} {z}"), start_s=None)
    made["sep="] = Made("sep=;\ntime;x;y;z\n" + rows_of(t, row="{t};{x};{y};{z}").replace(".", ","), start_s=None)
    made["decimal comma, quoted"] = Made(
        '"time","x","y","z"\n' + rows_of(lambda i: f"{i / 50:.3f}", row='"{t}","{x}","{y}","{z}"').replace(".", ","),
        start_s=None,
    )
    made["decimal comma, tabs"] = Made(
        "time\tx\ty\tz\n" + rows_of(t, row="{t}\t{x}\t{y}\t{z}").replace(".", ","), start_s=None
    )
    made["decimal comma, commas"] = Made(HEADER + rows_of(t).replace(".", ","), refused="decimal point, too")
    made["axes by number"] = Made("time,acc_0,acc_1,acc_2\n" + rows_of(t), start_s=None)
    made["OpenSignals"] = Made(
        '# OpenSignals Text File Format\n# {"00:07:80:4D": {"column": ["nSeq", "x", "y", "z"], "sampling rate": 50, "date": "2024-12-11", "time": "17:16:0.000"}}\n# EndOfHeader\n'
        + rows_of(str, row="{i}\t{x}\t{y}\t{z}")
    )
    made["quoted"] = Made('"time","x","y","z"\n' + rows_of(t, row='"{t}","{x}","{y}","{z}"'), start_s=None)
    made["carriage returns"] = Made((HEADER + rows_of(t)).replace("\n", "\r"), start_s=None)
    made["aligned by blanks"] = Made(
        "  time     x     y     z\n" + rows_of(t, row="   {t}   {x}   {y}   {z}"), start_s=None
    )
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "latin-1"):
        text = "Zeit (s),Beschleunigung x (m/s²),Beschleunigung y (m/s²),Beschleunigung z (m/s²)\n" + rows_of(
            t, factor=GRAVITY
        )
        made[f"in {encoding}"] = Made(text.encode(encoding), start_s=None)
    made["in gb18030"] = Made(
        ("时间(s),加速度X(g),加速度Y(g),加速度Z(g)\n" + rows_of(t)).encode("gb18030"), start_s=None
    )
    made["NUL tail"] = Made((HEADER + rows_of(t)).encode() + b"\0" * 4096, start_s=None, told=("NUL",))
    made["NUL tail in a row"] = Made(
        (HEADER + rows_of(t)).encode()[:-4] + b"\0" * 70_000, start_s=None, told=("NUL",), rows=200, xyz=np.zeros(0)
    )
    made["user and label first"] = Made(
        rows_of(number(1e-9, start_s=252207), row="1600,A,{t},{x},{y},{z};", factor=GRAVITY), start_s=None
    )
    made["time last"] = Made(
        rows_of(number(1e-9, start_s=8925125), row="{x},{y},{z},{t}", factor=GRAVITY), start_s=None
    )
    made["counter, time"] = Made(rows_of(number(1e-3, start_s=START_S), row="{i},{t},{x},{y},{z}"))
    made["time, gyroscope, accelerometer"] = Made(
        rows_of(number(1e-3, start_s=START_S), row="{t},20,-31,12,{x},{y},{z}")
    )
    made["long, names"] = Made(
        "epoch_ms,sensor,x,y,z\n" + rows_of(number(1e-3, start_s=START_S), row="{t},accel,{x},{y},{z}\n{t},gyro,1,2,3")
    )
    made["long, gyroscope first"] = Made(
        "sensor;time;x;y;z\n"
        + rows_of(
            clock("%Y-%m-%d %H:%M:%S.{ms}"),
            row="Gyroscope;{t};1;2;3\nAccelerometer;{t};{x};{y};{z}\nMagnetometer;{t};30;40;50",
        )
    )
    made["long, linear beside"] = Made(
        "time,type,x,y,z\n"
        + rows_of(number(1e-3, start_s=START_S), row="{t},linear_acceleration,0,0,0.1\n{t},acceleration,{x},{y},{z}")
    )
    made["long, no header"] = Made(rows_of(number(1e-3, start_s=START_S), row="{t},ACC,{x},{y},{z}\n{t},GYRO,10,20,30"))
    made["long, shorter rows"] = Made(
        "time,sensor,x,y,z\n" + rows_of(number(1e-3, start_s=START_S), row="{t},acc,{x},{y},{z}\n{t},hr,60")
    )
    made["two devices"] = Made(
        "time,DeviceName,x,y,z\n" + rows_of(number(1e-3, start_s=START_S), row="{t},left,{x},{y},{z}\n{t},right,1,0,0"),
        told=("right",),
    )
    made["two devices, the other"] = Made(
        "time,DeviceName,x,y,z\n" + rows_of(number(1e-3, start_s=START_S), row="{t},right,1,0,0\n{t},left,{x},{y},{z}"),
        options={"sensor": "left"},
    )
    made["sensors by number"] = Made(
        "time,sensor,x,y,z\n" + rows_of(number(1e-3, start_s=START_S), row="{t},1,{x},{y},{z}\n{t},4,1,0,0"),
        refused="--sensor",
    )
    made["a label is no sensor"] = Made(
        "time,x,y,z,activity\n" + rows_of(lambda i: f"{i / 50:.3f}", row="{t},{x},{y},{z},lying"), start_s=None
    )
    return made
