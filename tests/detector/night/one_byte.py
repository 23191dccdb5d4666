"""What every reading command answers about a night, for the tests that change single bytes of it."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date
from pathlib import Path

from click.testing import CliRunner

from detector.cli import main
from detector.cohort.result import Result
from detector.diary import Diary
from detector.errors import NightError
from detector.minutes import Minute, Sign
from detector.night import Night, NightLog, Sensor
from detector.night.judging.judgements import Action, Estimate, Judgement, Place, Regrouping
from detector.night.upkeep.space import forecast
from detector.night.writing.labels import append, undo
from detector.review.drawn import MOST_SECONDS, movement, stretch
from detector.review.judging.loaded import Loader, columns, snippet_columns
from detector.review.night import facts_of
from detector.review.opened import open_whole
from detector.signal import DetectorConfig
from detector.watch import made_by, replay
from firmware_bridge.samples import NS, Gap, Samples
from firmware_bridge.virtual.night import SyntheticNight

LONGEST_S = 10.0

RATE_HZ = 52.0
START_NS = 1_790_000_040 * NS
SENSORS = (Sensor("one", "a wearable", RATE_HZ, lsb_g=0.001, serial="17"), Sensor("two", "a wearable", RATE_HZ))


def make(path: Path, passphrase: str | None = None, hours: float = 0.06) -> Path:
    """Make a night that has something in every table."""

    def stream():
        for seed, sensor in enumerate(SENSORS):
            blocks = SyntheticNight(hours, RATE_HZ, seed, start_ns=START_NS, sensor=sensor.name)
            for number, block in enumerate(blocks):
                if number == 1:
                    yield Gap(block.start_ns, block.start_ns + 10 * NS, "connection lost", sensor.name)
                    skip = round(10 * RATE_HZ)
                    start_ns = block.start_ns + 10 * NS
                    yield Samples(start_ns, block.rate_hz, block.xyz[skip:], sensor.name, RATE_HZ)
                else:
                    yield replace(block, nominal_hz=RATE_HZ)  # as the bridge says it

    with NightLog(path, made_by("record", DetectorConfig()), wait=True, passphrase=passphrase) as log:
        replay(SENSORS, stream(), DetectorConfig(), log)
        for second in range(120):
            log.raw("one", START_NS + second * NS, bytes(range(60)))
        for minute in range(3):
            log.battery("two", START_NS + 60 * minute * NS, 80 - minute)
            log.temperature("two", START_NS + 60 * minute * NS, 33.5 + minute)
            log.wear("two", Minute(START_NS + 60 * minute * NS, Sign.BREATH))
    with Night(path) as night:
        places = night.places()
    said = [Judgement(place, ("yes", "no", "unsure", "tap", None)[at % 5]) for at, place in enumerate(places)]
    gone = Place("one", START_NS + NS, START_NS + 2 * NS, "twitch")
    append(path, Action("somebody", "page", (*said, Judgement(gone, "yes"))))
    append(path, Action("somebody", "family", regroupings=tuple(Regrouping(place, 3) for place in places)))
    append(path, Action("another", "estimate", estimate=Estimate({"kind": "twitch", "seed": 7}, {"precision": 0.5})))
    undo(path, "another")
    return path


def content(path: Path) -> tuple[object, ...]:
    """All that a night holds, as it can be compared."""
    with Night(path) as night:
        return (
            [(row.sensor, row.start_ns, row.rate_hz, row.nominal_hz, row.xyz.tobytes()) for row in night.samples()],
            night.placed_events(),
            night.gaps(),
            night.battery(),
            night.temperature(),
            [night.minutes(sensor.name) for sensor in night.sensors],
            [night.measured(sensor.name) for sensor in night.sensors],
            list(night.raw("one")),
            night.sensors,
            night.actions(),
            [(run.number, run.settings_sha256, run.ended_utc_ns) for run in night.runs],
        )


def answers(path: Path, folder: Path) -> dict[str, tuple[bool, object]]:
    """Ask every reading command.

    Returns
    -------
    dict
        Of each whether it answered with a sentence in place of a result; and the result, or the sentence.
    """
    found = {}
    for name, ask in ASKED.items():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        began_s = time.process_time()  # of this process alone: what else the computer does is no matter
        found[name] = ask(path, folder)
        took_s = time.process_time() - began_s
        assert took_s < LONGEST_S, (name, took_s)
    return found


def _cli(*words: str) -> Callable[[Path, Path], tuple[bool, object]]:
    def ask(path: Path, folder: Path) -> tuple[bool, object]:
        return _asked(*(word.format(night=path, library=path.parent, copy=folder / "copy.night") for word in words))

    return ask


def _asked(*words: str) -> tuple[bool, object]:
    result = CliRunner().invoke(main, words)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise AssertionError(f"{words[0]} ended in a traceback") from result.exception
    return result.exit_code != 0, result.output


def _check(path: Path, _folder: Path) -> tuple[bool, object]:
    is_wrong, words = _asked("check", str(path), "--json")
    report = json.loads(words)[0] if words.startswith("[") else {}
    assert is_wrong != report.get("sound", False)
    return is_wrong, report if not is_wrong else report.get("findings") or report.get("error")


def _backup(path: Path, folder: Path) -> tuple[bool, object]:
    is_wrong, words = _asked("backup", str(path), str(folder / "copy.night"))
    return is_wrong, words if is_wrong else _safely(folder / "copy.night")


def _repair(path: Path, folder: Path) -> tuple[bool, object]:
    copy = folder / "copy.night"
    is_wrong, words = _asked("check", str(path), "--repair", str(copy))
    if not is_wrong:
        return False, _safely(copy)
    if copy.exists():  # what it could save is sound
        is_unsound, report = _check(copy, folder)
        assert not is_unsound, report
    return True, words


def _csv(path: Path, folder: Path) -> tuple[bool, object]:
    table = folder / "events.csv"
    is_wrong, words = _asked("events", str(path), "--kind", "twitch", "--csv", str(table))
    return is_wrong, words if is_wrong else table.read_text(encoding="utf-8")


def _back_up_all(path: Path, folder: Path) -> tuple[bool, object]:
    is_wrong, words = _asked("backup", "--all", str(folder), "--library", str(path.parent))
    return is_wrong, words if is_wrong else _safely(folder / path.name)


def _thin(*words: str) -> Callable[[Path, Path], tuple[bool, object]]:
    """Make a copy of it smaller, and read what is left: all but the raw data, or the word that it is damaged."""

    def thin(path: Path, folder: Path) -> tuple[bool, object]:
        copy = Path(shutil.copy(path, folder / "copy.night"))
        is_wrong, said = _asked("thin", *(word.format(night=copy, library=folder) for word in words))
        left = said if is_wrong else _safely(copy)
        return isinstance(left, str), left

    return thin


def _delete(path: Path, folder: Path) -> tuple[bool, object]:
    """Delete a copy of it: that is done in any case, and what is said of a night that cannot be read says so."""
    copy = Path(shutil.copy(path, folder / "copy.night"))
    is_wrong, words = _asked("delete", str(copy), "--yes")
    assert is_wrong == copy.exists()
    return is_wrong or "which cannot be read" in str(words), words


def _forecast(path: Path, _folder: Path) -> tuple[bool, object]:
    """What `doctor` and `service status` ask of the nights that are there: how much room the next ones will take."""
    return False, forecast(path.parent) is not None


def _place(path: Path, folder: Path) -> tuple[bool, object]:
    """Write down in a copy of it where a wearable was worn."""
    copy = Path(shutil.copy(path, folder / "copy.night"))
    is_wrong, words = _asked("place", str(copy), "one=left calf")
    left = words if is_wrong else _safely(copy)
    return isinstance(left, str), left


def _nights(path: Path, _folder: Path) -> tuple[bool, object]:
    """List the library: one night that cannot be read keeps no other from its line, so the command itself succeeds."""
    is_wrong, words = _asked("nights", "--json", "--library", str(path.parent))
    told = json.loads(words) if not is_wrong else words
    return is_wrong or any(line["state"] != "sound" for line in told), told


def _trend(path: Path, _folder: Path) -> tuple[bool, object]:
    """Put the library's nights side by side: one that cannot be read is told among those that do not count."""
    is_wrong, words = _asked("trend", "--json", "--library", str(path.parent))
    told = json.loads(words) if not is_wrong else words
    return is_wrong or any(one["reason"] in {"damaged", "locked"} for table in told for one in table["left_out"]), told


