"""Promise: a night that has not changed is summed up once, and one that has changed never gives what it was."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from detector.night import Night, nights
from detector.night.judging.judgements import Action, Judgement
from detector.night.upkeep.backup import backup
from detector.night.upkeep.thin import thin
from detector.night.writing.labels import append, set_place, undo
from detector.summary.line import line_of
from detector.summary.many import cache
from detector.summary.many.cache import ENCRYPTED, PLAIN, Summaries

pytestmark = pytest.mark.usefixtures("ring")


@pytest.fixture(autouse=True)
def summed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The nights that are summed up, one after the other; what was written a moment ago counts as settled."""
    found: list[str] = []
    original = cache.summarise

    def noted(night: Night) -> Any:
        found.append(night.path.stem)
        return original(night)

    monkeypatch.setattr(cache, "summarise", noted)
    monkeypatch.setattr("detector.summary.many.state._SETTLED_NS", 0)
    return found


@pytest.fixture
def night(folder: Path, write: Callable[..., Any]) -> Path:
    path = folder / "2026-11-23.night"
    write(path)
    return path


def of(path: Path) -> Any:
    with Summaries(path.parent) as summaries:
        return summaries.of(path)


def test_a_night_that_has_not_changed_is_summed_up_once(night, summed):
    first = of(night)
    assert of(night) == first
    assert summed == ["2026-11-23"]
    assert first.line == line_of(night)
    assert first.digest.sensors[0].place == "left calf"
    if os.name == "posix":
        assert (night.parent / PLAIN).stat().st_mode & 0o777 == 0o600


def _label(path: Path) -> None:
    with Night(path) as night:
        place = night.places()[0]
    append(path, Action("somebody", "single", (Judgement(place, "yes"),)))


def _replace(path: Path, write: Callable[..., Any], **facts: Any) -> None:
    other = path.with_name("other.night")
    write(other, **facts)
    other.replace(path)


CHANGES: dict[str, Callable[[Path, Callable[..., Any]], object]] = {
    "judged": lambda path, _: _label(path),
    "told another place": lambda path, _: set_place(path, "Sense", "right calf"),
    "told another place of the same length": lambda path, _: set_place(path, "Sense", "left hand"),
    "thinned": lambda path, _: thin(path),
    "another in its place": lambda path, write: _replace(path, write, twitches=11),
    "its size and its times the same": lambda *facts: _same_to_see(*facts),  # noqa: PLW0108 - it stands below
    "touched": lambda path, _: path.touch(),
    "gone on with": lambda path, write: write(path, day=1, twitches=3),
}


def _same_to_see(path: Path, write: Callable[..., Any]) -> None:
    """Put another night in its place that has its size and its time of writing."""
    stat = path.stat()
    _replace(path, write, place="left foot")
    size = stat.st_size - path.stat().st_size
    if size > 0:
        with path.open("ab") as file:
            file.write(bytes(size))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (stat.st_size, stat.st_mtime_ns)


@pytest.mark.parametrize("change", CHANGES)
def test_a_night_that_changes_is_summed_up_anew(night, write, summed, change):
    of(night)
    CHANGES[change](night, write)
    after = of(night)
    assert len(summed) == 2
    assert after.line == line_of(night)
    with Night(night) as opened:
        assert after.digest == cache.digest(
            cache.summarise(opened), night.stem, max((each.number for each in opened.actions()), default=0)
        )
    assert of(night) == after


def test_a_label_that_is_taken_back_is_another_night_too(night):
    before = of(night)
    _label(night)
    judged = of(night)
    undo(night, "somebody")
    assert judged.line.reviewed_share == pytest.approx(0.1)
    assert of(night).line.reviewed_share == before.line.reviewed_share == 0
    assert [each.last_label for each in (before.digest, judged.digest, of(night).digest)] == [0, 1, 2]


def test_a_night_of_another_name_is_told_by_that(night, summed):
    of(night)
    moved = night.rename(night.with_name("2026-12-24.night"))
    shutil.copy2(moved, night.with_name("copy.night"))
    backup(moved, night.with_name("backup.night"))
    for name in ("2026-12-24", "copy", "backup"):
        found = of(night.with_name(f"{name}.night"))
        assert (found.line.name, found.digest.name) == (name, name)
    with Summaries(night.parent) as summaries:
        assert [path.stem for path in summaries.nights()] == ["2026-12-24", "backup", "copy"]
        assert summaries._plain.names() == {b"2026-12-24.night", b"copy.night", b"backup.night"}


