"""Zones beside the time, and summer time."""

# ruff: noqa: E501

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.detector.recordings.text.kinds.made import LATE, START_S, Made, axes, clock, rows_of
from tests.detector.recordings.text.kinds.parts import MS, at, iso


def zones() -> dict[str, Made]:
    """Zones beside the time, and summer time."""
    made: dict[str, Made] = {}
    made["zone offset column"] = Made(
        "timestamp,tz,x,y,z\n" + rows_of(iso, row="{t},+0100,{x},{y},{z}"), start_s=START_S - 3600
    )
    made["zone name column"] = Made(
        "timestamp,timezone,x,y,z\n" + rows_of(iso, row="{t},Europe/Berlin,{x},{y},{z}"), start_s=START_S - 3600
    )
    made["zone word column"] = Made(
        "date,time,zone,x,y,z\n" + rows_of(clock("%Y-%m-%d,%H:%M:%S.{ms}"), row="{t},CET,{x},{y},{z}"),
        start_s=START_S - 3600,
    )
    made["zone UTC column"] = Made(
        "date,time,zone,x,y,z\n" + rows_of(clock("%Y-%m-%d,%H:%M:%S.{ms}"), row="{t},UTC,{x},{y},{z}")
    )
    made["zone minutes column"] = Made(
        "local_time,utc_offset_min,x,y,z\n" + rows_of(iso, row="{t},-300,{x},{y},{z}"), start_s=START_S + 5 * 3600
    )
    made["zone hours column"] = Made(
        "local_time,UTC offset (h),x,y,z\n" + rows_of(iso, row="{t},-5,{x},{y},{z}"), start_s=START_S + 5 * 3600
    )
    made["zone GMT+1 column no header"] = Made(rows_of(iso, row="{t},GMT+01:00,{x},{y},{z}"), start_s=START_S - 3600)
    made["zone ms beside epoch"] = Made("timestamp,tz_offset_ms,x,y,z\n" + rows_of(MS, row="{t},3600000,{x},{y},{z}"))
    made["zone column changes (DST)"] = Made(
        "timestamp,tz,x,y,z\n"
        + "".join(
            (
                f"{(datetime(2024, 10, 27, 0, 59, 58, tzinfo=UTC) + timedelta(seconds=i / 50) + timedelta(hours=2 if i < 100 else 1)).strftime('%Y-%m-%d %H:%M:%S.%f')[:-3]},{('+02:00' if i < 100 else '+01:00')},{x},{y},{z}\n"
                for i, (x, y, z) in enumerate(axes(200).tolist())
            )
        ),
        start_s=datetime(2024, 10, 27, 0, 59, 58, tzinfo=UTC).timestamp(),
    )
    made["DST fall back in local file"] = Made(
        "timestamp,x,y,z\n"
        + "".join(
            (
                f"{(datetime(2024, 10, 27, 0, 59, 30, tzinfo=UTC) + timedelta(seconds=i / 50) + timedelta(hours=2 if i < 1500 else 1)).strftime('%Y-%m-%d %H:%M:%S.%f')[:-3]},{x},{y},{z}\n"
                for i, (x, y, z) in enumerate(axes(3000).tolist())
            )
        ),
        options={"timezone": "Europe/Berlin"},
        start_s=datetime(2024, 10, 27, 0, 59, 30, tzinfo=UTC).timestamp(),
        rows=3000,
    )
    made["DST fall back, no zone said"] = Made(
        "timestamp,x,y,z\n"
        + "".join(
            (
                f"{(datetime(2024, 10, 27, 0, 59, 30, tzinfo=UTC) + timedelta(seconds=i / 50) + timedelta(hours=2 if i < 1500 else 1)).strftime('%Y-%m-%d %H:%M:%S.%f')[:-3]},{x},{y},{z}\n"
                for i, (x, y, z) in enumerate(axes(3000).tolist())
            )
        ),
        refused="--timezone",
    )
    made["DST spring in local file"] = Made(
        "timestamp,x,y,z\n"
        + "".join(
            (
                f"{(datetime(2024, 3, 31, 0, 59, 30, tzinfo=UTC) + timedelta(seconds=i / 50) + timedelta(hours=1 if i < 1500 else 2)).strftime('%Y-%m-%d %H:%M:%S.%f')[:-3]},{x},{y},{z}\n"
                for i, (x, y, z) in enumerate(axes(3000).tolist())
            )
        ),
        options={"timezone": "Europe/Berlin"},
        start_s=datetime(2024, 3, 31, 0, 59, 30, tzinfo=UTC).timestamp(),
        rows=3000,
    )
    made["DST spring no zone"] = Made(
        "timestamp,x,y,z\n"
        + "".join(
            (
                f"{(datetime(2024, 3, 31, 0, 59, 30, tzinfo=UTC) + timedelta(seconds=i / 50) + timedelta(hours=1 if i < 1500 else 2)).strftime('%Y-%m-%d %H:%M:%S.%f')[:-3]},{x},{y},{z}\n"
                for i, (x, y, z) in enumerate(axes(3000).tolist())
            )
        ),
        told=("summer",),
        rows=3000,
        gaps=1,
        start_s=datetime(2024, 3, 31, 1, 59, 30, tzinfo=UTC).timestamp(),
    )
    made["DST offsets in stamps"] = Made(
        "timestamp,x,y,z\n"
        + "".join(
            (
                f"{(datetime(2024, 10, 27, 0, 59, 30, tzinfo=UTC) + timedelta(seconds=i / 50) + timedelta(hours=2 if i < 1500 else 1)).strftime('%Y-%m-%dT%H:%M:%S.%f')[:-3]}{('+02:00' if i < 1500 else '+01:00')},{x},{y},{z}\n"
                for i, (x, y, z) in enumerate(axes(3000).tolist())
            )
        ),
        start_s=datetime(2024, 10, 27, 0, 59, 30, tzinfo=UTC).timestamp(),
        rows=3000,
    )
    return made


