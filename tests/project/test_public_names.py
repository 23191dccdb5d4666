"""Promise: what strangers rely on changes only where somebody has noticed it, and says so in the changelog."""

from __future__ import annotations

import ast
import difflib
import importlib
import re
from pathlib import Path

import pytest

from tests.project.public_names import LIST, MODULES, described, names_of

ROOT = Path(__file__).resolve().parents[2]

WHAT_TO_DO = """
Names, commands or fields that strangers rely on are not those of tests/project/public_names.txt (above: - is gone,
+ is new).
If that was not meant, take it back. If it was:
1. Say it in .github/CHANGELOG.md under "Not released yet", as what users notice.
2. What is renamed or removed stays for one more version under its old name, with a DeprecationWarning that names the
   new one.
3. python -m tests.project.public_names writes the list anew; commit it together with the change.
"""

GUIDES = [ROOT / "README.md", *sorted((ROOT / ".readme").glob("*.md"))]


def test_nobody_changes_what_strangers_rely_on_without_noticing():
    before, after = LIST.read_text(encoding="utf-8").splitlines(), described().splitlines()
    changes = [line for line in difflib.unified_diff(before, after, lineterm="", n=0) if not line.startswith("@@")]
    if changes:
        pytest.fail("\n".join([*changes[2:], WHAT_TO_DO]), pytrace=False)


def imported_in(text: str) -> set[tuple[str, str]]:
    """Modules of ours, and the names of them, that the Python in a guide imports."""
    found = set()
    for block in re.findall(r"^```(?:python|py)\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.ImportFrom):
                found |= {(node.module or "", alias.name) for alias in node.names}
            elif isinstance(node, ast.Import):
                found |= {(alias.name, "") for alias in node.names}
    return {(module, name) for module, name in found if module.startswith(("detector", "firmware_bridge"))}


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_guides_use_public_names_only(guide):
    for module, name in imported_in(guide.read_text(encoding="utf-8")):
        assert module in MODULES, f"{guide.name} imports {module}, which is not public: see MODULES in public_names.py"
        assert not name or name in names_of(importlib.import_module(module)), f"{module} hands out no {name}"


def test_all_that_is_handed_out_is_there():
    for name in MODULES:
        module = importlib.import_module(name)
        assert module.__doc__
        assert names_of(module)
        assert [each for each in names_of(module) if not hasattr(module, each)] == []
