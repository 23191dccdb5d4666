"""Promise: a sheet is one small file that runs and fetches nothing, names nobody unless asked to, says no more than a
count can, in words that a child of twelve reads, and is whole for nights of every kind."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import chain
from xml.etree import ElementTree as ET

import pytest

from detector.diary import Diary, Treatment
from detector.night import Night
from detector.night.judging.judgements import Action, Judgement, place_of
from detector.night.writing.labels import append
from detector.report import READERS, facts_of, sheet_of
from detector.report.html import TEMPLATES, policy, style
from detector.report.phrases import between, evening_of
from detector.words import translations
from firmware_bridge.samples import NS

from .conftest import KINDS

WORDS = translations(["en"])
SHEETS = [(kind, reader) for kind in KINDS for reader in READERS]


class Read(HTMLParser):
    """What stands on a sheet."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._quiet: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag in {"style", "svg", "table", "title"}:
            self._quiet.append(tag)

    def handle_endtag(self, tag):
        if self._quiet and self._quiet[-1] == tag:
            self._quiet.pop()

    def handle_data(self, data):
        if not self._quiet and data.strip():
            self.words.append(data.strip())


def sheet(nights, kind, reader, **facts):
    return sheet_of(nights[kind], nights[kind].parent, reader, words=WORDS, **facts)[0]


@pytest.mark.parametrize(("kind", "reader"), SHEETS)
def test_it_runs_and_fetches_nothing(nights, kind, reader):
    html = sheet(nights, kind, reader)
    assert len(html.encode()) <= 300_000
    read = Read(html)
    tags = {tag for tag, _ in read.tags}
    assert not tags & {"script", "img", "iframe", "object", "embed", "link", "form", "a", "base", "image", "use"}
    for _tag, facts in read.tags:
        assert not [name for name in facts if name.startswith("on") or name in {"style", "src", "href", "xlink:href"}]
    policies = [facts["content"] for _, facts in read.tags if facts.get("http-equiv") == "Content-Security-Policy"]
    assert policies == [policy()]
    assert f"<style>{style(None)}</style>" in html
    assert not re.search(r"url\((?!#)|@import|https?://(?!www\.w3\.org/2000/svg)", html)


@pytest.mark.parametrize(("kind", "reader"), SHEETS)
def test_each_picture_is_sound_and_has_words(nights, kind, reader):
    html = sheet(nights, kind, reader)
    names: list[str] = []
    for drawing in re.findall(r"<svg.*?</svg>", html, re.DOTALL):
        root = ET.fromstring(drawing)  # noqa: S314 - our own
        assert [each.tag.rpartition("}")[2] for each in root][:2] == ["title", "desc"]
        assert all(len(each.text or "") > 10 for each in list(root)[:2])
        sizes = [float(each.get("font-size", "12")) for each in root.iter() if each.tag.endswith("}text")]
        assert min(sizes, default=12) >= 12
        names += [each.get("id") for each in root.iter() if each.get("id")]
    assert len(names) == len(set(names))
    assert html.count("<table") >= html.count("<svg") or kind in {"two", "hostile"}


NEVER = {
    "of a body": (
        "normal",
        "abnormal",
        "disease",
        "als",
        "syndrome",
        "plms",
        "restless",
        "epilepsy",
        "asleep",
        "slept",
    ),
    "of a cause": ("caused", "improved", "reduced", "works", "effective"),
    "of what to do": ("should", "doctor"),
}
SAYS_THAT_IT_CANNOT = "it can't tell if you slept."


