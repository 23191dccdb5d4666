"""Files of counts and summaries, which must be told so."""

# ruff: noqa: E501

from __future__ import annotations

from datetime import timedelta

from tests.detector.recordings.text.kinds.made import START, START_S, Made


def summaries() -> dict[str, Made]:
    """Files of counts and summaries, which must be told so."""
    made: dict[str, Made] = {}
    made["Actiwatch"] = Made(
        '"Line","Date","Time","Off-Wrist Status","Activity","Marker","White Light","Red Light","Sleep/Wake","Interval Status"\n'
        + "".join(
            f""""{i + 1}","12/11/2024","{(START + timedelta(seconds=30 * i)).strftime("%I:%M:%S %p")}","0","{i % 7}","0","1.2","0.3","0","REST"\n"""
            for i in range(200)
        ),
        refused="counts or summaries",
    )
    made["Fitbit minute"] = Made(
        "Id,ActivityMinute,Calories,Steps\n"
        + "".join(
            f"1503960366,12/11/2024 {(START + timedelta(minutes=i)).strftime('%I:%M:%S %p')},0.78,0\n"
            for i in range(200)
        ),
        refused="counts or summaries",
    )
    made["Oura met"] = Made(
        "timestamp,met,class_5_min\n"
        + "".join(f"{(START + timedelta(minutes=i)).isoformat()},0.9,1\n" for i in range(200)),
        refused="counts or summaries",
    )
    made["Garmin summary"] = Made(
        "timestamp,heart_rate,stress_level,steps\n"
        + "".join(f"{(START + timedelta(minutes=i)).isoformat()},60,20,0\n" for i in range(200)),
        refused="counts or summaries",
    )
    made["CentrePoint epochs"] = Made(
        "Study Id,Subject Id,Device Serial,Timestamp,X,Y,Z,HeartRate,Capsense,Lux,Steps\n"
        + "".join(f"1,2,TAS,{int(START_S) + 60 * i},{i % 50},3,4,,,0,0\n" for i in range(200)),
        refused="counts or summaries",
    )
    made["Mi Band activity"] = Made(
        "date,time,steps,distance,heartRate\n"
        + "".join(f"2024-12-11,{(START + timedelta(minutes=i)).strftime('%H:%M')},0,0,60\n" for i in range(200)),
        refused="counts or summaries",
    )
    made["GGIR part2 epochs"] = Made(
        "timestamp,ENMO,LFENMO,anglez\n"
        + "".join(
            f"{(START + timedelta(seconds=5 * i)).strftime('%Y-%m-%dT%H:%M:%S+0000')},0.01,0.02,30\n"
            for i in range(200)
        ),
        refused="counts or summaries",
    )
    made["MotionWatch counts"] = Made(
        "MW8 data\nEpoch: 60 seconds\nDate,Time,Activity\n"
        + "".join(f"11/12/2024,{(START + timedelta(minutes=i)).strftime('%H:%M:%S')},{i % 9}\n" for i in range(200)),
        refused="counts or summaries",
    )
    return made
