"""Apps of telephones."""

# ruff: noqa: E501

from __future__ import annotations

from datetime import timedelta

import numpy as np

from tests.detector.recordings.text.kinds.made import GRAVITY, START, START_S, Made, axes, clock, rows_of
from tests.detector.recordings.text.kinds.parts import NSS, S, vals, zipped


def phones() -> dict[str, Made]:
    """Apps of telephones."""
    made: dict[str, Made] = {}
    ph = '"Time (s)","Acceleration x (m/s^2)","Acceleration y (m/s^2)","Acceleration z (m/s^2)","Absolute acceleration (m/s^2)"\n'
    phb = rows_of(lambda i: f"{i / 50:.9E}", factor=GRAVITY, row="{t},{x},{y},{z},9.8", digits=6)
    made["phyphox csv"] = Made(ph + phb, start_s=None)

    def sci(i):
        return f"{i / 50:.9E}"

    made["phyphox E notation"] = Made(
        ph + "".join((f"{sci(i)},{x:.9E},{y:.9E},{z:.9E},9.8E0\n" for i, (x, y, z) in enumerate(vals.tolist()))),
        start_s=None,
    )
    made["phyphox decimal comma ;"] = Made(
        ph.replace(",", ";")
        + "".join(
            (f"{sci(i)};{x:.9E};{y:.9E};{z:.9E};9.8E0\n".replace(".", ",") for i, (x, y, z) in enumerate(vals.tolist()))
        ),
        start_s=None,
    )
    made["phyphox tab decimal comma"] = Made(
        ph.replace(",", "\t")
        + "".join(
            (
                f"{sci(i)}\t{x:.9E}\t{y:.9E}\t{z:.9E}\t9.8E0\n".replace(".", ",")
                for i, (x, y, z) in enumerate(vals.tolist())
            )
        ),
        start_s=None,
    )
    meta_time = '"event","experiment time","system time","system time text"\n"START",0.000000000E0,1733937360.000000,"2024-12-11 17:16:00.000 UTC+00:00"\n"PAUSE",4.0,1733937364.000000,"2024-12-11 17:16:04.000 UTC+00:00"\n'
    made["phyphox zip"] = Made(
        zipped(
            **{
                "Raw~Data_csv": (ph + phb).encode(),
                "meta__device_csv": b'"property","value"\n"version","1.1.11"\n',
                "meta__time_csv": meta_time.encode(),
            }
        ),
        start_s=None,
    )
    made["phyphox zip, several"] = Made(
        zipped(
            **{
                "Accelerometer_csv": (ph + phb).encode(),
                "Gyroscope_csv": b'"Time (s)","Gyroscope x (rad/s)","Gyroscope y (rad/s)","Gyroscope z (rad/s)"\n'
                + rows_of(S, row="{t},1,2,3").encode(),
                "Linear~Accelerometer_csv": ph.replace("Acceleration", "Linear Acceleration").encode()
                + rows_of(S, factor=0.1).encode(),
                "meta__device_csv": b'"property","value"\n"version","1.1.11"\n',
            }
        ),
        start_s=None,
    )
    made["phyphox linear alone"] = Made(
        ph.replace("Acceleration", "Linear Acceleration")
        + "".join(
            (
                f"{i / 50:.4f},{x},{y},{z},0.1\n"
                for i, (x, y, z) in enumerate(np.random.default_rng(1).normal(0, 0.05, (200, 3)).round(4).tolist())
            )
        ),
        start_s=None,
        told=("gravity is taken out",),
        xyz=np.zeros(0),
    )
    made["Sensor Logger zyx"] = Made(
        "time,seconds_elapsed,z,y,x\n" + rows_of(NSS, row="{t},0.1,{z},{y},{x}", factor=GRAVITY)
    )
    made["Sensor Logger zyx se"] = Made(
        "time,seconds_elapsed,z,y,x\n"
        + "".join(
            (
                f"{int(START_S * 1000000000.0) + i * 20000000},{0.07 + i / 50:.9f},{z:.6f},{y:.6f},{x:.6f}\n"
                for i, (x, y, z) in enumerate(vals.tolist())
            )
        )
    )
    sl = ("time,seconds_elapsed,z,y,x\n" + rows_of(NSS, row="{t},{i},{z},{y},{x}", factor=GRAVITY)).encode()
    slfree = ("time,seconds_elapsed,z,y,x\n" + rows_of(NSS, row="{t},{i},{z},{y},{x}", factor=0.1)).encode()
    made["Sensor Logger zip"] = Made(
        zipped(
            Accelerometer_csv=slfree,
            TotalAcceleration_csv=sl,
            Gravity_csv=sl,
            Gyroscope_csv=slfree,
            Annotation_csv=b"time,seconds_elapsed,text\n",
            Metadata_csv=b"version,device name\n3,iPhone\n",
            AccelerometerUncalibrated_csv=sl,
        )
    )
    made["Sensor Logger Accelerometer alone (free)"] = Made(slfree, refused="gravity has been taken out")
    made["Sensor Logger long"] = Made(
        "sensor,time,seconds_elapsed,z,y,x\n"
        + rows_of(
            NSS,
            row="Accelerometer,{t},{i},0.0,0.1,0.02\nTotalAcceleration,{t},{i},{z},{y},{x}\nGyroscope,{t},{i},1,2,3",
            factor=GRAVITY,
        )
    )
    made["Physics Toolbox gF time of day"] = Made(
        "time,gFx,gFy,gFz,TgF\n" + rows_of(clock("%H:%M:%S:{ms}"), row="{t},{x},{y},{z},1.0"), start_s=None
    )
    made["Physics Toolbox ; comma"] = Made(
        "time;gFx;gFy;gFz;TgF\n" + rows_of(clock("%H:%M:%S:{ms}"), row="{t};{x};{y};{z};1.0").replace(".", ","),
        start_s=None,
    )
    made["Physics Toolbox combo"] = Made(
        "time,ax,ay,az,wx,wy,wz,gFx,gFy,gFz,Bx,By,Bz,\n"
        + rows_of(S, row="{t},0.01,0.02,0.05,1,2,3,{x},{y},{z},30,40,50,"),
        start_s=None,
    )
    made["Physics Toolbox M:S.f"] = Made(
        "time;gFx;gFy;gFz;gFTotal\n" + rows_of(clock("%M:%S.{ms}"), row="{t};{x};{y};{z};1.0"), start_s=None
    )
    made["Physics Toolbox linear aT"] = Made(
        "time,ax,ay,az,aT\n" + rows_of(S, factor=0.02, row="{t},{x},{y},{z},0.1"), refused="gravity has been taken out"
    )
    ah = "ACCELEROMETER X (m/s²);ACCELEROMETER Y (m/s²);ACCELEROMETER Z (m/s²);GRAVITY X (m/s²);GRAVITY Y (m/s²);GRAVITY Z (m/s²);LINEAR ACCELERATION X (m/s²);LINEAR ACCELERATION Y (m/s²);LINEAR ACCELERATION Z (m/s²);GYROSCOPE X (rad/s);GYROSCOPE Y (rad/s);GYROSCOPE Z (rad/s);LIGHT (lux);MAGNETIC FIELD X (μT);MAGNETIC FIELD Y (μT);MAGNETIC FIELD Z (μT);ORIENTATION X (°);SOUND LEVEL (dB);Satellites in range;Time since start in ms ;YYYY-MO-DD HH-MI-SS_SSS\n"
    ar = "{x};{y};{z};0.98;-1.96;9.5;0.0;0.0;0.01;0.001;0.0;0.0;12.0;20;30;-40;181.0;45.1;5 / 17;%s;{t}"

    def andro(i):
        return f"{i * 20}"

    made["AndroSensor"] = Made(
        "sep=;\n"
        + ah
        + "".join(
            (
                (ar % (i * 20)).format(x=f"{x:.4f}", y=f"{y:.4f}", z=f"{z:.4f}", t=clock("%Y-%m-%d %H:%M:%S:{ms}")(i))
                + "\n"
                for i, (x, y, z) in enumerate(vals.tolist())
            )
        )
    )
    made["AndroSensor comma, latin-1"] = Made(
        (
            ah.replace(";", ",").replace("μ", "u")
            + "".join(
                (
                    (ar.replace(";", ",") % (i * 20)).format(
                        x=f"{x:.4f}", y=f"{y:.4f}", z=f"{z:.4f}", t=clock("%Y-%m-%d %H:%M:%S:{ms}")(i)
                    )
                    + "\n"
                    for i, (x, y, z) in enumerate(vals.tolist())
                )
            )
        ).encode("latin-1")
    )
    sh = "loggingTime(txt),loggingSample(N),locationTimestamp_since1970(s),locationLatitude(WGS84),accelerometerTimestamp_sinceReboot(s),accelerometerAccelerationX(G),accelerometerAccelerationY(G),accelerometerAccelerationZ(G),motionTimestamp_sinceReboot(s),motionYaw(rad),motionUserAccelerationX(G),motionUserAccelerationY(G),motionUserAccelerationZ(G),motionGravityX(G),motionGravityY(G),motionGravityZ(G),pedometerStartDate(txt),activity(txt)\n"
    made["SensorLog iOS"] = Made(
        sh
        + "".join(
            (
                f"{(clock('%Y-%m-%dT%H:%M:%S.{{ms}}+01:00')(i).replace('{ms}', '000') if 0 else (START + timedelta(seconds=i / 50)).isoformat(timespec='milliseconds').replace('+00:00', '+01:00'))},{i + 1},{START_S - 3:.3f},48.1,{62608 + i / 50:.6f},{x:.6f},{y:.6f},{z:.6f},{62608 + i / 50 - 0.003:.6f},0.1,0.001,0.002,0.003,0.1,-0.2,0.97,2024-12-11T10:00:00.000+01:00,stationary\n"
                for i, (x, y, z) in enumerate(axes(200).tolist())
            )
        ),
        start_s=START_S - 3600,
    )
    made["SensorLog iOS old, |"] = Made(
        sh.replace(",", "|")
        + "".join(
            (
                f"{(START + timedelta(seconds=i / 50)).strftime('%Y-%m-%d %H:%M:%S.%f')[:-3]} +0100|{i}|{START_S - 3:.3f}|48.1|{62608 + i / 50:.6f}|{x:.6f}|{y:.6f}|{z:.6f}|{62608 + i / 50 - 0.003:.6f}|0.1|0.001|0.002|0.003|0.1|-0.2|0.97||\n"
                for i, (x, y, z) in enumerate(axes(200).tolist())
            )
        ),
        start_s=START_S - 3600,
    )
    made["Matlab Mobile writetable"] = Made(
        "Timestamp,X,Y,Z\n" + rows_of(clock("%d-%b-%Y %H:%M:%S.{ms}"), factor=GRAVITY)
    )
    made["Matlab Mobile writetable seconds only"] = Made(
        "Timestamp,X,Y,Z\n" + rows_of(clock("%d-%b-%Y %H:%M:%S"), rows=3000, factor=GRAVITY),
        rows=3000,
        off_s=0.03,
        tolerance=0.01,
    )
    return made
