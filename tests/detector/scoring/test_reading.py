"""Promise: each form of annotations is read as its own tools write it, and of hostile files comes but a sentence."""

from __future__ import annotations

import contextlib
import datetime as dt
import struct

import edfio
import numpy as np
import pytest

from detector.scoring.reading.forms import read_annotations
from detector.scoring.reading.numbers import AnnotationError
from firmware_bridge.samples import NS

WANTED = [(1.25, 0.5, "twitch"), (3.0, 0.0, "größer µ")]

ELAN = """<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" VERSION="3.0"><TIME_ORDER>
<TIME_SLOT TIME_SLOT_ID="a" TIME_VALUE="1250"/><TIME_SLOT TIME_SLOT_ID="b" TIME_VALUE="1750"/>
<TIME_SLOT TIME_SLOT_ID="c" TIME_VALUE="3000"/></TIME_ORDER><TIER TIER_ID="events">
<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="1" TIME_SLOT_REF1="a" TIME_SLOT_REF2="b">
<ANNOTATION_VALUE>twitch</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="2" TIME_SLOT_REF1="c" TIME_SLOT_REF2="c">
<ANNOTATION_VALUE>größer µ</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER></ANNOTATION_DOCUMENT>"""
NSRR = """<PSGAnnotation><ScoredEvents>
<ScoredEvent><EventConcept>twitch|1</EventConcept><Start>1.25</Start><Duration>0.5</Duration></ScoredEvent>
<ScoredEvent><EventConcept>größer µ</EventConcept><Start>3</Start><Duration>0</Duration></ScoredEvent>
</ScoredEvents></PSGAnnotation>"""
PROFUSION = """<CMPStudyConfig><ScoredEvents>
<ScoredEvent><Name>twitch</Name><Input>Leg</Input><Start>1.25</Start><Duration>0.5</Duration></ScoredEvent>
<ScoredEvent><Name>größer µ</Name><Start>3.0</Start></ScoredEvent></ScoredEvents></CMPStudyConfig>"""


def wfdb() -> bytes:
    """Ticks of 250 Hz: a note with a text each, as `wrann` writes them; a SKIP lies in between."""

    def word(code, value):
        return struct.pack("<H", code << 10 | value)

    def aux(text):
        data = text.encode()
        return word(63, len(data)) + data + b"\0" * (len(data) % 2)

    skip = word(59, 0) + struct.pack("<HH", 0, 438)
    return word(22, 312) + aux("twitch") + skip + word(22, 0) + aux("größer µ") + word(0, 0)


FORMS = {
    "ours.csv": "onset_s,duration_s,kind\n1.25,0.5,twitch\n3.0,0,größer µ\n",
    "semicolons.csv": "Onset;Duration;Description\n1,25;0,5;twitch\n3,0;;größer µ\n",
    "x_events.tsv": "onset\tduration\ttrial_type\n1.25\t0.5\ttwitch\n3.0\tn/a\tgrößer µ\n",
    "ends.csv": "start,end,label\n1.25,1.75,twitch\n3.0,3.0,größer µ\n",
    "bom.csv": "\ufeffonset,duration,description\r\n1.25,0.5,twitch\r\n3.0,0,größer µ\r\n",
    "labels.txt": "1.25\t1.75\ttwitch\n\\\t2.0\t8.0\n3.0\t3.0\tgrößer µ\n",
    "luna.annot": "class\tinstance\tchannel\tstart\tstop\tmeta\n"
    "twitch\t.\t.\t1.25\t1.75\t.\ngrößer µ\t.\t.\t3\t...\t.\n",
    "elan.eaf": ELAN,
    "nsrr.xml": NSRR,
    "profusion.xml": PROFUSION,
}


@pytest.mark.parametrize("name", FORMS)
def test_each_form_of_text(annotations, name):
    found = read_annotations(annotations(FORMS[name], name))
    assert [(mark.onset_ns / NS, mark.duration_s, mark.label) for mark in found.marks] == WANTED
    assert not found.is_absolute


def test_wfdb_with_its_header_or_a_rate(annotations):
    path = annotations(wfdb(), "night.atr")
    with pytest.raises(AnnotationError, match="say --rate-hz"):
        read_annotations(path)
    wanted = [(1.248, "twitch"), (3.0, "größer µ")]
    assert [(mark.onset_ns / NS, mark.label) for mark in read_annotations(path, rate_hz=250).marks] == wanted
    annotations("night 3 250/1(0) 7200000\n", "night.hea")
    assert [(mark.onset_ns / NS, mark.label) for mark in read_annotations(path).marks] == wanted


