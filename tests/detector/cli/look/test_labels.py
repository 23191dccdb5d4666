"""Promise: `events --labels` tells what reviewers said of each event, to people and programs, and their own events in
their place; `place` writes down where a wearable was worn."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from detector.cli import main
from detector.cli.terminal.words.labelled import LABELLED_FIELDS
from detector.events import EVENT_FIELDS
from detector.night import Night
from detector.night.judging.judgements import Action, Judgement
from detector.night.writing.labels import append
from detector.summary import Reviewed, reviewed
from firmware_bridge.samples import NS, Samples


def fasciwatch(*words, code=0):
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exit_code == code, done.output
    assert "Traceback" not in done.output
    return done


@pytest.fixture
def night(open_log, feed, rest, event, path, start_ns):
    """Four twitches and a tap, of which all but the second and the last have been judged, and an own event."""
    log = open_log()
    feed(log, Samples(start_ns, 52.0, rest(52 * 20), "Sense"))
    for second in range(1, 6):
        log.event(replace(event(float(second), "twitch" if second < 5 else "tap", ""), duration_s=0.25))
    log.close()
    with Night(path) as there:
        places = there.places()
    append(path, Action("me", "single", (Judgement(places[0], "yes"), Judgement(places[2], "tap"))))
    append(path, Action("=you", "page", (Judgement(places[3], "yes", explicit=False),)))
    own = places[0]._replace(onset_ns=places[0].onset_ns + NS // 2, end_ns=places[0].end_ns + NS // 2)
    append(path, Action("me", "single", (Judgement(own, "yes"), Judgement(own._replace(onset_ns=0), "no"))))
    return path


def test_to_a_program(night):
    rows = json.loads(fasciwatch("events", night, "--labels", "--json").stdout)
    assert all(tuple(row) == LABELLED_FIELDS for row in rows)
    assert [
        (row["onset_s"], row["kind"], row["label"], row["label_how"], row["reviewer"], row["found_by"]) for row in rows
    ] == [
        (1.0, "twitch", "yes", "explicit", "me", "detector"),
        (pytest.approx(1.5), "twitch", "yes", "explicit", "me", "reviewer"),
        (2.0, "twitch", None, None, None, "detector"),
        (3.0, "twitch", "tap", "explicit", "me", "detector"),
        (4.0, "twitch", "yes", "default", "=you", "detector"),
        (5.0, "tap", None, None, None, "detector"),
    ]
    assert rows[0]["labelled_utc"].startswith("20")
    assert rows[1]["p2p_mg"] is None
    taps = json.loads(fasciwatch("events", night, "--labels", "--json", "--kind", "tap").stdout)
    assert [row["onset_s"] for row in taps] == [5.0]


def test_to_a_table(night, tmp_path):
    fasciwatch("events", night, "--labels", "--csv", tmp_path / "events.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "events.csv").read_text(encoding="utf-8"))))
    assert tuple(rows[0]) == LABELLED_FIELDS
    assert [row["label"] for row in rows] == ["yes", "yes", "", "tap", "yes", ""]
    assert rows[4]["reviewer"] == "'=you"  # no formula
    fasciwatch("events", night, "--csv", tmp_path / "plain.csv")
    assert (tmp_path / "plain.csv").read_text().splitlines()[0] == ",".join(EVENT_FIELDS)


def test_to_a_person(night):
    words = fasciwatch("events", night, "--labels").stdout
    assert "labels: 2 not judged, 1 tap, 1 yes, 1 yes by default; and 1 of a reviewer's own" in words
    assert "the reviewer's own" in words
    assert "label" not in fasciwatch("events", night).stdout


def test_the_reviewed_share(night):
    with Night(night) as there:
        found = reviewed(there)
    assert found == {"tap": Reviewed(none=1), "twitch": Reviewed(explicit=2, default=1, none=1, yes=2, own=1)}
    everything = sum(found.values(), Reviewed())
    assert everything.share == 3 / 5
    assert Reviewed().share is None


def test_a_place(night):
    said = fasciwatch("place", night, "left calf").output
    assert "Sense was worn on the left calf" in said
    told = json.loads(fasciwatch("place", night, "Sense=right shin", "--json").stdout)
    assert told == {"night": str(night), "places": {"Sense": "right shin"}}
    with Night(night) as there:
        assert there.sensors[0].place == "right shin"
    assert "no wearable Other" in fasciwatch("place", night, "Other=left calf", code=1).output


def test_a_place_of_several_wearables_says_of_which(open_log, path):
    log = open_log()
    log.sensor("Other", model="Verity Sense", nominal_hz=52)
    log.close()
    assert "say of which" in fasciwatch("place", path, "left calf", code=1).output
    fasciwatch("place", path, "Sense=left calf", "Other=right calf")
    with Night(path) as there:
        assert [sensor.place for sensor in there.sensors] == ["left calf", "right calf"]


def test_a_place_in_a_recording(open_log, path):
    open_log().flush()
    assert "after the recording" in fasciwatch("place", path, "left calf", code=1).output
