"""Promise: every word that the page shows goes through gettext: in another language none stays English."""

from __future__ import annotations

import re
from gettext import NullTranslations
from html.parser import HTMLParser

import pytest

from detector.review.pages import Pages
from detector.review.texts import HERE, for_scripts, words_of_scripts

VIEWS = {
    "nights.html": {},
    "night.html": {"key": "0" * 12, "name": "2026-11-23", "evening": "2026-11-23"},
    "diary.html": {},
    "computer.html": {"folder": "/home/nights"},
    "gone.html": {"words": ""},
    "compare.html": {
        "place": "left calf",
        "place_key": "left calf",
        "places": [{"words": "left calf", "href": "/", "is_here": True}] * 2,
        "since": "2026-11-23",
        "leave_out": 0,
        "most_left_out": 28,
        "unknown": "⟦neither⟧",
        "evenings": ["2026-11-20"],
        "diary": "",
        "is_asked": True,
        "ratio": None,
        "treatments": [{"name": "massage", "count": 3, "href": "/", "is_here": False}],
        "needs": ["⟦seven⟧"],
        "lacks_labels": True,
        "cautions": ["⟦worst⟧"],
        "figures": [],
        "size": "⟦size⟧",
        "to_label": "/",
        "phases": [
            {
                "name": "before 2026-11-23",
                "count": 3,
                "usable": 2,
                "rows": [{"evening": "2026-11-20", "rate": "12", "is_true": False, "review": "⟦not judged⟧"}],
            }
        ],
    },
    "plan.html": {
        "place": "left calf",
        "is_own": True,
        "habit": "⟦scatter⟧",
        "third": "⟦seen⟧",
        "orders": [{"words": "⟦turns⟧", "rows": [{"nights": "7 + 7", "fall": 60, "chance": 20}]}],
        "note": "⟦suggests nothing⟧",
        "to_compare": "/",
    },
    "looking.html": {"view": "trend", "keys": ["0" * 12]},
    "blind.html": {"query": "", "to_trend": "/trend"},
    "trend.html": {
        "place": "left calf",
        "places": [{"words": "left calf", "href": "/", "is_here": True}] * 2,
        "ranges": [{"words": "⟦all⟧", "href": "/", "is_here": True}],
        "verdict": "⟦within⟧",
        "lies": "within",
        "basis": "⟦found⟧",
        "size": "⟦size⟧",
        "figures": [],
        "without_labels": 2,
        "to_label": "/",
        "to_compare": "/",
        "to_plan": "/",
        "has_spans": True,
        "more_spans": 2,
        "rows": [
            {
                "evening": "2026-11-23",
                "nights": [{"key": "0" * 12, "name": "2026-11-23"}, {"key": None, "name": "b"}],
                "rate": "12",
                "low": "10",
                "high": "14",
                "hours": "⟦7 h⟧",
                "review": "⟦not judged⟧",
                "lies": "above",
                "change": "⟦another wearable⟧",
            }
        ],
        "left_out": [{"evening": "2026-11-24", "name": "short", "key": None, "why": "⟦too short⟧"}],
    },
}
_SHOWN = ("aria-label", "title", "placeholder", "alt", "aria-roledescription")


class Pseudo(NullTranslations):
    """A language in which every word is seen to be translated, and longer."""

    def gettext(self, message):
        return f"⟦{message}⟧"

    def ngettext(self, one, many, n):
        return f"⟦{one if n == 1 else many}⟧"


class Shown(HTMLParser):
    """Collects what a person gets to see or hear."""

    def __init__(self):
        super().__init__()
        self.found = []
        self.quiet = []

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        if tag not in {"meta", "link", "input", "path", "br"}:
            self.quiet.append(bool({"data-from", "translate"} & set(facts)) or tag in {"script", "style"})
        self.found += [facts[name] for name in _SHOWN if facts.get(name)]

    def handle_endtag(self, tag):
        if tag != "path":
            self.quiet.pop()

    def handle_data(self, data):
        if data.strip() and not any(self.quiet):
            self.found.append(data.strip())


def is_english(words):
    """Whether there are words that are neither translated nor a name."""
    rest = re.sub(r"⟦[^⟧]*⟧|fasciwatch|/media/stick/nights", "", words)
    return re.search(r"[A-Za-z]{2}", rest) is not None


@pytest.mark.parametrize("view", VIEWS)
def test_no_word_of_a_template_stays_english(view):
    shown = Shown()
    shown.feed(Pages(Pseudo()).show(view, **VIEWS[view]).body.decode())
    assert len(shown.found) > 5
    left = [words for words in shown.found if is_english(words)]
    assert left == []


def test_scripts_are_handed_all_their_words():
    ones, many = words_of_scripts()
    told = for_scripts(Pseudo())
    assert set(told) == ones | {one for one, _ in many}
    assert told["twitch"] == "⟦twitch⟧"
    assert told["{n} event"] == ["⟦{n} event⟧", "⟦{n} events⟧"]
    assert for_scripts(NullTranslations()) == {}


def test_scripts_say_nothing_but_by_literals():
    """What is put together cannot be translated."""
    for script in (HERE / "static").rglob("*.js"):
        if script.name == "api.js":
            continue
        for call in re.findall(r"(?<![\w.])tn?\((.{0,3})", script.read_text(encoding="utf-8")):
            assert call.lstrip().startswith('"'), f"{script.name}: t({call}"


def test_scripts_have_no_words_that_are_not_marked():
    """Nothing that reads like a sentence stands outside of t and tn."""
    for script in (HERE / "static").rglob("*.js"):
        source = re.sub(r"//.*|/\*.*?\*/", "", script.read_text(encoding="utf-8"), flags=re.DOTALL)
        source = re.sub(r'\btn?\(\s*"(?:[^"\\]|\\.)*"(,\s*"(?:[^"\\]|\\.)*")?', "", source)
        found = re.findall(r'(?:text|"aria-label"|title|placeholder): "([^"]*[A-Za-z]{2}[^"]*)"', source)
        assert found == [], script.name


def test_scripts_and_styles_are_the_projects_own():
    for file in (HERE / "static").rglob("*"):
        if file.suffix in {".js", ".css"}:
            source = file.read_text(encoding="utf-8")
            assert not re.search(r"https?://|@import|innerHTML|insertAdjacentHTML|document\.write|\beval\b", source), (
                file.name
            )


def test_only_one_script_asks_the_server():
    for script in (HERE / "static").rglob("*.js"):
        if script.name != "api.js":
            assert not re.search(r"\bfetch\(|XMLHttpRequest|EventSource", script.read_text(encoding="utf-8")), (
                script.name
            )