def _compare(path: Path, _folder: Path) -> tuple[bool, object]:
    """Compare the library's nights: one that cannot be read is told among those that do not count."""
    is_wrong, words = _asked("compare", "--since", "2026-01-01", "--json", "--library", str(path.parent))
    told = json.loads(words) if not is_wrong else words
    left_out = [one for each in told for one in each["left_out"]] if not is_wrong else []
    return is_wrong or any(one["reason"] in {"damaged", "locked"} for one in left_out), told


def _review(path: Path, _folder: Path) -> tuple[bool, object]:
    """What the page shows of it, and what it judges by."""
    try:
        loaded, judged = Loader().load(path)
        told = columns(loaded, judged) | snippet_columns([loaded])
        with open_whole(path) as night:
            facts = facts_of(night, path)
            begin_ns = night.start_ns or 0
            drawn = [movement(night, sensor.name, begin_ns) for sensor in night.sensors]
            drawn += [stretch(night, sensor, begin_ns, 0.0, MOST_SECONDS)[1] for sensor in night.sensors]
        return False, (facts, [{name: each.tolist() for name, each in part.items()} for part in (told, *drawn)])
    except NightError as error:
        return True, str(error)


def _diary_show(path: Path, folder: Path) -> tuple[bool, object]:
    """Hold what was felt against it; where it cannot be read the diary is shown all the same."""
    evening = date(2026, 9, 21)
    copy = Path(shutil.copy(path, folder / f"{evening}.night"))
    try:
        Diary(folder).mark(START_NS + 60 * NS, UTC)
    except NightError as error:  # an encrypted night that cannot be unlocked: nobody knows how to encrypt the diary
        return True, str(error)
    is_wrong, words = _asked("diary", "show", "--json", "--library", str(folder))
    (told,) = json.loads(words)
    copy.unlink()
    return is_wrong or told["felt"] is None, told["felt"]


