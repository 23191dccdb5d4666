"""Header blocks, and names of columns."""

# ruff: noqa: E501

from __future__ import annotations

import numpy as np

from tests.detector.recordings.text.kinds.made import (
    GRAVITY,
    HEADER,
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
