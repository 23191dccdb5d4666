"""The words that people read on the page and on paper, through gettext.

English is what stands in the sources. A translation is ``locale/<language>/LC_MESSAGES/fasciwatch.mo``.
"""

from __future__ import annotations

import gettext
from pathlib import Path

DOMAIN = "fasciwatch"
LOCALE = Path(__file__).parent / "locale"


def translations(languages: list[str] | None = None) -> gettext.NullTranslations:
    """Return the words of a language.

    Parameters
    ----------
    languages
        Those that are understood, the best first; None for what this computer is set to.

    Returns
    -------
    gettext.NullTranslations
        The words of the sources where there is no translation.
    """
    return gettext.translation(DOMAIN, LOCALE, languages, fallback=True)
