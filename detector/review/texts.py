"""What the page's scripts say, through the same gettext as its templates: see `detector.words`."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gettext

HERE = Path(__file__).parent

_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_ONE = re.compile(rf"\bt\(\s*{_QUOTED}")
_MANY = re.compile(rf"\btn\(\s*{_QUOTED},\s*{_QUOTED}")


@cache
def words_of_scripts() -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """Find what scripts say, by ``t("…")`` and ``tn("one", "many", n)``: single words, and those with a plural."""
    ones: set[str] = set()
    many: set[tuple[str, str]] = set()
    for script in sorted((HERE / "static").rglob("*.js")):
        source = script.read_text(encoding="utf-8")
        ones.update(json.loads(f'"{found}"') for found in _ONE.findall(source))
        many.update((json.loads(f'"{one}"'), json.loads(f'"{other}"')) for one, other in _MANY.findall(source))
    return frozenset(ones), frozenset(many)


def for_scripts(words: gettext.NullTranslations) -> dict[str, str | list[str]]:
    """Translate what scripts say: what is not in the answer stays as it is.

    Returns
    -------
    dict
        From the source's words to another language's, of plurals to both forms.
    """
    ones, many = words_of_scripts()
    told: dict[str, str | list[str]] = {one: words.gettext(one) for one in ones if words.gettext(one) != one}
    for one, other in many:
        forms = [words.ngettext(one, other, 1), words.ngettext(one, other, 2)]
        if forms != [one, other]:
            told[one] = forms
    return told
