"""Promise: no file of the two packages imports itself in a circle, not even for the names of types."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("detector", "firmware_bridge")


def files(root: Path, packages: tuple[str, ...]) -> dict[str, Path]:
    """Every module by its name; a package's own file by the name of the package."""
    found = {}
    for path in (path for package in packages for path in sorted((root / package).rglob("*.py"))):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(name: str, path: Path, known: set[str]) -> set[str]:
    """Modules that a file names in its imports, wherever in it they stand."""
    named = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports by a relative name"
            # From a package one takes its files, or what its own file holds.
            one_of = {alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            named |= {module if module in known else str(node.module) for module in one_of.values()}
    return named & known - {name}


def circles(root: Path, packages: tuple[str, ...]) -> set[frozenset[str]]:
    """Sets of modules each of which imports, over others, each of them."""
    paths = files(root, packages)
    graph = {name: imported(name, path, set(paths)) for name, path in paths.items()}

    def reached(name: str) -> set[str]:
        seen: set[str] = set()
        waiting = [name]
        while waiting:
            fresh = graph[waiting.pop()] - seen
            seen |= fresh
            waiting += fresh
        return seen

    reach = {name: reached(name) for name in graph}
    return {frozenset(other for other in reach[name] if name in reach[other]) for name in graph if name in reach[name]}


def test_no_file_imports_itself_in_a_circle():
    found = circles(ROOT, PACKAGES)
    assert not found, "\n".join(" <-> ".join(sorted(circle)) for circle in found)


@pytest.mark.parametrize(
    "line", ["import one.b", "from one import b", "from one.b import x", "if TYPE_CHECKING:\n    from one.b import x"]
)
def test_a_circle_is_seen(tmp_path, line):
    (tmp_path / "one").mkdir()
    for name, words in {
        "__init__": "",
        "a": line,
        "b": "from one.c import y",
        "c": "def f():\n    import one.a",
    }.items():
        (tmp_path / "one" / f"{name}.py").write_text(words)
    assert circles(tmp_path, ("one",)) == {frozenset({"one.a", "one.b", "one.c"})}
