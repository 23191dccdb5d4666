"""BIDS 1.11, motion: a data set that grows by a session a night (bids-specification.readthedocs.io, Motion).

A session is written aside and put in place whole. What else lies in the data set stays as it is; only the list of
participants gets a line.
"""

from __future__ import annotations

import itertools
import json
import os
import re
from typing import TYPE_CHECKING, Any

from detector.errors import FasciwatchError
from detector.exports import bids_texts
from detector.exports.grid import lay, rate_of
from detector.exports.placing import put, sync, told, workshop_in, write_text
from detector.exports.text import in_words, lines
from detector.summary.judged.labelled import iso_utc

if TYPE_CHECKING:
    from pathlib import Path

    from detector.exports.grid import Grid
    from detector.exports.source import Source, Wearable
    from detector.exports.step import Step

TASK = "sleep"
_MISSING = "n/a\tn/a\tn/a\n"
_CARD = "FasciwatchNight"
_AT_ONCE = 100_000


def write(source: Source, root: Path, step: Step) -> list[Path]:
    """Add a night to a data set, or replace what an earlier export of the same night wrote.

    Parameters
    ----------
    source
        The night.
    root
        Folder of the data set; it is made where it is missing.
    step
        Is told how far it is.

    Returns
    -------
    list of Path
        Files of the night's session.

    Raises
    ------
    FasciwatchError
        Where the folder holds another kind of thing, or nothing can be written.
    """
    with told(root):
        _see_that_it_is_a_data_set(root)
        subject = f"sub-{source.subject}"
        session = _session(root / subject, source)
        with workshop_in(root) as workshop:
            made = workshop / session
            _write_session(source, made, f"{subject}_{session}", step)
            _begin_data_set(root, workshop, source)
            person = root / subject
            person.mkdir(exist_ok=True)
            _swap(made, person / session, workshop / "before")
            _add_participant(root, workshop, subject)
            sync(root)
    return sorted(path for path in (root / subject / session).rglob("*") if path.is_file())


def _see_that_it_is_a_data_set(root: Path) -> None:
    if not root.exists():
        return
    there = [path for path in root.iterdir() if not path.name.startswith(".")]
    if there and not (root / "dataset_description.json").is_file():
        raise FasciwatchError(
            f"{root} holds files and is no BIDS data set: name an empty folder, or a data set, with -o"
        )


def _session(person: Path, source: Source) -> str:
    """Find a name that is this night's or nobody's."""
    plain = re.sub(r"[^0-9A-Za-z]", "", source.name)
    for label in (plain, f"{plain}x{source.identity[:6]}"):
        folder = person / f"ses-{label}"
        if not folder.exists() or source.identity in _identities(folder):
            return folder.name
    raise FasciwatchError(f"{person} has another session ses-{plain}: name another folder with -o")


def _identities(folder: Path) -> set[str]:
    found = set()
    for path in folder.glob("motion/*_motion.json"):
        try:
            found.add(json.loads(path.read_text(encoding="utf-8")).get(_CARD))
        except (OSError, ValueError, AttributeError, RecursionError):
            continue
    return found


def _write_session(source: Source, folder: Path, prefix: str, step: Step) -> None:
    motion = folder / "motion"
    motion.mkdir(parents=True)
    scans = []
    for number, wearable in enumerate(source.wearables):
        label = re.sub(r"[^0-9A-Za-z]", "", wearable.alias)
        name = f"{prefix}_task-{TASK}_tracksys-{label}"
        grid = lay(wearable.anchors, wearable.start_ns, rate_of(wearable.anchors, wearable.start_ns))
        _write_motion(motion / f"{name}_motion.tsv", source, wearable, grid, step)
        facts = source.facts["wearables"][number]
        facts["bids"] = {"samples_later_than_their_time_by_at_most_s": round(grid.latest_s, 6)}
        write_json(motion / f"{name}_motion.json", bids_texts.motion(source, wearable, grid, TASK) | _card(source))
        write_text(motion / f"{name}_channels.tsv", bids_texts.channels(wearable, grid))
        write_json(motion / f"{name}_channels.json", bids_texts.CHANNELS)
        when = iso_utc(wearable.start_ns)[:19] + "Z" if wearable.sensor.has_date else "n/a"
        scans.append(f"motion/{name}_motion.tsv\t{when}")
    write_text(motion / f"{prefix}_task-{TASK}_events.tsv", bids_texts.events(source))
    write_json(motion / f"{prefix}_task-{TASK}_events.json", bids_texts.EVENTS)
    write_text(folder / f"{prefix}_scans.tsv", "\n".join(["filename\tacq_time", *scans]) + "\n")
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())


def _card(source: Source) -> dict[str, Any]:
    return {_CARD: source.identity, "Fasciwatch": source.facts}


def _write_motion(path: Path, source: Source, wearable: Wearable, grid: Grid, step: Step) -> None:
    """Write a line a slot and no header line; ``n/a`` where there is no sample."""
    due = 0
    with path.open("w", encoding="ascii", newline="") as file:
        for slots, xyz in grid.fill(step.watched(source.blocks(wearable))):
            axes = in_words(xyz)
            if "nan" in axes[0] or "nan" in axes[1] or "nan" in axes[2]:
                axes = [["n/a" if word == "nan" else word for word in axis] for axis in axes]
            breaks = [0, *((slots[1:] - slots[:-1] > 1).nonzero()[0] + 1).tolist(), len(slots)]
            for begin, end in itertools.pairwise(breaks):
                _fill_up(file, int(slots[begin]) - due)
                file.write(lines([axis[begin:end] for axis in axes], "\t"))
                due = int(slots[end - 1]) + 1


def _fill_up(file: Any, count: int) -> None:
    while count > 0:
        file.write(_MISSING * min(count, _AT_ONCE))
        count -= _AT_ONCE


def _begin_data_set(root: Path, workshop: Path, source: Source) -> None:
    """Write what every data set needs, where it is not there yet."""
    texts = {
        "dataset_description.json": bids_texts.dump(bids_texts.description(source)),
        "README.md": bids_texts.README,
        "participants.json": bids_texts.dump(bids_texts.PARTICIPANTS),
    }
    for name, words in texts.items():
        if not (root / name).exists():
            write_text(workshop / name, words)
            put(workshop / name, root / name)


def _add_participant(root: Path, workshop: Path, subject: str) -> None:
    """Give a person a line, with what is not known of him or her as ``n/a``; other lines stay as they are."""
    path = root / "participants.tsv"
    words = path.read_text(encoding="utf-8") if path.exists() else "participant_id\n"
    rows = words.splitlines()
    if any(row.split("\t")[0] == subject for row in rows[1:]):
        return
    columns = rows[0].split("\t") if rows else ["participant_id"]
    rows.append("\t".join([subject, *["n/a"] * (len(columns) - 1)]))
    write_text(workshop / path.name, "\n".join(rows) + "\n")
    put(workshop / path.name, path)


def _swap(made: Path, there: Path, aside: Path) -> None:
    """Put a folder in the place of an earlier one, which goes back where that fails."""
    is_there = there.exists()
    if is_there:
        there.rename(aside)
    try:
        made.rename(there)
    except OSError:
        if is_there:
            aside.rename(there)
        raise
    sync(there.parent)


def write_json(path: Path, value: Any) -> None:
    """Write what JSON knows as a text file."""
    write_text(path, bids_texts.dump(value))