@pytest.mark.usefixtures("links")
def test_a_link_to_another_night_is_another_night(folder, write):
    for name, count in (("one", 5), ("other", 6)):
        write(folder / f"{name}.of", twitches=count)
    link = folder / "link.night"
    link.symlink_to(folder / "one.of")
    assert of(link).line.event_count == 5
    link.unlink()
    link.symlink_to(folder / "other.of")
    assert of(link).line.event_count == 6


def test_a_night_that_is_being_recorded_is_never_kept(folder, write, summed):
    path = folder / "tonight.night"
    log = write(path, close=False)
    assert of(path).line.state == "recording"
    assert of(path).line.state == "recording"
    log.close()
    assert [of(path).line.state for _ in range(2)] == ["sound", "sound"]
    assert summed == ["tonight"] * 3


def test_what_was_kept_does_not_hide_that_a_night_is_gone_on_with(night, write):
    of(night)
    log = write(night, day=1, close=False)
    assert of(night).line.state == "recording"
    log.close()


def test_a_night_that_changes_while_it_is_summed_up_is_not_kept(night, monkeypatch, summed):
    original = cache.digest

    def slowly(*facts: Any) -> Any:
        found = original(*facts)
        _label(night)
        return found

    monkeypatch.setattr(cache, "digest", slowly)
    of(night)
    monkeypatch.undo()
    monkeypatch.setattr("detector.summary.many.state._SETTLED_NS", 0)
    assert of(night).digest.last_label == 1


def test_what_was_written_a_moment_ago_is_not_relied_upon(night, monkeypatch, summed):
    # Within a tick of the disk's clock it could be written to again, and nothing would show.
    monkeypatch.setattr("detector.summary.many.state._SETTLED_NS", 60_000_000_000)
    of(night)
    of(night)
    assert len(summed) == 2


def test_damaged_and_locked_nights_are_told_each_time(night, write, ring):
    night.write_bytes(b"SQLite format 3\0" + b"\1" * 5000)
    assert of(night).line.state == "damaged"
    assert of(night).digest is None
    locked = night.with_name("locked.night")
    write(locked, passphrase="four or five plain words")  # noqa: S106 - of a made-up night
    assert of(locked).line.state == "locked"
    assert not (night.parent / ENCRYPTED).exists()


def test_the_order_is_that_of_the_library(folder, write):
    for day, name in ((2, "a"), (0, "b"), (1, "c")):
        write(folder / f"{name}.night", day=day)
        time.sleep(0.01)
    (folder / "2020-01-01-damaged.night").write_bytes(b"no night")
    for _ in range(2):
        with Summaries(folder) as summaries:
            found = summaries.nights()
            assert found == nights(folder)
            for path in found:
                summaries.of(path)


def test_nights_elsewhere_are_told_and_not_kept(night, tmp_path, summed):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(night, elsewhere / night.name)
    with Summaries(night.parent) as summaries:
        summaries.of(elsewhere / night.name)
        summaries.of(elsewhere / night.name)
        assert summaries._plain.names() == set()
    assert len(summed) == 2
    assert list(elsewhere.iterdir()) == [elsewhere / night.name]


def test_a_folder_without_nights_stays_empty(folder):
    with Summaries(folder) as summaries:
        assert summaries.nights() == []
        summaries.forget([folder / "none.night"])
    assert list(folder.iterdir()) == []


def test_what_is_deleted_is_gone_from_the_file(night, write):
    write(night.with_name("other.night"), day=1, place="behind the left ear")
    for path in night.parent.glob("*.night"):
        of(path)
    kept = night.parent / PLAIN
    assert b"behind the left ear" in kept.read_bytes()
    with Summaries(night.parent) as summaries:
        summaries.forget([night.with_name("other.night")])
    assert b"behind the left ear" not in kept.read_bytes()
    assert b"2026-11-23" in kept.read_bytes()


def test_names_that_are_no_text(folder, write):
    path = Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.night"))
    write(path)
    assert of(path) == of(path)
