"""Recordings of known truth in every layout: headers, clocks that are none, rows that are odd, units, packing."""

# ruff: noqa: E501

from __future__ import annotations

import gzip
import io
import zipfile

import numpy as np

from tests.detector.recordings.text.kinds.made import (
    GRAVITY,
    HEADER,
    LATE,
    START_S,
    Made,
    axes,
    clock,
    number,
    rows_of,
)

ACTILIFE = """------------ Data File Created By ActiGraph GT3X+ ActiLife v6.13.3 Firmware v1.7.2 date format {format} at {rate} Hz  Filter Normal -----------
Serial Number: TAS1E31150129
Start Time 17:16:00
Start Date {date}
Epoch Period (hh:mm:ss) {epoch}
Download Time 19:03:03
Download Date {later}
Current Memory Address: 0
Current Battery Voltage: 4.15     Mode = 12
--------------------------------------------------
"""
GENEACTIV = """Device Type,GENEActiv
Device Model,1.1
Measurement Frequency,50 Hz
Start Time,2024-12-11 17:16:00:000
Last measurement,2024-12-12 09:00:00:000
Device Location Code,left wrist
Subject Code,7
Date of Birth,1990-02-03
Sensor type,MEMS accelerometer x-axis
Range,-8 to 8
Resolution,0.0039
Units,g
"""
MOVE = "{x},{y},{z}"


def _e4(start: str, rate: str, *, rows: int = 200, per_g: float = 64) -> str:
    counts = np.rint(np.random.default_rng(1).normal([0.1, -0.2, 0.97], 0.03, (rows, 3)) * per_g)
    body = "\n".join(",".join(f"{v:.0f}" for v in row) for row in counts.tolist())
    return f"{start}, {start}, {start}\n{rate}, {rate}, {rate}\n{body}\n"