def edf(path, **more):
    signal = edfio.EdfSignal(np.zeros(500), sampling_frequency=50, label="Acc X")
    texts = [edfio.EdfAnnotation(1.25, 0.5, "twitch"), edfio.EdfAnnotation(3.0, None, "größer µ")]
    edfio.Edf([signal], annotations=texts, **more).write(path)
    return path


def test_edf_with_and_without_a_zone(tmp_path):
    found = read_annotations(edf(tmp_path / "a.edf"))
    assert [(mark.onset_ns / NS, mark.duration_s, mark.label) for mark in found.marks] == WANTED
    assert not found.is_absolute
    recording = edfio.Recording(startdate=dt.date(2026, 11, 23), additional=("TZ=+0200",))
    found = read_annotations(edf(tmp_path / "b.edf", recording=recording, starttime=dt.time(22)))
    assert found.is_absolute
    begin = dt.datetime(2026, 11, 23, 20, tzinfo=dt.UTC).timestamp()
    assert [mark.onset_ns / NS - begin for mark in found.marks] == [1.25, 3.0]


@pytest.mark.parametrize(
    "onset", ["2026-11-23T21:00:00.5Z", "2026-11-23T22:00:00.500000+01:00", "2026-11-23 21:00:00.5", "1795467600.5"]
)
def test_dates_are_utc_or_say_their_offset(annotations, onset):
    found = read_annotations(annotations(f"onset,duration,description\n{onset},0,x\n"))
    assert found.is_absolute
    assert found.marks[0].onset_ns == 1_795_467_600_500_000_000


def test_what_the_page_hands_out_says_what_holds(annotations):
    words = "onset_s,onset_utc,duration_s,kind,p2p_mg,label,found_by\n"
    words += "".join(
        f"{at},2026-11-23T21:00:0{at}Z,0.1,twitch,9.5,{label},detector\n"
        for at, label in enumerate(("yes", "no", "tap", "", "unsure"))
    )
    found = read_annotations(annotations(words))
    assert [mark.label for mark in found.marks] == ["twitch", "no", "tap", "twitch", "unsure"]
    assert {mark.p2p_mg for mark in found.marks} == {9.5}


BOMB = (
    '<!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1 if n > 1 else chr(0)[:0]};" * 10}">' for n in range(1, 10))
    + "]><PSGAnnotation>&lol9;</PSGAnnotation>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><PSGAnnotation><ScoredEvent><Start>&e;</Start></ScoredEvent></PSGAnnotation>'


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (BOMB, "brings a document type"),
        (OUTSIDE, "brings a document type"),
        ("<a>" * 100_000, "too deep"),
        ("<PSGAnnotation>", "is no XML"),
        ("<html></html>", "neither of ELAN"),
        ("", "is empty"),
        ("hello\n", "too few columns"),
        ("onset,duration\nsoon,1\n", "is no number"),
        ("onset,duration\nnan,1\n", "is no number"),
        ("onset,duration\n1e300,1\n", "no time in seconds"),
        ("onset,duration\n1,1e300\n", "duration cannot be"),
        ("onset,duration\n,1\n", "no onset in line 2"),
        ("onset,duration\n2026-11-23T21:00:00Z,1\n5,1\n", "some onsets as dates"),
        ("class\tinstance\tchannel\tstart\tstop\tmeta\nx\t.\t.\t22:00:00\t22:00:01\t.\n", "times of day"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(annotations, words, sentence):
    with pytest.raises(AnnotationError, match=sentence):
        read_annotations(annotations(words, "marks.txt"))


def test_a_folder_and_nothing_are_told_in_a_sentence(tmp_path):
    for path in (tmp_path, tmp_path / "nothing.csv"):
        with pytest.raises(AnnotationError, match="there is no file"):
            read_annotations(path)


@pytest.mark.parametrize("name", [*FORMS, "night.atr", "night.edf"])
def test_every_byte_changed_is_read_or_told_in_a_sentence(tmp_path, name):
    path = tmp_path / name
    if name == "night.edf":
        edf(path)
        data = path.read_bytes()
        places = [*range(0, 768, 3), *range(len(data) - 80, len(data))]
    else:
        data = wfdb() if name == "night.atr" else FORMS[name].encode()
        places = list(range(len(data)))
    for place in places:
        for value in (0, 255, data[place] ^ 1, data[place] ^ 32):
            path.write_bytes(data[:place] + bytes([value]) + data[place + 1 :])
            with contextlib.suppress(AnnotationError):
                found = read_annotations(path, rate_hz=250.0)
                assert all(mark.duration_s >= 0 and len(mark.label) <= 80 for mark in found.marks)
    for end in range(0, len(data), 97):
        path.write_bytes(data[:end])
        with contextlib.suppress(AnnotationError):
            read_annotations(path, rate_hz=250.0)