@pytest.mark.parametrize(("kind", "reader"), SHEETS)
def test_it_says_no_more_than_a_count_can(nights, kind, reader):
    html = sheet(nights, kind, reader)
    words = " ".join(Read(html).words).lower()
    assert "not a medical device" in words
    told = words.replace(SAYS_THAT_IT_CANNOT, "")
    for word in chain(*NEVER.values()):
        assert not re.search(rf"\b{word}\b", told), word
    assert not re.search(r"\bnan\b|\binf\b", words)


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_is_named_unless_that_is_asked_for(nights, kind):
    with Night(nights[kind]) as night:
        names = [sensor.name for sensor in night.sensors if not sensor.name.startswith(("<", "😀"))]
    for reader in READERS:
        html = sheet(nights, kind, reader)
        assert not any(name in html for name in names)
        assert str(nights[kind].parent) not in html
    assert "Anna &lt;b&gt;" in sheet(nights, kind, "patient", name="Anna <b>")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "hostile"])
def test_a_patient_reads_it_at_the_sixth_grade(nights, kind):
    textstat = pytest.importorskip("textstat", reason="textstat comes with the extra [test]")
    sentences = [words for words in Read(sheet(nights, kind, "patient")).words if words.endswith((".", ")"))]
    assert len(sentences) >= 8
    spoken = re.sub(r"\d+", "ten", " ".join(sentences))  # it cannot read figures
    assert textstat.flesch_kincaid_grade(spoken) <= 6


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (12.2, 19.6, "between 12 and 20 an hour"),
        (28.7, 38.4, "between 29 and 38 an hour"),  # as the lists of nights round it
        (0.0, 3.1, "fewer than 4 an hour"),
        (0.0, 0.4, "fewer than one an hour"),
        (69.9, 117.7, "between 70 and 120 an hour"),
        (0.2, 1.4, "fewer than 2 an hour"),
        (5.0, 5.0, "about 5 an hour"),
        (101.0, 1234.0, "between 100 and 1240 an hour"),
    ],
)
def test_a_rate_is_told_by_its_interval(low, high, told):
    assert between(low, high, WORDS) == told


def answers(html):
    return dict(re.findall(r"<h2>([^<]*\?)</h2>\s*<div class=\"big\"><p class=\"big\">(.*?)</p>", html))


def test_the_questions_are_answered(nights):
    good, none, short, off = (answers(sheet(nights, kind, "patient")) for kind in ("good", "none", "short", "off"))
    assert good["Was it a good recording?"] == "Yes"
    assert re.fullmatch(r"Between \d+ and \d+ an hour", good["How much did I twitch?"])
    assert good["Is that unusual for me?"] == "We can&#39;t tell yet"
    assert none["How much did I twitch?"].startswith("Fewer than")
    assert short["Was it a good recording?"] == "No"
    assert off["Was it a good recording?"] == "No"
    assert off["How much did I twitch?"] == "We can&#39;t tell"


def test_left_stands_beside_right(nights):
    html = sheet(nights, "two", "clinician")
    assert html.index("left calf") < html.index("right calf")
    assert "Left beside right" in html
    html = sheet(nights, "two", "patient")
    assert html.count("an hour</p>") == 2


def test_a_night_of_changed_clocks_tells_which_hour(nights):
    html = sheet(nights, "changed clocks", "clinician")
    assert "02:00+02:00" in html
    assert "02:00+01:00" in html


def test_hours_begin_where_the_wearers_clock_strikes(nights):
    assert (
        facts_of(nights["half an hour beside UTC"])
        .clock.minutes(facts_of(nights["half an hour beside UTC"]).summary.hours[1].start_ns)
        .endswith(":00")
    )


def judge(path, labels, reviewer="Dr. Who"):
    with Night(path) as night:
        placed = [(onset, event) for onset, event in night.placed_events() if event.kind == "twitch"]
    judgements = tuple(Judgement(place_of(*pair), label) for pair, label in zip(placed, labels, strict=False))
    append(path, Action(reviewer, "single", judgements))