def _diary_write(path: Path, folder: Path) -> tuple[bool, object]:
    """Say something of its evening, in its time zone, or in this computer's where that cannot be read."""
    shutil.copy(path, folder / "2026-09-21.night")
    is_wrong, words = _asked("diary", "write", "--evening", "2026-09-21", "--night", "7", "--library", str(folder))
    return is_wrong, words


def _export(to: str) -> Callable[[Path, Path], tuple[bool, object]]:
    def export(path: Path, folder: Path) -> tuple[bool, object]:
        out = folder / "out"
        is_wrong, words = _asked("export", str(path), "--to", to, "-o", str(out))
        if is_wrong:
            assert not out.exists() or not list(out.iterdir()), "something half-written is left"
            return True, words
        return False, {file.name: file.read_bytes() for file in sorted(out.rglob("*")) if file.is_file()}

    return export


def _score(path: Path, folder: Path) -> tuple[bool, object]:
    """Score it against fixed marks."""
    marks = folder / "marks.csv"
    marks.write_text("onset,duration,kind\n" + "".join(f"{at},0.2,twitch\n" for at in range(3, 200, 4)))
    return _asked("score", str(path), str(marks), "--sensor", "one", "--json")


def _cohort(path: Path, folder: Path) -> tuple[bool, object]:
    """Take it for the only night of a cohort: what is found in it, or why it could not be computed."""
    out = folder / "out"
    is_wrong, words = _asked("cohort", str(path), "-o", str(out))
    if is_wrong:
        words = (out / "failures.csv").read_text()
        assert "it failed with" not in words, words
        return True, words
    (result,) = map(Result.read, out.glob("results/*.json.gz"))
    return False, (result.events, result.signals, replace(result.digest, night_id=""))


def _label(path: Path, folder: Path) -> tuple[bool, object]:
    """Judge a copy of it."""
    copy = Path(shutil.copy(path, folder / "copy.night"))
    try:
        number = append(copy, Action("somebody", "single"))
        with Night(copy) as night:
            return False, [(each.number, each.judgements) for each in night.actions()][:number]
    except NightError as error:
        return True, re.sub(r"^\S+ ", "", str(error))


def _safely(path: Path) -> object:
    try:
        return content(path)
    except NightError as error:
        return str(error)


def _go_on(path: Path, folder: Path) -> tuple[bool, object]:
    """Begin to record into a copy of it."""
    copy = Path(shutil.copy(path, folder / "copy.night"))
    try:
        with NightLog(copy, made_by("record", DetectorConfig(), started_utc_ns=START_NS)) as log:
            return False, (log.sensors, [log.last_end_ns(sensor) for sensor in log.sensors])
    except NightError as error:
        return True, re.sub(r"^\S+ ", "", str(error))


ASKED: dict[str, Callable[[Path, Path], tuple[bool, object]]] = {
    "events": _cli("events", "{night}"),
    "events --json": _cli("events", "{night}", "--json"),
    "events --csv": _csv,
    "events --labels": _cli("events", "{night}", "--labels", "--json"),
    "place": _place,
    "label": _label,
    "diary show": _diary_show,
    "diary write": _diary_write,
    "nights": _nights,
    "trend": _trend,
    "compare": _compare,
    "review": _review,
    "report": _cli("report", "{night}", "-o", "-"),
    "report --for": _cli("report", "{night}", "--for", "clinician", "-o", "-"),
    "events last": _cli("events", "last", "--library", "{library}"),
    "check": _check,
    "check --all": _cli("check", "--all", "--library", "{library}"),
    "repair": _repair,
    "backup": _backup,
    "backup --all": _back_up_all,
    "thin": _thin("{night}"),
    "thin --older-than": _thin("--older-than", "0", "--library", "{library}"),
    "delete": _delete,
    "doctor, service status": _forecast,
    "export --to edf": _export("edf"),
    "export --to csv": _export("csv"),
    "score": _score,
    "cohort": _cohort,
    "replay": _cli("replay", "{night}", "--no-log", "--json"),
    "record": _go_on,
}
