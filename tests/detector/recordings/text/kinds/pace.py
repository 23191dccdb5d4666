"""Ticks, clocks that are set, rates that change, times in packets."""

# ruff: noqa: E501, PLR0915

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from tests.detector.recordings.text.kinds.made import GRAVITY, START, START_S, Made, axes, clock, number, rows_of
from tests.detector.recordings.text.kinds.parts import MS, NSS, S, at, vals


def pace() -> dict[str, Made]:
    """Ticks, clocks that are set, rates that change, times in packets."""
    made: dict[str, Made] = {}
    made["ticks 1/1024 rate"] = Made(
        "Timestamp,x,y,z\n" + rows_of(lambda i: str(round(i * 1024 / 51.2))),
        options={"rate_hz": 51.2},
        start_s=None,
        rate_hz=51.2,
    )
    made["ticks 32768 jitter"] = Made(
        "ticks,x,y,z\n" + rows_of(lambda i: str(round(i * 32768 / 50) + i % 3)), refused="--rate-hz"
    )
    made["ticks named 32768Hz"] = Made(
        "timestamp (1/32768 s),x,y,z\n" + rows_of(lambda i: str(round(i * 32768 / 51.2))), rate_hz=51.2, start_s=None
    )
    made["ticks named ticks 1024 Hz"] = Made(
        "time [1/1024 s],x,y,z\n" + rows_of(lambda i: str(round(i * 1024 / 51.2))), rate_hz=51.2, start_s=None
    )
    made["ticks 16 bit wrap 32768"] = Made(
        "Timestamp,x,y,z\n" + rows_of(lambda i: str(round(i * 32768 / 51.2) % 65536)), refused="--rate-hz"
    )
    made["ticks 39.0625us bosch"] = Made(
        "sensortime,x,y,z\n" + rows_of(lambda i: str(round(i * 25600 / 50))), refused="--rate-hz"
    )
    made["ticks 10 ms"] = Made("time,x,y,z\n" + rows_of(lambda i: str(2 * i)), refused="--rate-hz")
    made["ticks of 1/100 s named cs"] = Made("time (cs),x,y,z\n" + rows_of(lambda i: str(2 * i)), start_s=None)
    made["ticks 100us whole"] = Made("time,x,y,z\n" + rows_of(lambda i: str(200 * i)), refused="--rate-hz")
    made["deciseconds column name"] = Made("time_ds,x,y,z\n" + rows_of(lambda i: f"{i / 5:.1f}"), start_s=None)
    made["gps_time only"] = Made(
        "gps_time,hr_time,acc_x,acc_y,acc_z\n" + rows_of(lambda i: f"{START_S + i // 50}", row="{t},{i},{x},{y},{z}"),
        refused="another",
    )
    made["PPG clock beside acc clock"] = Made(
        "ppg_timestamp,acc_timestamp,acc_x,acc_y,acc_z\n" + rows_of(MS, row="1000,{t},{x},{y},{z}")
    )
    made["video frame time"] = Made("frame,video_time,ax,ay,az\n" + rows_of(S, row="{i},{t},{x},{y},{z}"), start_s=None)

    def back(i: int) -> str:
        return f"{START_S + i / 50 - (3600 if i >= 1500 else 0):.3f}"

    made["clock set back an hour epoch"] = Made("time,x,y,z\n" + rows_of(back, rows=3000), refused="go back")
    made["clock set back 5 s epoch"] = Made(
        "time,x,y,z\n" + rows_of(lambda i: f"{START_S + i / 50 - (5 if i >= 1500 else 0):.3f}", rows=3000),
        refused="go back",
    )
    made["clock restarts at 0"] = Made(
        "time,x,y,z\n" + rows_of(lambda i: f"{(i if i < 1500 else i - 1500) / 50:.3f}", rows=3000), refused="go back"
    )
    made["clock set fwd 2 h"] = Made(
        "time,x,y,z\n" + rows_of(lambda i: f"{START_S + i / 50 + (7200 if i >= 1500 else 0):.3f}", rows=3000),
        rows=3000,
        gaps=1,
    )
    made["clock 1970 then real, dates"] = Made(
        "time,x,y,z\n"
        + rows_of(lambda i: (clock("%Y-%m-%d %H:%M:%S.{ms}") if i > 100 else clock("1970-01-01 00:00:%S.{ms}"))(i)),
        told=("clock was set",),
    )
    made["clock set into the past a year"] = Made(
        "time,x,y,z\n" + rows_of(lambda i: f"{START_S + i / 50 + (400 * 86400 if i < 100 else 0):.3f}"),
        refused="go back",
    )
    made["rate changes twice"] = Made(
        "time,x,y,z\n"
        + rows_of(
            lambda i: f"{(i / 50 if i < 3000 else 60 + (i - 3000) / 100 if i < 9000 else 120 + (i - 9000) / 50):.3f}",
            rows=12000,
        ),
        rows=12000,
        start_s=None,
        told=("rate changes",),
        rate_hz=50,
        tolerance=1.1,
    )
    made["rate changes short stretch"] = Made(
        "time,x,y,z\n" + rows_of(lambda i: f"{(i / 50 if i < 300 else 6 + (i - 300) / 100):.3f}", rows=900),
        rows=900,
        start_s=None,
        told=("rate",),
        rate_hz=100,
        tolerance=1,
    )
    made["whole s start mid"] = Made(
        "time,x,y,z\n"
        + rows_of(lambda i: (START + timedelta(seconds=0.7 + i / 50)).strftime("%Y-%m-%d %H:%M:%S"), rows=3000),
        rows=3000,
        start_s=START_S + 0.7,
        off_s=0.05,
        tolerance=0.01,
    )
    made["whole s few rows"] = Made(
        "time,x,y,z\n" + rows_of(clock("%Y-%m-%d %H:%M:%S"), rows=150), rows=150, off_s=0.1, tolerance=0.05
    )
    made["whole s one gap"] = Made(
        "time,x,y,z\n"
        + rows_of(
            lambda i: (START + timedelta(seconds=i / 50 + (30 if i >= 1500 else 0))).strftime("%Y-%m-%d %H:%M:%S"),
            rows=3000,
        ),
        rows=3000,
        gaps=1,
        off_s=0.05,
        tolerance=0.01,
    )
    made["whole s uneven 33 Hz"] = Made(
        "time,x,y,z\n" + rows_of(clock("%H:%M:%S", 33.3), rows=3000),
        rows=3000,
        rate_hz=33.3,
        start_s=None,
        tolerance=0.01,
    )
    made["whole s Excel am/pm"] = Made(
        "Date,Time,x,y,z\n"
        + rows_of(clock("%m/%d/%Y,{h}:%M:%S %p", start=datetime(2024, 12, 20, 17, 16, tzinfo=UTC)), rows=3000),
        rows=3000,
        off_s=0.05,
        tolerance=0.01,
        start_s=datetime(2024, 12, 20, 17, 16, tzinfo=UTC).timestamp(),
    )
    made["tenths of s"] = Made(
        "time,x,y,z\n"
        + rows_of(lambda i: (START + timedelta(seconds=i / 50)).strftime("%Y-%m-%d %H:%M:%S.%f")[:-5], rows=3000),
        rows=3000,
        off_s=0.05,
        tolerance=0.01,
    )
    made["dt header us"] = Made(
        "dt(us),ax,ay,az\n" + rows_of(lambda i: str(20000 + i % 7)),
        start_s=None,
        told=("row to row",),
        tolerance=0.001,
        off_s=0.1,
    )
    made["time diff named time const"] = Made("time,x,y,z\n" + rows_of(lambda _: "20"), refused="--rate-hz")
    made["delta then abs in file"] = Made("timestamp,delta_ms,x,y,z\n" + rows_of(MS, row="{t},20,{x},{y},{z}"))
    made["first row is date then differences"] = Made(
        "time,x,y,z\n" + rows_of(lambda i: f"{int(START_S * 1000)}" if i == 0 else "20"), refused="--rate-hz"
    )
    made["packet time repeated + index"] = Made(
        "packet_time,idx,x,y,z\n" + rows_of(lambda i: f"{START_S + i // 10 * 0.2:.3f}", row="{t},{i},{x},{y},{z}"),
        tolerance=0.01,
        off_s=0.25,
    )
    made["ns in 2 columns"] = Made(
        "sec,nsec,x,y,z\n" + rows_of(str, row="{t},0,{x},{y},{z}").replace("\n", "\n", 1)
        if 0
        else "sec,nsec,x,y,z\n"
        + "".join(
            (
                f"{int(START_S) + i // 50},{i % 50 * 20000000},{x},{y},{z}\n"
                for i, (x, y, z) in enumerate(axes(200).tolist())
            )
        )
    )
    made["ROS header"] = Made(
        "%time,field.header.seq,field.header.stamp,field.header.frame_id,field.linear_acceleration.x,field.linear_acceleration.y,field.linear_acceleration.z\n"
        + rows_of(NSS, row="{t},{i},{t},imu,{x},{y},{z}", factor=GRAVITY),
        told=(),
    )
    made["ROS2 secs nsecs"] = Made(
        "header.stamp.sec,header.stamp.nanosec,linear_acceleration.x,linear_acceleration.y,linear_acceleration.z\n"
        + "".join(
            (f"{int(START_S) + i // 50},{i % 50 * 20000000},{x},{y},{z}\n" for i, (x, y, z) in enumerate(vals.tolist()))
        )
    )
    made["seconds and millis columns"] = Made(
        "sec,ms,x,y,z\n"
        + "".join(
            (f"{int(START_S) + i // 50},{i % 50 * 20},{x},{y},{z}\n" for i, (x, y, z) in enumerate(axes(200).tolist()))
        )
    )
    made["time and ms apart"] = Made(
        "Date,Time,ms,x,y,z\n"
        + "".join(
            (
                f"2024-12-11,17:16:0{i // 50},{i % 50 * 20},{x},{y},{z}\n"
                for i, (x, y, z) in enumerate(axes(200).tolist())
            )
        )
    )
    made["time and ms apart OpenLog rtc"] = Made(
        "rtcDate,rtcTime,aX,aY,aZ,gX,gY,gZ,imu_degC,output_Hz,\n"
        + "".join(
            (
                f"12/11/2024,17:16:0{i // 50}.{i % 50 * 2:02d},{x * 1000:.2f},{y * 1000:.2f},{z * 1000:.2f},0.1,0.2,0.3,23.1,50.0,\n"
                for i, (x, y, z) in enumerate(axes(200).tolist())
            )
        ),
        refused="--dates",
    )
    made["Hour Minute Second ms columns"] = Made(
        "hour,min,sec,msec,x,y,z\n"
        + "".join((f"17,16,{i // 50},{i % 50 * 20},{x},{y},{z}\n" for i, (x, y, z) in enumerate(axes(200).tolist()))),
        start_s=None,
    )
    made["GCDC X2-2"] = Made(
        ";Title, http://www.gcdataconcepts.com, X2-2, Analog Dev ADXL345\n;Version, 1110, Build date, Mar 5 2016, SN:CCDC1016\n;Start_time, 2024-12-11, 17:16:00.000\n;Temperature, 28.00, deg C,  Vbat, 4020, mv\n;SampleRate, 50,Hz\n;Deadband, 0, counts\n;DeadbandTimeout, 0,sec\n;Headers, time,Ax,Ay,Az\n"
        + rows_of(S, factor=16384, digits=0),
        refused="--counts-per-g",
    )
    made["GCDC given"] = Made(
        ";Title, http://www.gcdataconcepts.com, X2-2, Analog Dev ADXL345\n;Version, 1110, Build date, Mar 5 2016, SN:CCDC1016\n;Start_time, 2024-12-11, 17:16:00.000\n;Temperature, 28.00, deg C,  Vbat, 4020, mv\n;SampleRate, 50,Hz\n;Deadband, 0, counts\n;DeadbandTimeout, 0,sec\n;Headers, time,Ax,Ay,Az\n"
        + rows_of(S, factor=16384, digits=0),
        options={"counts_per_g": 16384},
    )
    made["Technaid/BioHarness"] = Made(
        "Time,Vertical,Lateral,Sagittal\n"
        + rows_of(clock("%d/%m/%Y %H:%M:%S.{ms}", start=at(2024, 12, 20, 17, 16)), factor=1000, digits=0),
        start_s=at(2024, 12, 20, 17, 16).timestamp(),
    )
    made["Hexoskin"] = Made(
        "acceleration_X,acceleration_Y,acceleration_Z,time\n"
        + rows_of(lambda i: f"{START_S * 256 + i * 5.12:.0f}", row="{x},{y},{z},{t}")
    )
    made["Oxford LDS"] = Made(
        "Time (s), X accel (g), Y accel (g), Z accel (g)\n" + rows_of(S, row="{t}, {x}, {y}, {z}"), start_s=None
    )
    made["APDM csv"] = Made(
        "Time,LARM/Acceleration/X (m/s^2),LARM/Acceleration/Y (m/s^2),LARM/Acceleration/Z (m/s^2),RARM/Acceleration/X (m/s^2),RARM/Acceleration/Y (m/s^2),RARM/Acceleration/Z (m/s^2)\n"
        + rows_of(number(1e-06, start_s=START_S), row="{t},{x},{y},{z},1,1,9", factor=GRAVITY)
    )
    made["Kaggle tdcs"] = Made(
        "Time,AccV,AccML,AccAP,StartHesitation,Turn,Walking\n"
        + rows_of(str, row="{i},{x},{y},{z},0,0,0", factor=GRAVITY),
        refused="--rate-hz",
    )
    made["ADXL345 SD text"] = Made("X: 0.10 m/s^2  Y: 0.2 m/s^2  Z: 9.8 m/s^2\n" * 200, refused="--rate-hz")
    made["Nordic Thingy"] = Made(
        "timestamp_ms;accel_x;accel_y;accel_z;\n" + rows_of(number(0.001), row="{t};{x};{y};{z};"), start_s=None
    )
    made["plus signs"] = Made(
        "time,x,y,z\n"
        + "".join((f"{i / 50:.2f},{x:+.4f},{y:+.4f},{z:+.4f}\n" for i, (x, y, z) in enumerate(axes(200).tolist()))),
        start_s=None,
    )
    made["unicode minus"] = Made("time,x,y,z\n" + rows_of(S).replace("-", "\u2212"), start_s=None)
    made["#N/A errors"] = Made(
        "time,x,y,z\n"
        + "".join(
            (
                f"{i / 50:.2f},{x},{y},{z}\n" if i % 40 else f"{i / 50:.2f},#N/A,#N/A,#N/A\n"
                for i, (x, y, z) in enumerate(axes(200).tolist())
            )
        ),
        start_s=None,
        xyz=np.zeros(0),
    )
    made["-999 sentinels"] = Made(
        "time,x,y,z\n"
        + "".join(
            (
                f"{i / 50:.2f},{x},{y},{z}\n" if i % 10 else f"{i / 50:.2f},-999,-999,-999\n"
                for i, (x, y, z) in enumerate(axes(200).tolist())
            )
        ),
        start_s=None,
        xyz=np.zeros(0),
        told=("999",),
    )
    return made
