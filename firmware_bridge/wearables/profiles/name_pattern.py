"""Regular expressions for the names of wearables of one's own, of which none can keep this program busy.

Python's matcher tries one possibility after the other. Where repetitions stand within repetitions, the possibilities
double with each character of a name, and anybody on the air chooses the names.
"""

from __future__ import annotations

import re
import warnings

LONGEST = 200
"""Characters of an expression at the most."""
_REPETITIONS = 2
"""Of any length: with names of `foreign_text.LONGEST` characters each multiplies the possibilities by that."""
_CHOICES = 8
"""Places where there are two ways to go on; each doubles the possibilities."""

_TOKEN = re.compile(
    r"""
    (?P<escape>\\.)
    | (?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])
    | (?P<group>\(\?(?!:)|\(\?:|\()
    | (?P<close>\))
    | (?P<exact>\{\d+\})
    | (?P<many>[*+]|\{\d*,\d*\})
    | (?P<choice>[?|])
    | (?P<letter>.)
    """,
    re.VERBOSE | re.DOTALL,
)


def name_pattern(words: str) -> re.Pattern[str]:
    """Return a regular expression as `Profile.name_pattern` wants it.

    Parameters
    ----------
    words
        For the whole of an advertised name.

    Returns
    -------
    re.Pattern
        Compiled, and safe to match any name with.

    Raises
    ------
    ValueError
        Where it is none, fits no name or every name, or could take long.
    """
    if len(words) > LONGEST:
        raise ValueError(f"a name's expression must have {LONGEST} characters at the most, not {len(words)}")
    shown = f"name = {words!r}"
    _refuse_what_takes_long(words, shown)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)  # what means another thing in a later Python
            re.compile(words)  # by itself first: in a group of ours it might close that
            pattern = re.compile(f"(?P<model>{words})")
    except (re.error, FutureWarning, OverflowError, RecursionError) as error:
        raise ValueError(f"{shown} is no regular expression ({error})") from error
    if pattern.fullmatch(""):
        raise ValueError(f"{shown} fits every device, even one without a name: say how the name begins")
    return pattern


def _refuse_what_takes_long(words: str, shown: str) -> None:
    many = choices = 0
    before = ""
    for token in _TOKEN.finditer(words):
        kind, text = token.lastgroup, token.group()
        if kind == "group" and text not in {"(", "(?:"}:
            raise ValueError(f"{shown} holds {text}, of which a name needs nothing: leave it out")
        if kind == "escape" and text[1].isdigit():
            raise ValueError(f"{shown} refers to a part of itself ({text}), which can take for ever: leave that out")
        if kind in {"many", "exact"} and before == "close":
            raise ValueError(f"{shown} repeats a group, which can take for ever: repeat single characters")
        # After a repetition it says to take as little as possible, or all at once.
        follows = kind == "choice" and text == "?" and before in {"many", "exact"}
        many += kind == "many" and before != "many"
        choices += kind == "choice" and not follows
        before = kind or ""
    if many > _REPETITIONS or choices > _CHOICES:
        raise ValueError(
            f"{shown} holds more than {_REPETITIONS} of *, + and {{}}, or {_CHOICES} of ? and |: it could take for ever"
        )