def halves() -> dict[str, Made]:
    """Clocks of 12 hours, and times without a date."""
    made: dict[str, Made] = {}
    for nm, s in (("noon", at(2024, 12, 20, 11, 59, 58)), ("midnight", at(2024, 12, 20, 23, 59, 58))):
        made[f"12 h past {nm}"] = Made(
            "time,x,y,z\n" + rows_of(clock("%Y-%m-%d %I:%M:%S.{ms} %p", start=s)), start_s=s.timestamp()
        )
        made[f"12 h a.m. spanish past {nm}"] = Made(
            "time,x,y,z\n"
            + rows_of(
                lambda i, s=s: (
                    clock("%d/%m/%Y %I:%M:%S.{ms} %p", start=s)(i).replace("AM", "a. m.").replace("PM", "p. m.")
                )
            ),
            start_s=s.timestamp(),
        )
        made[f"12 h date and time apart past {nm}"] = Made(
            "Date,Time,x,y,z\n" + rows_of(clock("%m/%d/%Y,%I:%M:%S.{ms} %p", start=s)), start_s=s.timestamp()
        )
        made[f"12 h three columns past {nm}"] = Made(
            "Date,Time,AMPM,x,y,z\n" + rows_of(clock("%Y-%m-%d,%I:%M:%S.{ms},%p", start=s)), start_s=s.timestamp()
        )
    made["12 h without AM/PM past midnight"] = Made(  # which half it is cannot be known, but its leap is told
        "time,x,y,z\n" + rows_of(clock("%Y-%m-%d %I:%M:%S.{ms}", start=at(2024, 12, 20, 23, 59, 58))),
        start_s=at(2024, 12, 20, 11, 59, 58).timestamp(),
        gaps=1,
        told=("half a day",),
    )
    made["12 h 上午"] = Made(
        "时间,加速度X,加速度Y,加速度Z\n"
        + rows_of(
            lambda i: (
                clock("%Y/%m/%d %p %I:%M:%S.{ms}", start=at(2024, 12, 20, 11, 59, 58))(i)
                .replace("AM", "上午")
                .replace("PM", "下午")
            )
        ),
        start_s=at(2024, 12, 20, 11, 59, 58).timestamp(),
    )
    made["12 h lower am"] = Made(
        "time,x,y,z\n"
        + rows_of(lambda i: clock("%b %d %Y %I:%M:%S.{ms} %p", start=at(2024, 12, 20, 11, 59, 58))(i).lower()),
        start_s=at(2024, 12, 20, 11, 59, 58).timestamp(),
    )
    made["tod midnight with start date"] = Made(
        "Start Date: 2024-12-11\ntime,x,y,z\n" + rows_of(clock("%H:%M:%S.{ms}", start=LATE), rows=300),
        rows=300,
        start_s=LATE.timestamp(),
    )
    made["tod 24:00:00"] = Made(
        "time,x,y,z\n"
        + rows_of(lambda i: clock("%H:%M:%S.{ms}", start=LATE)(i).replace("00:00:00", "24:00:00"), rows=140),
        rows=140,
        start_s=None,
    )
    made["tod whole seconds midnight"] = Made(
        "time,x,y,z\n" + rows_of(clock("%H:%M:%S", start=LATE), rows=3000),
        rows=3000,
        start_s=None,
        tolerance=0.01,
        told=("midnight",),
    )
    made["date column not advanced at midnight"] = Made(
        "date,time,x,y,z\n" + rows_of(lambda i: "2024-12-11," + clock("%H:%M:%S.{ms}", start=LATE)(i), rows=300),
        rows=300,
        start_s=LATE.timestamp(),
        told=("midnight",),
    )
    made["date column advanced late"] = Made(
        "date,time,x,y,z\n"
        + rows_of(
            lambda i: ("2024-12-11," if i < 103 else "2024-12-12,") + clock("%H:%M:%S.{ms}", start=LATE)(i), rows=300
        ),
        rows=300,
        start_s=LATE.timestamp(),
    )
    return made