def headers() -> dict[str, Made]:
    """Header blocks, and names of columns."""
    names = "Accelerometer X,Accelerometer Y,Accelerometer Z\n"
    made: dict[str, Made] = {}
    for how, date, later in (
        ("M/d/yyyy", "12/11/2024", "12/16/2024"),
        ("d/MM/yyyy", "11/12/2024", "16/12/2024"),
        ("yyyy-MM-dd", "2024-12-11", "2024-12-16"),
    ):
        head = ACTILIFE.format(format=how, rate=50, date=date, epoch="00:00:00", later=later)
        made[f"ActiLife {how}"] = Made(head + names + rows_of(str, row=MOVE))
        made[f"ActiLife {how}, no names"] = Made(head + rows_of(str, row=MOVE))
        made[f"ActiLife {how}, padded"] = Made(head.replace("\n", ",,\n") + names + rows_of(str, row=MOVE))
    made["ActiLife, stamps"] = Made(
        ACTILIFE.format(format="dd/MM/yyyy", rate=50, date="11/12/2024", epoch="00:00:00", later="16/12/2024")
        + "Timestamp,"
        + names
        + rows_of(clock("%d/%m/%Y %H:%M:%S.{ms}"))
    )
    made["ActiLife counts"] = Made(
        ACTILIFE.format(format="M/d/yyyy", rate=30, date="12/11/2024", epoch="00:01:00", later="12/16/2024")
        + rows_of(str, row="{i},3,5"),
        refused="counts of activity",
    )
    made["columns of counts"] = Made(
        "Date,Time,Axis1,Axis2,Axis3,Steps\n" + rows_of(clock("%Y-%m-%d,%H:%M:%S"), row="{t},3,1,0,2"),
        refused="counts or summaries",
    )
    made["ENMO"] = Made(
        "timestamp,ENMO,anglez\n" + rows_of(clock("%Y-%m-%dT%H:%M:%S", 0.2), row="{t},0.01,30.1"),
        refused="counts or summaries",
    )
    made["one row a minute"] = Made(HEADER + rows_of(clock("%Y-%m-%d %H:%M:%S", 1 / 60)), refused="counts or summaries")
    made["GENEActiv"] = Made(GENEACTIV + rows_of(clock("%Y-%m-%d %H:%M:%S:{ms}"), row="{t},{x},{y},{z},40,0,24.5"))
    made["GENEActiv, zone"] = Made(
        GENEACTIV
        + "Time Zone,GMT -05:00\n"
        + rows_of(clock("%Y-%m-%d %H:%M:%S:{ms}"), row="{t},{x},{y},{z},40,0,24.5"),
        start_s=START_S + 5 * 3600,
    )
    for name, start, rate in (
        ("E4", f"{START_S:.6f}", "32.000000"),
        ("E4, date", "2024-12-11 17:16:00", "32"),
        ("E4, ms", f"{START_S * 1000:.0f}", "32.0"),
    ):
        made[name] = Made(_e4(start, rate), 32.0)
    for line in (
        "Sample rate: 50 Hz",
        "# fs = 50",
        "Sampling Frequency (Hz),50",
        '# {"sampling rate": 50, "resolution": 16}',
        "% Sampling rate (Hz): 50.0",
        "Abtastrate: 50 Hz",
        "SampleRate=50",
    ):
        made[f"rate: {line}"] = Made(f"{line}\nStart: 2024-12-11 17:16:00\nx,y,z\n" + rows_of(str, row=MOVE))
    made["rate alone"] = Made("Sample rate: 50 Hz\nx,y,z\n" + rows_of(str, row=MOVE), start_s=None)
    named = {
        "gFx": "time,gFx,gFy,gFz,TgF",
        "accX": "time,accX,accY,accZ,w",
        "AccX(g)": "time,AccX(g),AccY(g),AccZ(g),AsX(°/s)",
        "ax (m/s²)": None,
        "SensorLog": "loggingTime,accelerometerAccelerationX(G),accelerometerAccelerationY(G),accelerometerAccelerationZ(G),motionYaw(rad)",
        "AndroSensor": "time,ACCELEROMETER X,ACCELEROMETER Y,ACCELEROMETER Z,GYROSCOPE X",
        "ACC X [g]": "time,ACC X [g],ACC Y [g],ACC Z [g],GYR X [dps]",
        "X-Acceleration": "time,X-Acceleration,Y-Acceleration,Z-Acceleration,n",
        "Acceleration (X)": "time,Acceleration (X),Acceleration (Y),Acceleration (Z),n",
        "WitMotion": "时间,加速度X(g),加速度Y(g),加速度Z(g),角速度X(°/s)",
        "Chinese glued": "时间,X轴加速度,Y轴加速度,Z轴加速度,温度",
        "German": "Zeit,Beschleunigung x,Beschleunigung y,Beschleunigung z,Temperatur",
        "Japanese": "時間,加速度X,加速度Y,加速度Z,n",
        "a_x": "t,a_x,a_y,a_z,w_x",
        "accel_x_g": "t,accel_x_g,accel_y_g,accel_z_g,n",
        "Accel.X": "Time,Accel.X,Accel.Y,Accel.Z,n",
        "imu1_acc_x": "time,imu1_acc_x,imu1_acc_y,imu1_acc_z,n",
        "including gravity": "time,accelerationIncludingGravity.x,accelerationIncludingGravity.y,accelerationIncludingGravity.z,n",
        "Xsens": "SampleTimeFine,Acc_X,Acc_Y,Acc_Z,Gyr_X",
        "ACCx": "time,ACCx,ACCy,ACCz,n",
        "capital": "TIME,X,Y,Z,N",
        "axis": "time,x-axis (g),y-axis (g),z-axis (g),n",
        "Timestamp [ms]": None,
    }
    for name, header in named.items():
        if header is not None:
            made[f"names {name}"] = Made(
                f"{header}\n" + rows_of(clock("%Y-%m-%d %H:%M:%S.{ms}"), row="{t},{x},{y},{z},7")
            )
    made["ax (m/s²)"] = Made(
        "time,ax (m/s²),ay (m/s²),az (m/s²)\n" + rows_of(number(1e-3), factor=GRAVITY), start_s=None
    )
    made["gyroscope first"] = Made(
        "time,gx,gy,gz,mx,my,mz,ax,ay,az\n" + rows_of(number(1, digits=3), row="{t},1,2,3,4,5,6,{x},{y},{z}"),
        start_s=None,
    )
    for free in (
        "FreeAcc_X,FreeAcc_Y,FreeAcc_Z",
        "linear_acc_x,linear_acc_y,linear_acc_z",
        "userAcceleration.x,userAcceleration.y,userAcceleration.z",
        "Acceleration without g x,Acceleration without g y,Acceleration without g z",
        "Linear Acceleration x (m/s^2),Linear Acceleration y (m/s^2),Linear Acceleration z (m/s^2)",
        "gravity x,gravity y,gravity z",
        "线性加速度X,线性加速度Y,线性加速度Z",
        "grav_x,grav_y,grav_z",
        "acc_lin_x,acc_lin_y,acc_lin_z",
    ):
        made[f"beside {free}"] = Made(
            f"time,{free},acc_x,acc_y,acc_z\n" + rows_of(number(1, digits=3), row="{t},0.3,0.2,0.4,{x},{y},{z}"),
            start_s=None,
        )
    made["linear alone"] = Made(
        "time,linear_acc_x (g),linear_acc_y (g),linear_acc_z (g)\n" + rows_of(number(1, digits=3), factor=0.01),
        start_s=None,
        told=("gravity is taken out",),
        xyz=axes(200) * 0.01,
    )
    made["no gravity in it"] = Made(
        "time,acc_x (g),acc_y (g),acc_z (g)\n" + rows_of(number(1, digits=3), factor=0.01, digits=6),
        start_s=None,
        told=("no gravity",),
        xyz=axes(200) * 0.01,
    )
    made["raw before g"] = Made(
        "time,acc_raw_x,acc_raw_y,acc_raw_z,acc_x_g,acc_y_g,acc_z_g\n"
        + rows_of(number(1, digits=3), row="{t},1638,-3276,15900,{x},{y},{z}"),
        start_s=None,
    )
    made["counts before m/s2"] = Made(
        "time,ax_counts,ay_counts,az_counts,ax [m/s^2],ay [m/s^2],az [m/s^2]\n"
        + rows_of(number(1, digits=3), row="{t},1638,-3276,15900,{x},{y},{z}", factor=GRAVITY),
        start_s=None,
    )
    return made


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
