"""The words in names of columns, in the languages that exporters write."""

from __future__ import annotations

import functools
import re

ACCELEROMETER = frozenset(
    {
        *(
            "a",
            "acc",
            "accel",
            "accelerometer",
            "acceleration",
            "accelerations",
            "acce",
            "accelero",
            "accl",
            "acceler",
            "gf",
        ),
        *("gforce", "xl", "acel", "adxl", "accelerometers", "accelerometerdata"),
    }
)
WITHOUT_GRAVITY = frozenset(("linear", "lin", "user", "dynamic", "dyn", "free", "nogravity", "linearacceleration"))
RAW = frozenset(("raw", "adc", "count", "counts", "lsb", "uncal", "uncalibrated", "unfiltered"))
OTHER_SENSORS = frozenset(
    {
        *(
            "g",
            "gy",
            "gyr",
            "gyro",
            "gyros",
            "gyroscope",
            "rot",
            "rotation",
            "rate",
            "angular",
            "w",
            "omega",
            "velocity",
        ),
        *(
            "vel",
            "m",
            "mag",
            "magn",
            "magnet",
            "magnetic",
            "magnetometer",
            "compass",
            "field",
            "gravity",
            "grav",
            "quat",
        ),
        *("quaternion", "q", "euler", "orientation", "attitude", "angle", "pos", "position", "deg", "dps", "gps", "hr"),
        *("heart", "ppg", "ecg", "eeg", "emg", "eda", "gsr", "temp", "temperature", "baro", "barometer", "pressure"),
        *(
            "location",
            "light",
            "lux",
            "jerk",
            "roll",
            "pitch",
            "yaw",
            "rr",
            "ibi",
            "bvp",
            "mx",
            "battery",
            "displacement",
        ),
        *("annotation", "shank"),
    }
)
TIMES = frozenset(
    {
        *("time", "times", "timestamp", "timestamps", "datetime", "date", "t", "ts", "stamp", "epoch", "unix", "utc"),
        *("elapsed", "clock", "timeline", "hms", "hhmmss", "localtime", "ticks", "tick"),
    }
)
DIFFERENCES = frozenset(("dt", "delta", "diff", "difference", "interval"))
COUNTERS = frozenset(
    {
        *(
            "counter",
            "count",
            "index",
            "number",
            "num",
            "nr",
            "no",
            "seq",
            "sequence",
            "sample",
            "samples",
            "packet",
            "row",
        ),
        *("frame", "id", "idx", "i", "n", "nseq"),
    }
)
SUMMARIES = frozenset(
    {
        *(
            "enmo",
            "mad",
            "steps",
            "step",
            "axis1",
            "counts",
            "vm",
            "activity",
            "epoch",
            "mean",
            "sd",
            "std",
            "svm",
            "magnitude",
        ),
        *("inclinometer", "svmgs", "met", "mets", "calories", "kcal"),
    }
)
NO_MEANING = frozenset(
    {
        *("axis", "data", "value", "values", "sensor", "cal", "calibrated", "channel", "ch", "the", "component", "in"),
        *("wide", "range", "low", "noise", "of", "device", "signal", "reading", "output", "val", "measured", "and"),
    }
)
_WITHOUT = re.compile(
    r"\b(?:without|w/o|wo|no|excl(?:uding|\.)?|ohne|sans|sin|minus|removed?)\s*(?:the\s+)?(?:g|gravity|schwerkraft)\b"
)
_WITH = re.compile(r"\b(?:with|incl(?:uding|\.)?|mit|total|avec)\s*(?:the\s+)?(?:g|gravity|schwerkraft)\b")
_GFORCE = re.compile(r"\bgF(?=[xyzXYZ]\b)")
_SPLIT_SECONDS = re.compile(r"\b(milli|micro|nano)[ _]sec(?=s?\b|ond)")
_SECONDS = re.compile(r"\b([mnu\u00b5\u03bc])Sec")
"""Capitals within words that do not begin another word."""
_FOREIGN = (
    *(("线性加速度", " linear acceleration "), ("線性加速度", " linear acceleration "), ("加速度", " acceleration ")),
    *(("角速度", " gyro "), ("角度", " angle "), ("磁场", " magnetic "), ("磁場", " magnetic "), ("时间", " time ")),
    *(("時間", " time "), ("時刻", " time "), ("时刻", " time "), ("重力", " gravity "), ("温度", " temperature ")),
    *(("四元数", " quaternion "), ("设备名称", " device "), ("序号", " number "), ("秒", " seconds "), ("轴", " ")),
    *(
        ("毫秒", " milliseconds "),
        ("日期", " date "),
        ("가속도", " acceleration "),
        ("시간", " time "),
        ("자이로", " gyro "),
    ),
    *(("線形", " linear "), ("ジャイロ", " gyro "), ("地磁気", " magnetic "), ("軸", " "), ("時", " time ")),
    *(("линейное", " linear "), ("ускорение", " acceleration "), ("время", " time "), ("гироскоп", " gyro ")),
)
_TRANSLATED = {
    **dict.fromkeys(("beschleunigung", "beschl", "accélération", "aceleración", "aceleracion", "accelerazione"), "acc"),
    **dict.fromkeys(("aceleração", "aceleracao", "versnelling", "acceleratie", "kiihtyvyys"), "acc"),
    **dict.fromkeys(("beschleunigungssensor", "accéléromètre", "accelerometre", "acelerómetro", "acelerometro"), "acc"),
    **dict.fromkeys(("accelerometro", "accelerometr", "accelerometro"), "acc"),
    **dict.fromkeys(
        ("zeit", "zeitstempel", "uhrzeit", "temps", "tiempo", "tempo", "tijd", "hora", "heure", "tid"), "time"
    ),
    **dict.fromkeys(("datum", "fecha", "data", "jour", "date"), "date"),
    **dict.fromkeys(("lineare", "lineal", "linéaire", "lineaire", "lineáris"), "linear"),
    **dict.fromkeys(("drehrate", "giroscopio", "gyroskop", "winkelgeschwindigkeit", "drehung"), "gyro"),
    **dict.fromkeys(("schwerkraft", "gravedad", "gravité", "erdbeschleunigung"), "gravity"),
}
_KNOWN = sorted(
    ACCELEROMETER | WITHOUT_GRAVITY | OTHER_SENSORS | {"total", "body", "uncal", "raw", *_TRANSLATED},
    key=len,
    reverse=True,
)
_SHORT = 2


