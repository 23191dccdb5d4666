"""Public collections of recordings."""

# ruff: noqa: E501

from __future__ import annotations

from tests.detector.recordings.text.kinds.made import GRAVITY, START_S, Made, axes, clock, number, rows_of
from tests.detector.recordings.text.kinds.parts import vals


def datasets() -> dict[str, Made]:
    """Public collections of recordings."""
    made: dict[str, Made] = {}
    made["CAPTURE-24"] = Made(
        "time,x,y,z,annotation\n"
        + rows_of(clock("%Y-%m-%d %H:%M:%S.{ms}000"), row='{t},{x},{y},{z},"7030 sleeping;MET 0.95"')
    )
    made["CAPTURE-24 empty annotation"] = Made(
        "time,x,y,z,annotation\n" + rows_of(clock("%Y-%m-%d %H:%M:%S.{ms}000"), row="{t},{x},{y},{z},")
    )
    made["PAMAP2"] = Made(
        "".join(
            (
                f"{8.38 + i * 0.01:.2f} 0 {('104' if i % 11 == 0 else 'NaN')} 30 {x:.5f} {y:.5f} {z:.5f} {x + 0.02:.5f} {y + 0.01:.5f} {z:.5f} -0.09 0.07 0.003 14.7 -69.2 -5.5 1 0 0 0 "
                + " ".join(
                    (
                        f"{v:.5f}"
                        for v in (
                            30,
                            z,
                            x,
                            y,
                            z,
                            x,
                            y,
                            1,
                            2,
                            3,
                            4,
                            5,
                            6,
                            1,
                            0,
                            0,
                            0,
                            30,
                            y,
                            x,
                            z,
                            y,
                            x,
                            z,
                            1,
                            2,
                            3,
                            4,
                            5,
                            6,
                            1,
                            0,
                            0,
                            0,
                        )
                    )
                )
                + "\n"
                for i, (x, y, z) in enumerate(vals.tolist())
            )
        ),
        rate_hz=100,
        start_s=None,
    )
    made["mHealth log"] = Made(
        "".join(
            (
                "\t".join(
                    (
                        f"{v:.5f}"
                        for v in (
                            x,
                            y,
                            z,
                            0.5,
                            0.6,
                            0.1,
                            0.2,
                            0.3,
                            0.4,
                            0.5,
                            0.6,
                            0.7,
                            0.8,
                            0.9,
                            0.1,
                            0.2,
                            0.3,
                            0.4,
                            0.5,
                            0.6,
                            0.7,
                            0.8,
                            0.9,
                        )
                    )
                )
                + "\t0\n"
                for x, y, z in vals.tolist()
            )
        ),
        options={"rate_hz": 50},
        start_s=None,
    )
    made["WISDM disorder"] = Made(
        "".join(
            (
                f"33,Jogging,{49105962326000 + (i ^ 1) * 50000000},{x:.6f},{y:.6f},{z:.6f};\n"
                for i, (x, y, z) in enumerate(vals.tolist())
            )
        ),
        rate_hz=20,
        start_s=None,
        off_s=1,
        tolerance=0.001,
    )
    made["WISDM commas ;"] = Made(
        "".join(
            (
                f"33,Jogging,{49105962326000 + i * 50000000},{x:.6f},{y:.6f},{z:.6f};\n"
                for i, (x, y, z) in enumerate(vals.tolist())
            )
        ),
        rate_hz=20,
        start_s=None,
    )
    made["UCI HAR raw"] = Made(
        "".join((f"  {x: .7e}  {y: .7e}  {z: .7e}\n" for x, y, z in axes(200).tolist())),
        options={"rate_hz": 50},
        start_s=None,
    )
    made["Daphnet"] = Made(
        "".join(
            (
                f"{i * 15.625:.0f} {x:.0f} {y:.0f} {z:.0f} {x:.0f} {y:.0f} {z:.0f} 0 0 0 1\n"
                for i, (x, y, z) in enumerate((axes(400) * 1000).tolist())
            )
        ),
        rate_hz=64,
        rows=400,
        start_s=None,
        tolerance=0.001,
        off_s=0.02,
    )
    made["Opportunity"] = Made(
        "".join(
            (
                f"{i * 33} "
                + " ".join(("NaN" if k >= 6 else f"{v:.0f}" for k, v in enumerate((x, y, z, x, y, z, 1, 2, 3))))
                + " 0\n"
                for i, (x, y, z) in enumerate((axes(300) * 1000).tolist())
            )
        ),
        rate_hz=30.3,
        rows=300,
        start_s=None,
        tolerance=0.01,
    )
    made["REALDISP"] = Made(
        "".join(
            (
                f"{i // 50}\t{i % 50 * 20000}\t"
                + "\t".join((f"{v:.5f}" for v in (x, y, z, 0.1, 0.2, 0.3, 1, 2, 3, 1, 0, 0, 0)))
                + "\t0\n"
                for i, (x, y, z) in enumerate(vals.tolist())
            )
        ),
        start_s=None,
    )
    made["sleep-accel"] = Made(rows_of(lambda i: f"{i / 50:.6f}", row="{t} {x} {y} {z}"), start_s=None)
    made["sleep-accel negative time"] = Made(
        rows_of(lambda i: f"{-1000 + i / 50:.6f}", row="{t} {x} {y} {z}"), start_s=None
    )
    made["MotionSense pd index"] = Made(
        ",attitude.roll,attitude.pitch,attitude.yaw,gravity.x,gravity.y,gravity.z,rotationRate.x,rotationRate.y,rotationRate.z,userAcceleration.x,userAcceleration.y,userAcceleration.z\n"
        + rows_of(str, row="{i},1,2,3,0.1,-0.2,0.97,0,0,0,0.01,0.002,-0.01"),
        options={"rate_hz": 50},
        refused="gravity has been taken out",
    )
    made["HHAR"] = Made(
        "Index,Arrival_Time,Creation_Time,x,y,z,User,Model,Device,gt\n"
        + "".join(
            (
                f"{i},{int(START_S * 1000) + i * 20 + i % 3},{int(START_S * 1000000000.0) + i * 20000000},{x:.6f},{y:.6f},{z:.6f},a,nexus4,nexus4_1,stand\n"
                for i, (x, y, z) in enumerate(vals.tolist())
            )
        ),
        off_s=0.005,
        tolerance=0.001,
    )
    made["ExtraSensory"] = Made(
        "".join(
            (f"{START_S - 4 + i / 40:.9f} {x:.6f} {y:.6f} {z:.6f}\n" for i, (x, y, z) in enumerate(axes(200).tolist()))
        ),
        rate_hz=40,
        start_s=START_S - 4,
    )
    made["PADS"] = Made(
        "".join(
            (f"{i / 100:.4f},{x:.6f},{y:.6f},{z:.6f},0.1,0.2,0.3\n" for i, (x, y, z) in enumerate(axes(200).tolist()))
        ),
        rate_hz=100,
        start_s=None,
    )
    made["MobiAct"] = Made(
        "#Acceleration force along the x y z axes (including gravity).\n#timestamp(ns),x,y,z(m/s^2)\n\n# Activity: 1 - STD - Standing\n# Subject ID: 5\n\n@DATA\n"
        + rows_of(number(1e-09, start_s=1900), factor=GRAVITY),
        start_s=None,
    )
    return made
