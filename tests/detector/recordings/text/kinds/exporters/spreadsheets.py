"""What spreadsheets and languages write: thousands, indices, brackets, JSON."""

# ruff: noqa: E501

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np

from tests.detector.recordings.text.kinds.made import START, START_S, Made, axes, clock, rows_of
from tests.detector.recordings.text.kinds.parts import MS, S, iso


def spreadsheets() -> dict[str, Made]:
    """What spreadsheets and languages write: thousands, indices, brackets, JSON."""
    made: dict[str, Made] = {}

    def excel(pat):
        return clock(pat)

    made["Excel no seconds dd/mm"] = Made(
        "time;x;y;z\n"
        + rows_of(clock("%d.%m.%Y %H:%M"), rows=9000, row="{t};{x};{y};{z}")
        .replace(".", ",")
        .replace("11,12,2024", "11.12.2024"),
        rows=9000,
        off_s=0.05,
        tolerance=0.01,
    )
    made["Excel sep= ; quoted"] = Made(
        'sep=;\n"time";"x";"y";"z"\n' + rows_of(lambda i: f"{i / 50:.2f}", row="{t};{x};{y};{z}").replace(".", ","),
        start_s=None,
    )
    made["Excel empty columns"] = Made("time,x,y,z,,\n" + rows_of(S, row="{t},{x},{y},{z},,"), start_s=None)
    made["Excel sci epoch"] = Made("timestamp,x,y,z\n" + rows_of(lambda _: "1.73394E+12"), refused="--rate-hz")
    made["Excel mm:ss.0"] = Made(
        "time,x,y,z\n" + rows_of(clock("%M:%S."), row="{t}0,{x},{y},{z}"), start_s=None, rows=200, tolerance=0.3
    )
    made["thousands point comma"] = Made("time,x,y,z\n" + rows_of(lambda i: f'"{START_S * 1000 + i * 20:,.3f}"'))
    made["thousands point ;"] = Made(
        "time;x;y;z\n" + rows_of(lambda i: f"{START_S * 1000 + i * 20:,.0f}", row="{t};{x};{y};{z}")
    )
    made["thousands german"] = Made(
        "time;x;y;z\n"
        + "".join(
            (
                f"{f'{START_S + i / 50:,.3f}'.replace(',', '_').replace('.', ',').replace('_', '.')};{f'{x:.4f};{y:.4f};{z:.4f}'.replace('.', ',')}\n"
                for i, (x, y, z) in enumerate(axes(200).tolist())
            )
        )
    )
    made["thousands apostrophe"] = Made(
        "time;x;y;z\n" + rows_of(lambda i: f"{START_S * 1000 + i * 20:,.0f}".replace(",", "'"), row="{t};{x};{y};{z}")
    )
    made["thousands mg quoted"] = Made(
        "time,x,y,z\n"
        + "".join(
            (
                f'{i / 50:.2f},"{x * 2000:,.1f}","{y * 2000:,.1f}","{z * 2000:,.1f}"\n'
                for i, (x, y, z) in enumerate(axes(200).tolist())
            )
        ),
        start_s=None,
        xyz=np.zeros(0),
        told=("no gravity",),
        options={"units": "mg"},
    )
    made["R write.csv"] = Made('"","time","x","y","z"\n' + rows_of(S, row='"{i}",{t},{x},{y},{z}'), start_s=None)
    made["R POSIXct"] = Made('"","time","x","y","z"\n' + rows_of(iso, row='"{i}",{t},{x},{y},{z}'))
    made["R write.csv2"] = Made(
        '"";"time";"x";"y";"z"\n' + rows_of(S, row='"{i}";{t};{x};{y};{z}').replace(".", ","), start_s=None
    )
    made["pandas tz index"] = Made(
        ",x,y,z\n" + rows_of(clock("%Y-%m-%d %H:%M:%S.{ms}000+01:00")), start_s=START_S - 3600
    )
    made["pandas index mixed precision"] = Made(
        ",x,y,z\n"
        + "".join(
            (
                f"{(START + timedelta(seconds=i / 50)).isoformat(sep=' ')},{x},{y},{z}\n"
                for i, (x, y, z) in enumerate(axes(200).tolist())
            )
        )
    )
    made["pandas unnamed + time"] = Made(
        "Unnamed: 0,timestamp,acc_x,acc_y,acc_z\n" + rows_of(iso, row="{i},{t},{x},{y},{z}")
    )
    made["julia NaN words"] = Made(
        "time,x,y,z\n"
        + rows_of(S).replace("\n1.000,", "\n1.000,").replace("\n2.000,", "\nmissing,missing,missing,missing\n2.000,"),
        start_s=None,
        rows=200,
    )
    made["python lists"] = Made(rows_of(S, row="[{t}, {x}, {y}, {z}]"), start_s=None)
    made["python tuples"] = Made(rows_of(MS, row="({t}, {x}, {y}, {z})"))
    made["brackets in quoted column"] = Made("timestamp,acc\n" + rows_of(MS, row='{t},"[{x}, {y}, {z}]"'))
    made["brackets numpy blanks"] = Made(rows_of(MS, row="{t} [{x} {y} {z}]"))
    made["brackets after time ;"] = Made("time;acc\n" + rows_of(MS, row="{t};({x},{y},{z})"))
    made["json lines"] = Made(
        "".join(
            (
                json.dumps({"t": START_S + i / 50, "x": x, "y": y, "z": z}) + "\n"
                for i, (x, y, z) in enumerate(axes(200).tolist())
            )
        )
    )
    made["json lines nested"] = Made(
        "".join(
            (
                json.dumps({"timestamp": int(START_S * 1000) + i * 20, "accel": {"x": x, "y": y, "z": z}}) + "\n"
                for i, (x, y, z) in enumerate(axes(200).tolist())
            )
        )
    )
    made["json array"] = Made(
        json.dumps([{"t": START_S + i / 50, "x": x, "y": y, "z": z} for i, (x, y, z) in enumerate(axes(200).tolist())]),
        refused="JSON",
    )
    made["json array lines"] = Made(
        "[\n"
        + ",\n".join(
            (
                json.dumps({"time": START_S + i / 50, "x": x, "y": y, "z": z})
                for i, (x, y, z) in enumerate(axes(200).tolist())
            )
        )
        + "\n]\n"
    )
    made["fixed width"] = Made(
        "    TIME       X       Y       Z\n" + rows_of(S, row="{t:>8}{x:>8}{y:>8}{z:>8}"), start_s=None
    )
    made["markdown-ish pipes"] = Made(
        "| time | x | y | z |\n|---|---|---|---|\n" + rows_of(S, row="| {t} | {x} | {y} | {z} |"), start_s=None
    )
    made["units in cells"] = Made("time,x,y,z\n" + rows_of(S, row="{t}s,{x}g,{y}g,{z}g"), start_s=None)
    made["labels in cells"] = Made(rows_of(S, row="t={t}, ax={x}, ay={y}, az={z}"), start_s=None)
    made["dec comma, named 4 of 7"] = Made(
        "t,x,y,z\n" + rows_of(lambda i: f"{i}", row="{t},{x},{y},{z}").replace(".", ","), refused="decimal point, too"
    )
    made["dec comma, all times"] = Made(
        "time,acc_x,acc_y,acc_z\n" + rows_of(lambda i: f"{i / 50:.2f}", row="{t},{x},{y},{z}").replace(".", ","),
        refused="decimal point, too",
    )
    made["dec comma no header"] = Made(
        rows_of(lambda i: f"{i / 50:.2f}", row="{t},{x},{y},{z}").replace(".", ","), refused="decimal point, too"
    )
    made["dec comma comma-blank"] = Made(
        "time, x, y, z\n"
        + rows_of(lambda i: f"{i / 50:.2f}".replace(".", ","), row="{t}, {x}, {y}, {z}").replace(".", ","),
        start_s=None,
    )
    return made