def words_of(label: str) -> list[str]:
    """Return the words of a name in small letters and English, in their order; numbers are words, too."""
    return list(_words(label))


@functools.lru_cache(maxsize=4096)
def _words(label: str) -> tuple[str, ...]:
    for foreign, english in _FOREIGN:
        label = label.replace(foreign, english)
    label = _GFORCE.sub("gforce ", _SECONDS.sub(r"\1sec", label))
    plain = re.sub(r"([a-z])([A-Z])", r"\1 \2", label).lower()
    plain = _SPLIT_SECONDS.sub(r"\1sec", plain)
    plain = _WITHOUT.sub(" linear ", _WITH.sub(" total ", plain.replace("_", " ")))
    found = [_TRANSLATED.get(word, word) for word in re.findall(r"[^\W\d_]+|\d+", plain)]
    return tuple("linear" if word == "nogravity" else word for word in found)


def sensor_words(label: str) -> list[str]:
    """Return the words of a name, glued ones taken apart where they are known words."""
    found: list[str] = []
    for word in words_of(label):
        parts = split_glued(word)
        found += parts if parts is not None else [word]
    return found


@functools.lru_cache(maxsize=4096)
def _split_glued(word: str) -> tuple[str, ...] | None:
    if not word:
        return ()
    for known in _KNOWN:
        if word.startswith(known):
            rest = _split_glued(word[len(known) :])
            if rest is not None and (len(known) > _SHORT or not rest or rest[0] in "xyz"):
                return (known, *rest)
    return (word,) if word in ("x", "y", "z") else None


def split_glued(word: str) -> list[str] | None:
    """Take a word such as ``linaccx`` or ``xacc`` apart; None where not all of it is known."""
    if word in _KNOWN or len(word) == 1:
        return [_TRANSLATED.get(word, word)]
    found = _split_glued(word)
    if found is None and word[0] in "xyz":
        rest = _split_glued(word[1:])
        found = None if rest is None or len(word) <= _SHORT or set("xyz") & set(rest) else (*rest, word[0])
    return None if found is None else [_TRANSLATED.get(part, part) for part in found]


def without_gravity(words: set[str]) -> bool:
    """Tell whether words say that gravity is taken out of an acceleration."""
    return bool(words & WITHOUT_GRAVITY)
