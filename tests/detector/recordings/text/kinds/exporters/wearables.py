"""Wearables of research."""

# ruff: noqa: E501

from __future__ import annotations

from datetime import timedelta

import numpy as np

from tests.detector.recordings.text.kinds.made import GRAVITY, START, START_S, Made, axes, clock, rows_of
from tests.detector.recordings.text.kinds.parts import MS, iso, vals


def wearables() -> dict[str, Made]:
    """Wearables of research."""
    made: dict[str, Made] = {}
    made["ShimmerCapture"] = Made(
        "Shimmer_8665\tShimmer_8665\tShimmer_8665\tShimmer_8665\tShimmer_8665\tShimmer_8665\tShimmer_8665\tShimmer_8665\nTimestamp\tTimestamp\tLow Noise Accelerometer X\tLow Noise Accelerometer X\tLow Noise Accelerometer Y\tLow Noise Accelerometer Y\tLow Noise Accelerometer Z\tLow Noise Accelerometer Z\nRAW\tCAL\tRAW\tCAL\tRAW\tCAL\tRAW\tCAL\nno units\tmSecs\tno units\tm/(sec^2)\tno units\tm/(sec^2)\tno units\tm/(sec^2)\n"
        + "".join(
            (
                f"{(30000 + round(i * 640)) % 65536}\t{i * 19.53125:.6f}\t2090\t{x:.6f}\t1990\t{y:.6f}\t1210\t{z:.6f}\n"
                for i, (x, y, z) in enumerate(vals.tolist())
            )
        ),
        rate_hz=51.2,
        start_s=None,
    )
    made["Consensys"] = Made(
        '"sep=\t"\nShimmer_8665_Timestamp_Unix_CAL\tShimmer_8665_Accel_LN_X_CAL\tShimmer_8665_Accel_LN_Y_CAL\tShimmer_8665_Accel_LN_Z_CAL\tShimmer_8665_Gyro_X_CAL\t\nms\tm/(s^2)\tm/(s^2)\tm/(s^2)\tdeg/s\t\n'
        + "".join(
            (
                f"{START_S * 1000 + i * 20:.6f}\t{x:.6f}\t{y:.6f}\t{z:.6f}\t0.1\t\n"
                for i, (x, y, z) in enumerate(vals.tolist())
            )
        )
    )
    made["Consensys date stamps"] = Made(
        "sep=,\nShimmer_8665_Timestamp_FormattedUnix_CAL,Shimmer_8665_Accel_WR_X_CAL,Shimmer_8665_Accel_WR_Y_CAL,Shimmer_8665_Accel_WR_Z_CAL,\nyyyy/mm/dd hh:mm:ss.000,m/(s^2),m/(s^2),m/(s^2),\n"
        + rows_of(clock("%Y/%m/%d %H:%M:%S.{ms}"), row="{t},{x},{y},{z},", factor=GRAVITY)
    )
    made["MetaBase"] = Made(
        "epoch (ms),time (-05:00),elapsed (s),x-axis (g),y-axis (g),z-axis (g)\n"
        + "".join(
            (
                f"{int(START_S * 1000) + i * 20},{(START - timedelta(hours=5) + timedelta(seconds=i / 50)).strftime('%Y-%m-%dT%H:%M:%S.%f')[:-3]},{i / 50:.3f},{x:.3f},{y:.3f},{z:.3f}\n"
                for i, (x, y, z) in enumerate(axes(200).tolist())
            )
        )
    )
    made["MetaBase old"] = Made(
        "epoc (ms),timestamp (-0700),elapsed (s),x-axis (g),y-axis (g),z-axis (g)\n"
        + "".join(
            (
                f"{int(START_S * 1000) + i * 20},{(START - timedelta(hours=7) + timedelta(seconds=i / 50)).strftime('%Y-%m-%dT%H.%M.%S.%f')[:-3]},{i / 50:.3f},{x:.3f},{y:.3f},{z:.3f}\n"
                for i, (x, y, z) in enumerate(axes(200).tolist())
            )
        )
    )
    made["MetaBase time with zone in header alone"] = Made(
        "time (-05:00),elapsed (s),x-axis (g),y-axis (g),z-axis (g)\n"
        + "".join(
            (
                f"{(START - timedelta(hours=5) + timedelta(seconds=i / 50)).strftime('%Y-%m-%dT%H:%M:%S.%f')[:-3]},{i / 50:.3f},{x:.3f},{y:.3f},{z:.3f}\n"
                for i, (x, y, z) in enumerate(axes(200).tolist())
            )
        )
    )
    mh = "sep=,\nDeviceTag:,%s\nFirmwareVersion:,3.0.0\nAppVersion:,2023.6.0\nSyncStatus:,Synced\nOutputRate:,60Hz\nFilterProfile:,General\nMeasurement Mode:,Custom Mode 5\nStartTime: ,2024-12-11_17:16:00_086 %s\n© Movella Technologies B. V. 2005-2024\n\n"
    mb = "PacketCounter,SampleTimeFine,Quat_W,Quat_X,Quat_Y,Quat_Z,FreeAcc_X,FreeAcc_Y,FreeAcc_Z,Acc_X,Acc_Y,Acc_Z,Gyr_X,Gyr_Y,Gyr_Z,Status\n"
    mr = "".join(
        (
            f"{i + 1},{2268972329 + round(i * 1000000.0 / 60)},1,0,0,0,0.01,0.02,0.03,{x:.6f},{y:.6f},{z:.6f},0.1,0.2,0.3,0\n"
            for i, (x, y, z) in enumerate(vals.tolist())
        )
    )
    made["Movella DOT"] = Made(mh % (1, "WEST") + mb + mr, rate_hz=60, start_s=START_S - 3600 + 0.086)
    made["Movella DOT cet"] = Made(mh % ("Left", "CET") + mb + mr, rate_hz=60, start_s=START_S - 3600 + 0.086)
    made["Movella DOT no zone"] = Made(mh.replace(" %s", "") % 1 + mb + mr, rate_hz=60, start_s=START_S + 0.086)
    made["Movella free acc only"] = Made(
        mh % (1, "UTC")
        + "PacketCounter,SampleTimeFine,Euler_X,Euler_Y,Euler_Z,FreeAcc_X,FreeAcc_Y,FreeAcc_Z,Status\n"
        + "".join(
            (
                f"{i + 1},{2268972329 + round(i * 1000000.0 / 60)},10,20,30,{x:.6f},{y:.6f},{z:.6f},0\n"
                for i, (x, y, z) in enumerate((axes(200) * 0.05).tolist())
            )
        ),
        rate_hz=60,
        start_s=START_S + 0.086,
        told=("gravity is taken out",),
        xyz=np.zeros(0),
        options={"units": "m/s2"},
    )
    xh = "// General information: \n//  MT Manager version: 2022.2.0 \n// Device information: \n//  DeviceId: 00B42D4F\n//  ProductCode: MTW2-3A7G6\n//  Firmware Version: 4.4.0\n// Device settings: \n//  Filter Profile: human(46.1)\n%s// Coordinate system: ENU\n"
    made["Xsens MT NaN"] = Made(
        xh % ""
        + "PacketCounter\tSampleTimeFine\tYear\tMonth\tDay\tSecond\tAcc_X\tAcc_Y\tAcc_Z\tGyr_X\tRoll\tPitch\tYaw\n"
        + rows_of(str, row="{t}\tNaN\tNaN\tNaN\tNaN\tNaN\t{x}\t{y}\t{z}\t0.1\t-0.2\t0.2\t-137", factor=GRAVITY),
        refused="--rate-hz",
    )
    made["Xsens MT update rate"] = Made(
        xh % "//  Update Rate: 100.0Hz\n"
        + "PacketCounter\tSampleTimeFine\tAcc_X\tAcc_Y\tAcc_Z\tMat[1][1]\tRoll\tPitch\tYaw\n"
        + "".join(
            (
                f"{i + 51400}\t{1000000 + i * 100}\t{x:.6f}\t{y:.6f}\t{z:.6f}\t0.9\t-0.2\t0.2\t-137\n"
                for i, (x, y, z) in enumerate(vals.tolist())
            )
        ),
        rate_hz=100,
        start_s=None,
    )
    made["Xsens MTw empty time ;"] = Made(
        "// Start Time: Unknown\n// Update Rate: 100.0Hz\n// Filter Profile: human (46.1)\n// Option Flags: AHS Disabled ICC Disabled \n// Firmware Version: 4.0.2\nPacketCounter;SampleTimeFine;Acc_X;Acc_Y;Acc_Z;Mat[1][1]\n"
        + rows_of(str, row="{t};;{x};{y};{z};0.98", factor=GRAVITY),
        rate_hz=100,
        start_s=None,
    )
    made["Xsens SampleTimeFine 1/10000 s"] = Made(
        "PacketCounter,SampleTimeFine,Acc_X,Acc_Y,Acc_Z,Gyr_X,Gyr_Y,Gyr_Z\n"
        + "".join(
            (f"{i},{i * 100 + 1234500},{x:.6f},{y:.6f},{z:.6f},0,0,0\n" for i, (x, y, z) in enumerate(vals.tolist()))
        ),
        refused="--rate-hz",
    )
    made["Polar ECGlogger acc"] = Made(
        "timestamp [ms];X [mg];Y [mg];Z [mg]\n" + rows_of(MS, row="{t};{x};{y};{z}", factor=1000, digits=0)
    )
    made["Polar device ns2000"] = Made(
        "timeStamp;X;Y;Z\n"
        + "".join(
            (
                f"{int((START_S - 946684800) * 1000000000.0) + i * 20000000};{x:.0f};{y:.0f};{z:.0f}\n"
                for i, (x, y, z) in enumerate((axes(200) * 1000).tolist())
            )
        ),
        xyz=np.zeros(0),
    )
    made["Polar phone stamps last"] = Made(
        "Phone timestamp;X [mg];Y [mg];Z [mg]\n"
        + rows_of(clock("%Y-%m-%dT%H:%M:%S.{ms}"), row="{t};{x};{y};{z}", factor=1000, digits=0)
    )
    made["EmbracePlus csv"] = Made(
        "unix_timestamp,x,y,z\n"
        + "".join(
            (
                f"{int(START_S * 1000000.0) + i * 15625},{x:.0f},{y:.0f},{z:.0f}\n"
                for i, (x, y, z) in enumerate((axes(200) * 2048).tolist())
            )
        ),
        refused="--counts-per-g",
    )
    made["E4 decimal"] = Made(
        f"{START_S:.6f}, {START_S:.6f}, {START_S:.6f}\n32.000000, 32.000000, 32.000000\n"
        + "".join(
            (
                f"{x * 64:.0f},{y * 64:.0f},{z * 64:.0f}\n"
                for x, y, z in (axes(300) + np.random.default_rng(3).normal(0, 0.02, (300, 3))).tolist()
            )
        ),
        rate_hz=32,
        rows=300,
        xyz=np.zeros(0),
    )
    made["OMGUI resampled"] = Made(rows_of(iso, row="{t},{x},{y},{z}"))
    made["cwa-convert with aux"] = Made(rows_of(iso, row="{t},{x},{y},{z},1,23.4,4.1"))
    made["cwa-convert header"] = Made("Time,Accel-X (g),Accel-Y (g),Accel-Z (g)\n" + rows_of(iso))
    made["cwa-convert serial days"] = Made(
        rows_of(lambda i: f"{45637.719444444 + i / 50 / 86400:.9f}"), tolerance=0.01, off_s=0.1
    )
    made["omconvert AX6"] = Made("Time,Ax,Ay,Az,Gx,Gy,Gz\n" + rows_of(iso, row="{t},{x},{y},{z},0.1,0.2,0.3"))
    made["biobank csv tz"] = Made(
        "time,x,y,z\n" + rows_of(clock("%Y-%m-%d %H:%M:%S.{ms}000+0100 [Europe/Berlin]")), start_s=START_S - 3600
    )
    actilife = "------------ Data File Created By ActiGraph GT3X+ ActiLife v6.13.4 Firmware v1.9.2 date format {format} at {rate} Hz  Filter Normal -----------\nSerial Number: TAS1E31150129\nStart Time 17:16:00\nStart Date {date}\nEpoch Period (hh:mm:ss) 00:00:00\nDownload Time 19:03:03\nDownload Date {later}\nCurrent Memory Address: 0\nCurrent Battery Voltage: 4,15     Mode = 12\n--------------------------------------------------\n"
    made["ActiLife de ;"] = Made(
        actilife.format(format="dd.MM.yyyy", rate=50, date="11.12.2024", later="16.12.2024")
        + "Accelerometer X;Accelerometer Y;Accelerometer Z\n"
        + rows_of(str, row="{x};{y};{z}").replace(".", ",")
    )
    made["ActiLife de stamps ;"] = Made(
        actilife.format(format="dd.MM.yyyy", rate=50, date="11.12.2024", later="16.12.2024")
        + "Timestamp;Accelerometer X;Accelerometer Y;Accelerometer Z\n"
        + "".join(
            (
                f"{(START + timedelta(seconds=i / 50)).strftime('%d.%m.%Y %H:%M:%S.%f')[:-3]};{x:.3f};{y:.3f};{z:.3f}\n".replace(
                    f"{x:.3f}", f"{x:.3f}".replace(".", ",")
                )
                .replace(f"{y:.3f}", f"{y:.3f}".replace(".", ","))
                .replace(f"{z:.3f}", f"{z:.3f}".replace(".", ","))
                for i, (x, y, z) in enumerate(axes(200).tolist())
            )
        ),
        tolerance=0.001,
    )
    made["ActiLife quoted decimal comma"] = Made(
        actilife.format(format="d/MM/yyyy", rate=50, date="11/12/2024", later="16/12/2024")
        + "Accelerometer X,Accelerometer Y,Accelerometer Z\n"
        + rows_of(str, row='"{x}","{y}","{z}"').replace(".", ",")
    )
    made["ActiLife decimal comma commas"] = Made(
        actilife.format(format="d/MM/yyyy", rate=50, date="11/12/2024", later="16/12/2024")
        + "Accelerometer X,Accelerometer Y,Accelerometer Z\n"
        + rows_of(str, row="{x},{y},{z}").replace(".", ","),
        refused="decimal point, too",
    )
    geneactiv = (
        "Device Type,GENEActiv\nDevice Model,1.1\nDevice Unique Serial Code,012967\nDevice Firmware Version,Ver05.06\nCalibration Date,2015-08-21 14:00:40:000\nApplication name & version,GENEActiv PC Software Version 3.1\n\nMeasurement Frequency,50 Hz\nStart Time,2024-12-11 17:16:00:000\nLast measurement,2024-12-12 09:00:00:000\nDevice Location Code,left wrist\nTime Zone,GMT +01:00\n\nSubject Code,7\nDate of Birth,1990-02-03\n\n"
        + "\n" * 10
        + "Sensor type,MEMS accelerometer x-axis\nRange,-8 to 8\nResolution,0.0039\nUnits,g\nAdditional information,\n"
        + "\n" * 30
        + "Sensor type,MEMS accelerometer y-axis\nRange,-8 to 8\nResolution,0.0039\nUnits,g\n"
        + "\n" * 20
    )
    made["GENEActiv 100 lines"] = Made(
        geneactiv + rows_of(clock("%Y-%m-%d %H:%M:%S:{ms}"), row="{t},{x},{y},{z},40,0,24.5"), start_s=START_S - 3600
    )
    made["activPAL compressed"] = Made(
        "sep=;\nTime;Uncompressed sample index;X;Y;Z\n"
        + "".join(
            (
                f"{45637.719444444 + k / 20 / 86400:.10f};{k};{127 + x * 63:.0f};{127 + y * 63:.0f};{127 + z * 63:.0f}\n"
                for k, (x, y, z) in zip(
                    np.cumsum([0] + [1, 3, 1, 1, 2] * 80).tolist(),
                    (axes(400) + np.random.default_rng(1).normal(0, 0.03, (400, 3))).tolist(),
                    strict=False,
                )
            )
        ),
        refused="compressed",
    )
    return made
