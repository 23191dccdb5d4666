"""One HTML file that needs nothing else: no script, no picture from elsewhere, one style sheet in it."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import jinja2
from markupsafe import Markup

if TYPE_CHECKING:
    from gettext import NullTranslations

TEMPLATES = Path(__file__).parent / "templates"

Paper = Literal["a4", "letter"]
PAPERS: tuple[Paper, ...] = ("a4", "letter")

MARK = "fasciwatch sheet"
"""Stands in the head of each sheet: by it one knows a sheet from another file of the same name."""

_SIZES = {"a4": "@page { size: A4 }", "letter": "@page { size: letter }", None: ""}


@cache
def style(paper: Paper | None) -> str:
    """Return the style sheet; on a paper of its own, or on any."""
    return (TEMPLATES / "style.css").read_text(encoding="utf-8") + _SIZES[paper]


def policy(paper: Paper | None = None) -> str:
    """Say what a sheet may do: show its own style, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style(paper).encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def write(
    template: str, words: NullTranslations, facts: dict[str, Any], paper: Paper | None, folder: Path | None = None
) -> str:
    """Write a sheet.

    Parameters
    ----------
    template
        Name of the template.
    words
        The language.
    facts
        What it tells.
    paper
        The paper it is to be printed on; None for whatever there is.
    folder
        Where the template is, if it is not one of ours; it may use ours.
    """
    page = _environment(words, folder).get_template(template)
    return page.render(style=Markup(style(paper)), policy=policy(paper), mark=MARK, **facts)  # noqa: S704 - our own


_ENVIRONMENTS: dict[tuple[NullTranslations, Path | None], jinja2.Environment] = {}


def _environment(words: NullTranslations, folder: Path | None) -> jinja2.Environment:
    made = _ENVIRONMENTS.get((words, folder))
    if made is None:
        made = jinja2.Environment(
            loader=jinja2.FileSystemLoader([TEMPLATES] if folder is None else [folder, TEMPLATES]),
            autoescape=True,
            extensions=["jinja2.ext.i18n"],
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]
        _ENVIRONMENTS[words, folder] = made
    return made
