"""Promise: whatever is shown of trends, comparisons and reports says how nights differ, and never why."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4] / "detector"
CAUSAL = re.compile(
    r"\b(works? (well|for|against|on your)|worked|effective\w*|effects?\b|affect\w*|improv\w*|caus(e|es|ed|ing|al)\b|"
    r"reduced by|thanks to|because of|due to|led to|leads to|result(s|ed|ing) (in|from)|benefi\w+|helped|helps\b|"
    r"better (since|with|after|than)|worse (since|with|after|than)|responsible for|efficacy|"
    r"(should|must|try to) (take|stop|start|change|use|increase|decrease))",
    re.IGNORECASE,
)
MODULES = sorted(
    {
        *(ROOT / "summary" / "many").glob("*.py"),
        *(ROOT / "report").rglob("*.py"),
        *(ROOT / "figures").glob("*.py"),
        *(path for room in ("cli", "review") for name in ("trend", "compare", "report")
          for path in (ROOT / room).rglob(f"{name}*.py")),
        *(ROOT / "cohort" / "sheets").glob("*.py"),
    }
)  # fmt: skip
PAGES = sorted(
    path
    for room in ("report", "review", "cohort")
    for ending in ("html", "html.jinja", "js")
    for path in (ROOT / room).rglob(f"*.{ending}")
)


def messages(path: Path) -> list[str]:
    """Every string of a module but its docstrings, which no user reads."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes
    ]


def test_there_is_something_to_look_at():
    assert {"comparison_words.py", "compare.py", "trend.py"} <= {path.name for path in MODULES}
    assert {"trend.html"} <= {path.name for path in PAGES}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_message_tells_a_cause(path):
    found = [words for words in messages(path) if CAUSAL.search(words)]
    assert not found


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_page_tells_a_cause(path):
    text = re.sub(r"\{#.*?#\}|/\*.*?\*/|(?m:^\s*//.*$)", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not [match[0] for match in CAUSAL.finditer(text)]


def test_the_help_of_the_commands_tells_none():
    from detector.cli import main

    for name in ("trend", "compare", "report"):
        command = main.commands.get(name)
        if command is not None:
            texts = [command.help or "", *(getattr(each, "help", None) or "" for each in command.params)]
            assert not [text for text in texts if CAUSAL.search(text)]


@pytest.mark.parametrize(
    "words", ["This improved your nights.", "reduced by a third", "thanks to massage", "It worked"]
)
def test_it_would_be_found(words):
    assert CAUSAL.search(words)
