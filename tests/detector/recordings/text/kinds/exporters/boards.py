"""Boards of makers, and what they print."""

# ruff: noqa: E501

from __future__ import annotations

from datetime import timedelta

import numpy as np

from tests.detector.recordings.text.kinds.made import GRAVITY, START, START_S, Made, axes, clock, number, rows_of
from tests.detector.recordings.text.kinds.parts import MS, S, iso, vals


def boards() -> dict[str, Made]:
    """Boards of makers, and what they print."""
    made: dict[str, Made] = {}
    made["Arduino labels in cells"] = Made(rows_of(S, row="X:{x} Y:{y} Z:{z}"), refused="--rate-hz")
    made["Arduino serial monitor stamps"] = Made(
        rows_of(clock("%H:%M:%S.{ms} -> "), row="{t}{x},{y},{z}"), start_s=None
    )
    made["Arduino serial monitor tab"] = Made(rows_of(clock("%H:%M:%S.{ms} -> "), row="{t}{x}\t{y}\t{z}"), start_s=None)
    made["Arduino plotter named pairs"] = Made(
        rows_of(S, row="x:{x},y:{y},z:{z}"), options={"rate_hz": 50}, start_s=None
    )
    made["Arduino millis,ax.."] = Made(
        "millis,ax,ay,az,gx,gy,gz\n" + rows_of(number(0.001), factor=16384, digits=0, row="{t},{x},{y},{z},12,-30,5"),
        refused="--counts-per-g",
    )
    made["MPU6050 raw no header"] = Made(
        rows_of(number(0.001), factor=16384, digits=0, row="{t},{x},{y},{z},12,-30,5"), refused="--counts-per-g"
    )
    made["MPU6050 raw given"] = Made(
        rows_of(number(0.001), factor=16384, digits=0, row="{t},{x},{y},{z},12,-30,5"),
        options={"counts_per_g": 16384},
        start_s=None,
    )
    wh = "Time(s)\tChipTime\tax(g)\tay(g)\taz(g)\twx(deg/s)\twy(deg/s)\twz(deg/s)\tAngleX(deg)\tAngleY(deg)\tAngleZ(deg)\tT(°)\thx\thy\thz\n"
    made["WitMotion en"] = Made(
        "StartTime\uff1a 2024-12-11 17:16:00.000\naddress\t"
        + wh
        + "".join(
            (
                f"0x50\t{clock(' %H:%M:%S.{{ms}}'.replace('{{', '{').replace('}}', '}'))(i)}\t2024-12-11 17:16:{i / 50:06.3f}\t{x:.4f}\t{y:.4f}\t{z:.4f}\t0.1\t0\t0\t1\t2\t3\t31.5\t1\t2\t3\n"
                for i, (x, y, z) in enumerate(axes(200).tolist())
            )
        )
    )
    made["WitMotion csv"] = Made(
        "Time,DeviceName,ChipTime,AccX(g),AccY(g),AccZ(g),AsX(°/s),AsY(°/s),AsZ(°/s),AngleX(°),AngleY(°),AngleZ(°),HX(uT),HY(uT),HZ(uT),Q0(),Temperature(°C),Version(),Battery level(%)\n"
        + "".join(
            (
                f" {clock('%H:%M:%S.{ms}')(i)},WTSDCL(f6:85:2c),2024-12-11 17:16:0{i // 50}:{i % 50 * 20:03d},{x:.4f},{y:.4f},{z:.4f},0,0,0,1,2,3,10,20,30,1,31,1,100\n"
                for i, (x, y, z) in enumerate(axes(200).tolist())
            )
        )
    )
    made["WitMotion zh"] = Made(
        "时间\t设备名称\t片上时间()\t加速度X(g)\t加速度Y(g)\t加速度Z(g)\t角速度X(°/s)\t角度X(°)\t温度(°C)\t电量(%)\n"
        + "".join(
            (
                f"2024-12-11 17:16:0{i // 50}.{i % 50 * 20:03d}\tWT901BLE67\t2024-12-11 17:16:0{i // 50}.{i % 50 * 20:03d}\t{x:.4f}\t{y:.4f}\t{z:.4f}\t0.1\t2\t30\t99\n"
                for i, (x, y, z) in enumerate(axes(200).tolist())
            )
        )
    )
    made["WitMotion old minimu"] = Made(
        "Time(s)  ax(g)    ay(g)    az(g)    wx(deg/s)\n"
        "StartTime: 2024-12-11 17:16:00.000\n" + rows_of(S, row="{t} {x} {y} {z} 0.1")
    )
    made["BlueST"] = Made(
        "Log start on,11/12/2024 17:16:00\nFeature,Accelerometer\nNodes,ST BLE @C0:86\nDate,HostTimestamp,NodeName,NodeTimestamp,RawData,X (mg),Y (mg),Z (mg),\n"
        + "".join(
            (
                f"11/12/24 17:16:0{i // 50}.{i % 50 * 20:03d},{i * 20},ST BLE @C0:86,{500 + i * 3},0A0B0C,{x:.0f},{y:.0f},{z:.0f},\n"
                for i, (x, y, z) in enumerate((axes(200) * 1000).tolist())
            )
        ),
        refused="--dates",
    )
    made["ST MEMS Unico"] = Made(
        "STEVAL_MKI109V3\tLSM6DSO\nA_X [mg]\tA_Y [mg]\tA_Z [mg]\tG_X [dps]\tG_Y [dps]\tG_Z [dps]\n"
        + rows_of(str, row="{x}\t{y}\t{z}\t0.1\t0.2\t0.3", factor=1000, digits=2),
        refused="--rate-hz",
    )
    made["ST ISM datalog"] = Made("Time,A_x [g],A_y [g],A_z [g]\n" + rows_of(lambda i: f"{i / 50:.8f}"), start_s=None)
    made["Bosch COINES"] = Made(
        "Sample_Count, Acc_X, Acc_Y, Acc_Z, sensor_time\n"
        + "".join(
            (f"{i}, {x:.0f}, {y:.0f}, {z:.0f}, {i * 512}\n" for i, (x, y, z) in enumerate((axes(200) * 16384).tolist()))
        ),
        refused="--counts-per-g",
    )
    made["Tizen TWO clocks"] = Made(
        "timestamp(ms),received,x,y,z,accuracy\n"
        + "".join(
            (
                f"{int(START_S * 1000) + i * 20},{int(START_S * 1000) + i * 20 + 3},{x:.5f},{y:.5f},{z:.5f},3\n"
                for i, (x, y, z) in enumerate(vals.tolist())
            )
        )
    )
    made["Gear S wide"] = Made(
        "s_A;time_A;x_A;y_A;z_A;s_B;time_B;x_B;s_R;time_R;x_R;y_R;z_R\n"
        + rows_of(number(0.001), row="A;{t};{x};{y};{z};B;{t};;R;{t};2.8;-0.3;-0.97", factor=GRAVITY),
        start_s=None,
    )
    made["SensorReadout event ids"] = Made(
        "0;-2;Wed Apr 08 15:35:20 GMT+02:00 2020;Markus;FHWS\n0;50;STANDING;1\n"
        + rows_of(number(1e-09), row="{t};0;{x};{y};{z}\n{t};3;0.06;-0.2;0.16\n{t};1;0.01;0.04;0.02", factor=GRAVITY),
        refused="--sensor",
    )
    made["GetSensorData"] = Made(
        "% LogFile created by the 'GetSensorData' App for Android.\n% Date of creation: Wed Dec 11 17:16:00 CET 2024\n% Accelerometer data: 'ACCE;AppTimestamp(s);SensorTimestamp(s);Acc_X(m/s^2);Acc_Y(m/s^2);Acc_Z(m/s^2);Accuracy(integer)'\n\n"
        + rows_of(
            S, row="ACCE;{t};{i};{x};{y};{z};3\nGYRO;{t};{i};0.1;0.2;0.3;3\nMAGN;{t};{i};30;40;50;3", factor=GRAVITY
        ),
        start_s=None,
    )
    made["Sensei brackets"] = Made(
        rows_of(
            number(0.001, start_s=START_S),
            row="Acceleration Sensor;{t};9643789614727;[{x}, {y}, {z}]\nLinear Acceleration Sensor;{t};9643783255016;[-0.13, -0.43, 0.80]",
            factor=GRAVITY,
        )
    )
    made["SensorLogger android #walk"] = Made(
        "#walk\ntime[ms]; x-axis[m/s^2]; y-axis[m/s^2]; z-axis[m/s^2]\n"
        + rows_of(number(0.001, start_s=0.728), row="{t};{x};{y};{z}", factor=GRAVITY),
        start_s=None,
    )
    made["MotionSense offset column"] = Made(
        "UTC Timestamp,Offset,accelerometer_x,accelerometer_y,accelerometer_z\n"
        + rows_of(MS, row="{t},-18000000,{x},{y},{z}")
    )
    made["Beiwe"] = Made(
        "timestamp,UTC time,accuracy,x,y,z\n"
        + "".join(
            (
                f"{int(START_S * 1000) + i * 20},{(START + timedelta(seconds=i / 50)).strftime('%Y-%m-%dT%H:%M:%S.%f')[:-3]},unknown,{x:.6f},{y:.6f},{z:.6f}\n"
                for i, (x, y, z) in enumerate(axes(200).tolist())
            )
        )
    )
    made["Uncal gnss logger"] = Made(
        "MessageType,utcTimeMillis,elapsedRealtimeNanos,MeasurementX,MeasurementY,MeasurementZ,BiasX,BiasY,BiasZ\n"
        + rows_of(MS, row="UncalAccel,{t},1000,{x},{y},{z},0,0,0\nUncalGyro,{t},1000,0.1,0.2,0.3,0,0,0", factor=GRAVITY)
    )
    made["PicoQuake"] = Made(
        "# PLab PicoQuake Data\n# Time: 2024-12-11 17:16:00.000000, Device: D4E9 (E6632891E36F2029)\n# Num. samples: 10000, Duration: 5.0 s\n# Config: data_rate = 50.0 Hz, filter = 488 Hz, acc_range = 4 g, gyro_range = 250.0 dps\n# Integrity: True, Skipped samples: 0\ncount,a_x,a_y,a_z,g_x,g_y,g_z\n"
        + rows_of(str, row="{t},{x},{y},{z},0.1,0.2,0.3")
    )
    made["BWATCH"] = Made(
        "date,time,hr,gyro_x,gyro_y,gyro_z,acc_x,acc_y,acc_z\n"
        + rows_of(clock("%Y-%m-%d,%H:%M:%S.{ms}"), row="{t},70,0.1,0.2,0.3,{x},{y},{z}", factor=GRAVITY)
    )
    made["Bangle accellog"] = Made("Time (ms),X,Y,Z\n" + rows_of(number(0.001, 12.5)), refused="too slow")
    made["Bangle datalog both"] = Made(
        "Time,Timestamp,X,Y,Z,Magnitue\n"
        + "".join(
            (
                f"{(START + timedelta(seconds=i / 50)).strftime('%H:%M:%S')},{i / 50:.4f},{x},{y},{z},1.0\n"
                for i, (x, y, z) in enumerate(axes(200).tolist())
            )
        ),
        start_s=None,
    )
    made["mHealth spec right"] = Made(
        "HEADER_TIME_STAMP,X_ACCELERATION_METERS_PER_SECOND_SQUARED,Y_ACCELERATION_METERS_PER_SECOND_SQUARED,Z_ACCELERATION_METERS_PER_SECOND_SQUARED\n"
        + rows_of(iso, factor=GRAVITY)
    )
    made["Faros ACC csv"] = Made(
        "Sampling rate: 100 Hz\nX;Y;Z\n" + rows_of(str, row="{x};{y};{z}", factor=1000, digits=0),
        rate_hz=100,
        start_s=None,
    )
    made["Movisens csv"] = Made(
        "acc.csv\nsampleRate=64\nstart=2024-12-11T17:16:00.000\nx;y;z\n" + rows_of(str, row="{x};{y};{z}"), rate_hz=64
    )
    made["Sensys Date/Time lines"] = Made(
        "Field-Nr.: 1\nDate: 11.12.2024\nTime: 17:16:00\nSamples: 200\n###---Probe---###\nSampleFrequence: 50 [Hz]\n###---GPS---###\nTimestamp [ms]; B1x [nT]; B1y [nT]; B1z [nT]; AccX [g]; AccY [g]; AccZ [g]; Temp [Deg]; GPSTime;\n"
        + rows_of(number(0.001), row="{t};-2047.18;-18888.29;46071.94;{x};{y};{z};20.1;120000;")
    )
    made["MHSL actimeter"] = Made(
        "ActivityTracker EB90F4\nDate,X,Y,Z\n2024-12-11 17:15:59.9,,,\n"
        + rows_of(clock("%Y-%m-%d %H:%M:%S.{ms}"), factor=500, digits=0),
        refused="--counts-per-g",
    )
    made["Mind Monitor"] = Made(
        "TimeStamp,Delta_TP9,RAW_TP9,Accelerometer_X,Accelerometer_Y,Accelerometer_Z,Gyro_X,Gyro_Y,Gyro_Z,HeadBandOn,Battery,Elements\n"
        + "".join(
            (
                f"{(START + timedelta(seconds=i / 50)).strftime('%Y-%m-%d %H:%M:%S.%f')[:-3]},0.4,800,{x},{y},{z},1,2,3,1,80,\n"
                + (
                    f"{(START + timedelta(seconds=i / 50)).strftime('%Y-%m-%d %H:%M:%S.%f')[:-3]},,,,,,,,,,,/muse/elements/blink\n"
                    if i % 40 == 7
                    else ""
                )
                for i, (x, y, z) in enumerate(axes(200).tolist())
            )
        ),
        told=(),
        xyz=np.zeros(0),
    )
    made["muselsl ACC"] = Made("timestamps,X,Y,Z\n" + rows_of(lambda i: f"{START_S + i / 50:.6f}"))
    return made
