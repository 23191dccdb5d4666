"""More exporters and oddities."""

# ruff: noqa: E501, PLR0915

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np

from tests.detector.recordings.text.kinds.made import GRAVITY, START, START_S, Made, clock, rows_of
from tests.detector.recordings.text.kinds.parts import MS, A, S, at, iso


def more() -> dict[str, Made]:
    """More exporters and oddities."""
    made: dict[str, Made] = {}
    made["json turns"] = Made(
        "".join(
            (
                json.dumps({"sensor": "acc", "t": START_S + i / 50, "x": x, "y": y, "z": z})
                + "\n"
                + json.dumps({"sensor": "gyro", "t": START_S + i / 50, "x": 1, "y": 2, "z": 3})
                + "\n"
                for i, (x, y, z) in enumerate(A)
            )
        )
    )
    made["json kinds differ"] = Made(
        "".join(
            (
                json.dumps({"t": START_S + i / 50, "ax": x, "ay": y, "az": z})
                + "\n"
                + json.dumps({"t": START_S + i / 50, "gx": 1, "gy": 2, "gz": 3, "w": 1})
                + "\n"
                for i, (x, y, z) in enumerate(A)
            )
        ),
        refused="JSON",
    )
    made["json arrays"] = Made(
        "".join(
            (
                json.dumps({"timestamp": int(START_S * 1000) + i * 20, "accelerometer": [x, y, z]}) + "\n"
                for i, (x, y, z) in enumerate(A)
            )
        )
    )
    made["json iso"] = Made(
        "".join(
            (
                json.dumps(
                    {
                        "time": (START + timedelta(seconds=i / 50)).isoformat(),
                        "acc": {"x": x, "y": y, "z": z},
                        "gyr": {"x": 1, "y": 2, "z": 3},
                    }
                )
                + "\n"
                for i, (x, y, z) in enumerate(A)
            )
        )
    )
    made["json gyr first"] = Made(
        "".join(
            (
                json.dumps(
                    {
                        "time": (START + timedelta(seconds=i / 50)).isoformat(),
                        "gyro": {"x": 1, "y": 2, "z": 3},
                        "accel": {"x": x, "y": y, "z": z},
                    }
                )
                + "\n"
                for i, (x, y, z) in enumerate(A)
            )
        )
    )
    made["json strings"] = Made(
        "".join(
            (
                json.dumps({"t": str(START_S + i / 50), "x": str(x), "y": str(y), "z": str(z)}) + "\n"
                for i, (x, y, z) in enumerate(A)
            )
        )
    )
    made["python dicts"] = Made(
        "".join((str({"t": START_S + i / 50, "x": x, "y": y, "z": z}) + "\n" for i, (x, y, z) in enumerate(A)))
    )
    made["nested lists"] = Made("".join((f"[{START_S + i / 50}, [{x}, {y}, {z}]]\n" for i, (x, y, z) in enumerate(A))))
    made["labels gyro"] = Made(
        "".join((f"gx:1 gy:2 gz:3 ax:{x} ay:{y} az:{z} t:{i / 50:.2f}\n" for i, (x, y, z) in enumerate(A))),
        start_s=None,
    )
    made["Aceinna label units"] = Made(
        "".join((f"T={i * 20} ms, aX = {x} g, aY = {y} g, aZ = {z} g\n" for i, (x, y, z) in enumerate(A))), start_s=None
    )
    made["timestamp bracket"] = Made(
        "".join((f"[2024-12-11 17:16:{i / 50:06.3f}] {x}, {y}, {z}\n" for i, (x, y, z) in enumerate(A)))
    )
    made["constant -12 rssi"] = Made("time,rssi,x,y,z\n" + rows_of(iso, row="{t},-12,{x},{y},{z}"))
    made["constant -1200"] = Made("time,offset,x,y,z\n" + rows_of(iso, row="{t},-1200,{x},{y},{z}"))
    made["labels +1 -1"] = Made(
        "time,label,x,y,z\n"
        + "".join((f"{iso(i)},{('+1' if i % 7 else '-1')},{x},{y},{z}\n" for i, (x, y, z) in enumerate(A)))
    )
    made["tz 0100"] = Made("time,tz,x,y,z\n" + rows_of(iso, row="{t},0100,{x},{y},{z}"), start_s=START_S - 3600)
    made["tz before time"] = Made(
        "tz,time,x,y,z\n" + rows_of(iso, row="+01:00,{t},{x},{y},{z}"), start_s=START_S - 3600
    )
    made["time (UTC) label"] = Made("Time (UTC),x,y,z\n" + rows_of(iso))
    made["local time (UTC-5)"] = Made("Local time (UTC-5),x,y,z\n" + rows_of(iso), start_s=START_S + 5 * 3600)
    made["EST label"] = Made("Time (EST),x,y,z\n" + rows_of(iso), refused="--timezone")
    made["EST label said"] = Made(
        "Time (EST),x,y,z\n" + rows_of(iso), options={"timezone": "America/New_York"}, start_s=START_S + 5 * 3600
    )
    made["tz said wins"] = Made(
        "time,tz,x,y,z\n" + rows_of(iso, row="{t},+0100,{x},{y},{z}"),
        options={"timezone": "America/New_York"},
        start_s=START_S + 5 * 3600,
    )
    made["summer EDT/EST col"] = Made(
        "time,tz,x,y,z\n"
        + "".join((f"{iso(i)},{('EDT' if i < 100 else 'EST')},{x},{y},{z}\n" for i, (x, y, z) in enumerate(A))),
        refused="--timezone",
    )
    made["Empatica combined"] = Made(
        "timestamp,ACC_X,ACC_Y,ACC_Z,EDA,TEMP,BVP\n"
        + rows_of(lambda i: f"{START_S + i / 50:.4f}", row="{t},{x},{y},{z},0.1,33,12")
    )
    made["WESAD txt 64"] = Made(
        "".join((f"{x * 64:.0f}\t{y * 64:.0f}\t{z * 64:.0f}\n" for x, y, z in A)),
        options={"rate_hz": 32},
        refused="--counts-per-g",
    )
    made["Axivity omgui units g"] = Made(
        "Time,X (g),Y (g),Z (g),Temperature (C)\n" + rows_of(iso, row="{t},{x},{y},{z},")
    )
    made["ActiGraph CentrePoint raw"] = Made(
        "Timestamp UTC,Accelerometer X,Accelerometer Y,Accelerometer Z\n"
        + rows_of(clock("%Y-%m-%dT%H:%M:%S.{ms}0000Z"))
    )
    made["CP no Z"] = Made(
        "Timestamp UTC,Accelerometer X,Accelerometer Y,Accelerometer Z\n"
        + rows_of(clock("%m/%d/%Y %H:%M:%S.{ms}", start=at(2024, 12, 20, 17, 16))),
        start_s=at(2024, 12, 20, 17, 16).timestamp(),
    )
    made["Oura raw"] = Made(
        "timestamp;x;y;z\n"
        + rows_of(lambda i: f"{int(START_S * 1000) + i * 20}", row="{t};{x};{y};{z}", factor=1000, digits=0)
    )
    made["Fitbit dev api"] = Made(
        "timestamp x y z\n" + rows_of(lambda i: f"{i * 20}", row="{t} {x} {y} {z}", factor=GRAVITY), start_s=None
    )
    made["Bittium txt"] = Made(
        "Time [s]\tX [mg]\tY [mg]\tZ [mg]\n" + rows_of(S, row="{t}\t{x}\t{y}\t{z}", factor=1000, digits=1), start_s=None
    )
    made["Movesense"] = Made(
        "Timestamp,X,Y,Z\n"
        + "".join(
            (
                f"{1000 + i // 8 * 160},{x:.3f},{y:.3f},{z:.3f}\n"
                for i, (x, y, z) in enumerate((np.array(A) * GRAVITY).tolist())
            )
        ),
        start_s=None,
        tolerance=0.02,
        off_s=1,
    )
    made["MUSE MindMonitor us am/pm"] = Made(
        "TimeStamp,Accelerometer_X,Accelerometer_Y,Accelerometer_Z,Elements\n"
        + rows_of(clock("%m/%d/%Y {h}:%M:%S.{ms} %p", start=at(2024, 12, 20, 17, 16)), row="{t},{x},{y},{z},"),
        start_s=at(2024, 12, 20, 17, 16).timestamp(),
    )
    made["Zephyr"] = Made(
        "Time,Vertical,Lateral,Sagittal\n"
        + rows_of(clock("%d/%m/%Y %H:%M:%S.{ms}", start=at(2024, 12, 20, 17, 16)), row="{t},{x},{y},{z}"),
        start_s=at(2024, 12, 20, 17, 16).timestamp(),
    )
    made["e-health sensor"] = Made("Sample,Acc_x(g),Acc_y(g),Acc_z(g)\n" + rows_of(str), refused="--rate-hz")
    made["MATLAB writetimetable"] = Made(
        "Time,Var1_1,Var1_2,Var1_3\n" + rows_of(lambda i: f"{i / 50} sec"), start_s=None
    )
    made["MATLAB duration hh:mm:ss"] = Made("Time,X,Y,Z\n" + rows_of(lambda i: f"00:00:{i / 50:09.6f}"), start_s=None)
    made["LabVIEW lvm"] = Made(
        "LabVIEW Measurement\t\nWriter_Version\t2\nReader_Version\t2\nSeparator\tTab\nDecimal_Separator\t.\nMulti_Headings\tNo\nX_Columns\tOne\nTime_Pref\tRelative\nDate\t2024/12/11\nTime\t17:16:00.0\n***End_of_Header***\t\n\t\nChannels\t3\t\t\nSamples\t200\t200\t200\t\nDate\t2024/12/11\t2024/12/11\t2024/12/11\t\nTime\t17:16:00.0\t17:16:00.0\t17:16:00.0\t\nX_Dimension\tTime\tTime\tTime\t\nX0\t0.0E+0\t0.0E+0\t0.0E+0\t\nDelta_X\t0.020000\t0.020000\t0.020000\t\n***End_of_Header***\t\t\t\t\nX_Value\tAcc X\tAcc Y\tAcc Z\tComment\n"
        + rows_of(lambda i: f"{i / 50:.6f}", row="{t}\t{x}\t{y}\t{z}")
    )
    made["DIAdem/NI flex header"] = Made(
        "waveform\t[0]\t[1]\t[2]\nt0\t11.12.2024 17:16:00.000000\t11.12.2024 17:16:00.000000\t11.12.2024 17:16:00.000000\ndelta t\t0.020000\t0.020000\t0.020000\n\ntime\tx[0]\ty[0]\tz[0]\n"
        + rows_of(clock("%d.%m.%Y %H:%M:%S.{ms}"), row="{t}\t{x}\t{y}\t{z}")
    )
    made["HOBO Pendant G"] = Made(
        '"Plot Title: 123"\n"#","Date Time, GMT-05:00","X Accel, g (LGR S/N: 1, SEN S/N: 1)","Y Accel, g (LGR S/N: 1)","Z Accel, g (LGR S/N: 1)","Stopped (LGR)"\n'
        + rows_of(clock("%m/%d/%y %I:%M:%S.{ms} %p", start=at(2024, 12, 20, 17, 16)), row="{i},{t},{x},{y},{z},"),
        start_s=at(2024, 12, 20, 22, 16).timestamp(),
    )
    made["MSR145"] = Made(
        "*CREATOR\nMSR Reader 5.30\n*STARTTIME\n2024-12-11;17:16:00;\n*MODUL\nMSR145\n*NAME\n1\n*CHANNEL\nTIME;ACC x;ACC y;ACC z\n;g;g;g\n*DATA\n"
        + rows_of(clock("%Y-%m-%d %H:%M:%S.{ms}"), row="{t};{x};{y};{z}")
    )
    made["GeneActiv R csv"] = Made(
        '"timestamp","x","y","z","light","button","temp"\n'
        + rows_of(lambda i: f"{START_S + i / 50:.2f}", row="{t},{x},{y},{z},0,0,24")
    )
    made["ActiGraph agcounts parquet csv"] = Made(
        "time,X,Y,Z\n" + rows_of(clock("%Y-%m-%d %H:%M:%S.{ms}000 +0000 UTC"))
    )
    made["influx"] = Made(
        "#group,false,false,true\n#datatype,string,long,dateTime:RFC3339\n,result,table,_time,ax,ay,az\n"
        + rows_of(clock("%Y-%m-%dT%H:%M:%S.{ms}Z"), row=",_result,0,{t},{x},{y},{z}")
    )
    made["node-red semicolons ts last"] = Made("ax;ay;az;ts\n" + rows_of(MS, row="{x};{y};{z};{t}"))
    made["SensorTag BLE"] = Made(
        "2024-12-11T17:16:00,x\n"
        if 0
        else "date;uuid;x;y;z\n" + rows_of(clock("%Y-%m-%dT%H:%M:%S.{ms}+0000"), row="{t};f000aa81-0451;{x};{y};{z}")
    )
    made["nRF log"] = Made(rows_of(clock("[%H:%M:%S.{ms}]"), row="{t} accel: {x},{y},{z}"), start_s=None)
    made["trailing comma blanks"] = Made("t , x , y , z ,\n" + rows_of(S, row="{t} , {x} , {y} , {z} ,"), start_s=None)
    made["tab+blank aligned"] = Made(
        "Time [s]\t Acc_X [g]\t Acc_Y [g]\t Acc_Z [g]\n" + rows_of(S, row="{t}\t {x}\t {y}\t {z}"), start_s=None
    )
    made["header two words blanks"] = Made(
        "Time (s) Acc X Acc Y Acc Z\n" + rows_of(S, row="{t} {x} {y} {z}"), start_s=None
    )
    made["epoch us decimals s"] = Made("ts,x,y,z\n" + rows_of(lambda i: f"{START_S + i / 50:.9f}"))
    made["float epoch ms"] = Made("ts,x,y,z\n" + rows_of(lambda i: f"{START_S * 1000 + i * 20:.3f}"))
    made["E+ epoch ns float"] = Made("ts,x,y,z\n" + rows_of(lambda i: f"{(START_S + i / 50) * 1000000000.0:.15e}"))
    made["apple cocoa"] = Made("CFAbsoluteTime,x,y,z\n" + rows_of(lambda i: f"{START_S - 978307200 + i / 50:.3f}"))
    made["uptime s large"] = Made("timestamp,x,y,z\n" + rows_of(lambda i: f"{252207.666 + i / 50:.6f}"), start_s=None)
    made["uptime ns"] = Made("timestamp,x,y,z\n" + rows_of(lambda i: f"{252207666810782 + i * 20000000}"), start_s=None)
    made["apple ns as s since boot & system"] = Made(
        "bootTime,unixTime,x,y,z\n" + rows_of(lambda i: f"{252207.666 + i / 50:.6f},{START_S + i / 50:.6f}")
    )
    made["two clocks, PC coarse"] = Made(
        "PC time,device_us,x,y,z\n"
        + "".join(
            (
                f"{(START + timedelta(seconds=i // 10 * 0.2)).strftime('%Y-%m-%d %H:%M:%S.%f')[:-3]},{1000 + i * 20000},{x},{y},{z}\n"
                for i, (x, y, z) in enumerate(A)
            )
        ),
        off_s=0.25,
        tolerance=0.01,
    )
    made["gps nmea between"] = Made(
        "time,x,y,z\n"
        + "".join(
            (
                f"{i / 50:.2f},{x},{y},{z}\n"
                + ("$GPRMC,171600,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A\n" if i % 50 == 25 else "")
                for i, (x, y, z) in enumerate(A)
            )
        ),
        start_s=None,
    )
    made["log lines between"] = Made(
        "time,x,y,z\n"
        + "".join(
            (
                f"{i / 50:.2f},{x},{y},{z}\n" + ("I (1234) wifi: connected\n" if i % 20 == 10 else "")
                for i, (x, y, z) in enumerate(A)
            )
        ),
        start_s=None,
    )
    made["boot text first"] = Made(
        "rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\nconfigsip: 0, SPIWP:0xee\nload:0x3fff0030,len:1344\nMPU6050 ready, range: 4g, rate: 50Hz\ntime,x,y,z\n"
        + rows_of(S),
        start_s=None,
    )
    return made
