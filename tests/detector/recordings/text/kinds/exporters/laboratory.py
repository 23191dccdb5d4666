"""Programs of laboratories."""

# ruff: noqa: E501

from __future__ import annotations

import numpy as np

from tests.detector.recordings.text.kinds.made import GRAVITY, Made, axes, number, rows_of
from tests.detector.recordings.text.kinds.parts import S


def laboratory() -> dict[str, Made]:
    """Programs of laboratories."""
    made: dict[str, Made] = {}
    osh = '# OpenSignals Text File Format. Version 1\n# {"98:D3:91:FD:3F:5C": {"sensor": ["ACCX", "ACCY", "ACCZ"], "device name": "98:D3:91:FD:3F:5C", "column": ["nSeq", "I1", "I2", "O1", "O2", "A1", "A2", "A3"], "sync interval": 2, "time": "17:16:0.0", "comments": "", "device connection": "BTH98:D3", "channels": [1, 2, 3], "keywords": "", "digital IO": [0, 0, 1, 1], "firmware version": 1282, "device": "bitalino_rev", "position": 0, "sampling rate": 100, "label": ["A1", "A2", "A3"], "resolution": [4, 1, 1, 1, 1, 10, 10, 10], "date": "2024-12-11", "mode": 0}}\n# EndOfHeader\n'
    osr = "".join(
        (
            f"{i % 16}\t0\t0\t0\t0\t{512 + x * 103:.0f}\t{512 + y * 103:.0f}\t{512 + z * 103:.0f}\t\n"
            for i, (x, y, z) in enumerate((axes(300) + np.random.default_rng(1).normal(0, 0.02, (300, 3))).tolist())
        )
    )
    made["OpenSignals bitalino raw"] = Made(osh + osr, refused="--counts-per-g")
    made["OpenSignals bitalino raw given"] = Made(
        osh + osr, rate_hz=100, rows=300, options={"counts_per_g": 103, "zero_count": 512}, xyz=np.zeros(0)
    )
    bh = "Paw_EMG.gtl\n20 msec/sample\n3 channels\nX, TSD109\ng\nY, TSD109\ng\nZ, TSD109\ng\n"
    made["Biopac no time"] = Made(
        bh + "CH1\tCH2\tCH3\t\n200\t200\t200\t\n" + rows_of(str, row="{x}\t{y}\t{z}\t"), start_s=None
    )
    made["Biopac min"] = Made(
        bh
        + "min\tCH1\tCH2\tCH3\t\n\t200\t200\t200\t\n"
        + rows_of(lambda i: f"{i / 50 / 60:.8f}", row="{t}\t{x}\t{y}\t{z}\t"),
        start_s=None,
        tolerance=0.001,
    )
    made["Biopac milliSec csv"] = Made(
        "acc.acq\n20 msec/sample\n3 channels\nRecording on: 2024-12-11 17:16:00.000\nmilliSec,CH1,CH2,CH3\n"
        + rows_of(number(0.001), row="{t},{x},{y},{z},"),
        start_s=None,
    )
    lh = "Interval=\t0.02 s\nExcelDateTime=\t4.5637719444444e+04\t11/12/2024 17:16:00.000000\nTimeFormat=\tStartOfBlock\nDateFormat=\t%s\nChannelTitle=\tAcc X\tAcc Y\tAcc Z\nRange=\t2.000 V\t2.000 V\t2.000 V\nUnitName=\tg\tg\tg\nTopValue=\t*\t*\t*\nBottomValue=\t*\t*\t*\n"
    made["LabChart"] = Made(lh % "" + rows_of(S, row="{t}\t{x}\t{y}\t{z}"), start_s=None)
    made["LabChart comment"] = Made(
        lh % ""
        + rows_of(S, row="{t}\t{x}\t{y}\t{z}")
        .replace("\n1.000\t", "\n1.000\t", 1)
        .replace("\n2.000", "\t#* start \n2.000", 1),
        start_s=None,
    )
    made["LabChart two blocks"] = Made(
        lh % ""
        + rows_of(S, rows=200, row="{t}\t{x}\t{y}\t{z}")
        + lh % ""
        + rows_of(S, rows=200, row="{t}\t{x}\t{y}\t{z}"),
        start_s=None,
        rows=400,
        xyz=np.zeros(0),
    )
    dh = 'Label: EMG 1 Sampling frequency: 1925.925926 Number of points: 400 start: 0 Unit: Volts\nLabel: ACC X 1 Sampling frequency: 148.148148 Number of points: 200 start: 0 Unit: g\n\nX[s],"EMG 1",X[s],"ACC X 1",X[s],"ACC Y 1",X[s],"ACC Z 1"\n'

    def delsys():
        a = axes(200)
        lines = []
        for i in range(400):
            tail = (
                f",{i * 0.00675:.6f},{a[i, 0]:.6f},{i * 0.00675:.6f},{a[i, 1]:.6f},{i * 0.00675:.6f},{a[i, 2]:.6f}"
                if i < 200
                else ",,,,,,"
            )
            lines.append(f"{i * 0.000519:.6f},1.2e-05{tail}")
        return "\n".join(lines) + "\n"

    made["Delsys Trigno"] = Made(dh + delsys(), rate_hz=148.148, start_s=None, tolerance=0.001)
    made["Delsys no EMG"] = Made(
        "X [s],Trigno sensor 1: Acc 1.X [g],X [s],Trigno sensor 1: Acc 1.Y [g],X [s],Trigno sensor 1: Acc 1.Z [g]\n"
        + "".join(
            (
                f"{i * 0.00675:.6f},{x},{i * 0.00675:.6f},{y},{i * 0.00675:.6f},{z}\n"
                for i, (x, y, z) in enumerate(axes(200).tolist())
            )
        ),
        rate_hz=148.148,
        start_s=None,
        tolerance=0.001,
    )
    made["Noraxon"] = Made(
        "Type\tFormat\tVersion\nNoraxon RAW DATA\tASCII\t1\nTime,s\tActivity\tMarker\tUltium.Accel X,mG\tUltium.Accel Y,mG\tUltium.Accel Z,mG\n"
        + rows_of(lambda i: f"{i / 50:.4f}", row="{t}\t\t\t{x}\t{y}\t{z}", factor=1000, digits=1),
        start_s=None,
    )
    made["Noraxon csv quoted"] = Made(
        '"Time,s","Ultium EMG.Accel Ax,mG","Ultium EMG.Accel Ay,mG","Ultium EMG.Accel Az,mG"\n'
        + rows_of(lambda i: f"{i / 50:.4f}", factor=1000, digits=1),
        start_s=None,
    )
    made["Vernier"] = Made(
        "Latest: Time (s),Latest: X Acceleration (m/s²),Latest: Y Acceleration (m/s²),Latest: Z Acceleration (m/s²)\n"
        + rows_of(S, factor=GRAVITY),
        start_s=None,
    )
    made["Vernier Data Set 1"] = Made(
        "Data Set 1:Time(s),Data Set 1:X-axis acceleration(m/s²),Data Set 1:Y-axis acceleration(m/s²),Data Set 1:Z-axis acceleration(m/s²)\n"
        + rows_of(S, factor=GRAVITY),
        start_s=None,
    )
    return made
