"""The small files of a BIDS data set: what it is, its channels, its events."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from detector.version import __version__
from firmware_bridge.samples import NS

if TYPE_CHECKING:
    from detector.exports.grid import Grid
    from detector.exports.source import Source, Wearable

BIDS_VERSION = "1.11.0"

README = """# Nights of acceleration

Recordings of worn accelerometers through the night, exported by fasciwatch, with the events it has found and what
reviewers have said of them. Acceleration is in g, gravity included. `n/a` stands where no sample was recorded.

Each sample lies in the slot nearest to its time on the night's own clock, by the true rate of the wearable that
`SamplingFrequency` tells; nothing is resampled. Onsets of events are times on that clock, in seconds from `acq_time`.

fasciwatch is no medical device: it measures movement of the skin and names no disease.
"""

PARTICIPANTS = {
    "participant_id": {"Description": "Code of the person; whose it is stands in no file of this data set."}
}

CHANNELS = {
    "reference_frame": {
        "Description": "Axes of the sensor's chip, as the wearable sends them.",
        "Levels": {
            "local": {
                "SpatialAxes": "n/a",
                "RotationOrder": "n/a",
                "RotationRule": "n/a",
                "Description": "frame of the sensor",
            }
        },
    }
}

_MEASURES = {
    "p2p_mg": ("Peak-to-peak acceleration along the main axis of the movement.", "mg"),
    "snr_db": ("Squared output of the best matched filter over the variance of the noise.", "dB"),
    "score": ("Detection statistic over its threshold; at least 1.", None),
    "dominant_hz": ("Frequency of the largest spectral component.", "Hz"),
    "family": ("Number of the group of twitches of one shape and direction.", None),
    "flags": ("Words joined by bars, such as clipped, cut, sudden.", None),
    "label": ("What a reviewer says: yes, unsure, or the kind that it is instead.", None),
    "label_how": ("explicit, or default for the rest of a page.", None),
    "reviewer": ("Who said it.", None),
    "found_by": ("detector, or reviewer where the detector does not have the event.", None),
}

_KINDS = {
    "twitch": "a short movement of the skin by a few muscle fibres",
    "train": "twitches no more than 0.25 s apart",
    "limb_movement": "a movement of 0.5 to 10 s",
    "movement": "the limb turned, or the whole body moved",
    "tremor": "a rhythmic movement at 3 to 14 Hz",
    "pulse": "a stretch in which the heart beat was felt",
    "tap": "a knock on the case",
    "gap": "no samples",
}

EVENTS = {
    "trial_type": {"LongName": "kind of event", "Description": "Taken for this by its form alone.", "Levels": _KINDS},
    "sensor": {"Description": "The tracking system that felt it."},
    **{
        name: {"Description": words} | ({} if unit is None else {"Units": unit})
        for name, (words, unit) in _MEASURES.items()
    },
}


def dump(value: Any) -> str:
    """Write what JSON knows, as people read it."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def description(source: Source) -> dict[str, Any]:
    """Return what stands in dataset_description.json; who owns the data is left to fill in."""
    return {
        "Name": "Nights of acceleration",
        "BIDSVersion": BIDS_VERSION,
        "DatasetType": "raw",
        "License": "n/a",
        "Authors": ["n/a"],
        "GeneratedBy": [{"Name": "fasciwatch", "Version": __version__, "Description": source.facts["exported_by"]}],
    }


def motion(source: Source, wearable: Wearable, grid: Grid, task: str) -> dict[str, Any]:
    """Return what stands in _motion.json."""
    sensor = wearable.sensor
    recorded_s = float(wearable.anchors.seconds.sum())
    return {
        "TaskName": task,
        "TaskDescription": "A night with a worn accelerometer, asleep for most of it.",
        "SamplingFrequency": grid.rate_hz,
        "SamplingFrequencyEffective": wearable.sample_count / recorded_s,
        "ACCELChannelCount": 3,
        "MotionChannelCount": 3,
        "TrackedPointsCount": 1,
        "TrackingSystemName": wearable.alias,
        "ManufacturersModelName": sensor.model,
        "DeviceSerialNumber": sensor.serial if source.named and sensor.serial else "n/a",
        "SoftwareVersions": source.facts["exported_by"],
        "RecordingType": "continuous",
        "RecordingDuration": grid.slot_count / grid.rate_hz,
        "MissingValues": "n/a",
    }


def channels(wearable: Wearable, grid: Grid) -> str:
    """Return _channels.tsv."""
    place = wearable.sensor.place or "n/a"
    point = re.sub(r"[^0-9A-Za-z]", "", wearable.alias)
    rows = ["name\tcomponent\ttype\ttracked_point\tunits\tplacement\treference_frame\tsampling_frequency"]
    rows += [
        f"acc_{axis}\t{axis}\tACCEL\t{point}\tg\t{_cell(place)}\tlocal\t{grid.rate_hz!r}" for axis in ("x", "y", "z")
    ]
    return "\n".join(rows) + "\n"


def events(source: Source) -> str:
    """Return _events.tsv: events that hold, and gaps, in the order of time."""
    columns = ("onset", "duration", "trial_type", "sensor", *_MEASURES)
    found: list[tuple[float, list[str]]] = []
    for wearable in source.wearables:
        begin_ns = wearable.start_ns
        for onset_ns, row in source.events_of(wearable):
            told = [_cell(row[name]) for name in _MEASURES]
            found.append(_row((onset_ns - begin_ns) / NS, row["duration_s"], row["kind"], wearable.alias, told))
        for gap in wearable.gaps:
            told = ["n/a"] * len(_MEASURES)
            length_s = (gap.end_ns - gap.start_ns) / NS
            found.append(_row((gap.start_ns - begin_ns) / NS, length_s, "gap", wearable.alias, told))
    found.sort(key=lambda each: each[0])
    return "\n".join("\t".join(cells) for cells in [columns, *(cells for _, cells in found)]) + "\n"


def _row(onset_s: float, duration_s: float, kind: str, sensor: str, told: list[str]) -> tuple[float, list[str]]:
    return onset_s, [f"{onset_s:.6f}", f"{duration_s:.6f}", kind, sensor, *told]


def _cell(value: object) -> str:
    if value is None or value in {"", -1}:
        return "n/a"
    if isinstance(value, float):
        return f"{value:.6g}"
    return " ".join(str(value).split())