def test_a_review_is_told_and_taken_into_the_rate(tmp_path, make):
    path = make(tmp_path / "2026-11-24.night", hours=4.0, twitches=40)
    before, _ = sheet_of(path, tmp_path, "clinician", words=WORDS)
    assert "0 of" in before
    assert "needs a random sample" in before
    judge(path, ["no", *["yes"] * 39])
    html, _ = sheet_of(path, tmp_path, "clinician", words=WORDS)
    assert "by 1 reviewer: " in html
    assert "Dr. Who" not in html
    assert "needs a random sample" not in html
    named, _ = sheet_of(path, tmp_path, "clinician", words=WORDS, name="Anna")
    assert "by Dr. Who: " in named
    told, _ = sheet_of(path, tmp_path, "patient", words=WORDS)
    assert "Someone looked at all of them." in told


def test_nights_before_say_whether_it_is_unusual(tmp_path, make):
    days = range(8)
    paths = [
        make(
            tmp_path / f"2026-11-{10 + day}.night",
            hours=4.0,
            twitches=600 if day == 7 else 60 + 5 * (day % 3),
            start=1_795_557_600 + (day - 14) * 86_400,
            others=False,
        )
        for day in days
    ]
    found = answers(sheet_of(paths[-1], tmp_path, "patient", words=WORDS)[0])
    assert found["Is that unusual for me?"] == "Yes, high for you"
    html, facts = sheet_of(paths[-1], tmp_path, "clinician", words=WORDS)
    assert "above the band" in html
    assert evening_of(facts).isoformat() in html
    html, _ = sheet_of(paths[-1], tmp_path, "patient", asked=paths, words=WORDS)
    assert "Your last nights" in html
    assert sheet_of(paths[-1], tmp_path / "elsewhere", "patient", words=WORDS)[0].count("We can&#39;t tell yet") == 1


def test_what_was_written_stands_there_but_free_text_goes_to_no_clinician_unasked(tmp_path, make):
    path = make(tmp_path / "2026-11-24.night")
    facts = facts_of(path)
    entry = {"night": 7.0, "treatments": (Treatment("massage", 20, "min"),), "note": "at <i>Berta's</i>"}
    Diary(tmp_path).change(evening_of(facts), entry, "Europe/Berlin")
    assert "Berta" in sheet_of(path, tmp_path, "patient", words=WORDS)[0]
    assert "<i>" not in sheet_of(path, tmp_path, "patient", words=WORDS)[0]
    html, _ = sheet_of(path, tmp_path, "clinician", words=WORDS)
    assert "massage 20 min" in html
    assert "Berta" not in html
    assert "Berta" in sheet_of(path, tmp_path, "clinician", words=WORDS, name="Anna")[0]


def test_a_night_that_is_being_recorded_says_so(tmp_path, make):
    path = make(tmp_path / "2026-11-24.night", close=False)
    (tmp_path / "x").mkdir()
    html, facts = sheet_of(path, tmp_path, "patient", words=WORDS)
    assert facts.is_recording == ("still being recorded" in html)


def test_no_template_says_what_a_treatment_does():
    for file in TEMPLATES.glob("*.html"):
        source = file.read_text(encoding="utf-8").lower()
        assert not re.search(
            r"\b(works|effective|improve|caused|reduced by|because of|thanks to|abnormal|normal)\b", source
        )


def test_of_twitches_that_were_felt_it_tells_how_many_were_found(tmp_path, make):
    path = make(tmp_path / "2026-11-24.night", twitches=20, others=False)
    with Night(path) as night:
        onsets = [onset_ns for onset_ns, _ in night.placed_events()]
        end_ns = night.end_ns
    book = Diary(tmp_path)
    for mark_ns in (onsets[4] + 2 * NS, onsets[9] + 3 * NS, end_ns + 3600 * NS):
        book.mark(mark_ns)
    told = {reader: " ".join(Read(sheet_of(path, tmp_path, reader, words=WORDS)[0]).words) for reader in READERS}
    assert re.search(r"You felt 2 twitches: near 2 of them we found one, and by chance", told["patient"])
    assert re.search(r"felt and marked: 2 of 2 with an event within 5 s, 0\.\d of them by chance", told["clinician"])
