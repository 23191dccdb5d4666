"""Logs without names: what a service writes may be read by others, and stays for years."""

from __future__ import annotations

import json
import re
from pathlib import Path

_ADDRESS = re.compile(
    r"\b(?:[0-9A-Fa-f]{2}[:_-]){5}[0-9A-Fa-f]{2}\b|\b[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\b"
)
"""Of a Bluetooth device, and the identifier that macOS gives in its place."""


class Names:
    """The names that are not to be written, and what is written in their place."""

    def __init__(self) -> None:
        home = str(Path.home())
        self._in_place = {} if home in {"", "/"} else {home: "~"}
        self._pattern = re.compile("(?!)")
        self._wearables: list[str] = []
        self._learn()

    def add(self, *names: str | None) -> None:
        """Learn the names of one wearable: its name, what it advertises, its address, its serial number."""
        given = [name for name in names if name]
        given += [json.dumps(name)[1:-1] for name in given]  # as they stand in a line of JSON
        known = next((self._in_place[name] for name in given if name in self._in_place), None)
        if known is None:
            self._wearables.append("")
            known = f"wearable {len(self._wearables)}"
        self._in_place.update(dict.fromkeys(given, known))
        self._learn()

    def _learn(self) -> None:
        # The longest first: a name may be part of another.
        longest = sorted(self._in_place, key=len, reverse=True)
        if longest:
            self._pattern = re.compile("|".join(map(re.escape, longest)))

    def hide(self, words: str) -> str:
        """Write what was learnt, and whatever looks like an address, in other words."""
        return _ADDRESS.sub("(address)", self._pattern.sub(lambda found: self._in_place[found[0]], words))
