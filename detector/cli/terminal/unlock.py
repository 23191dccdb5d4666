"""Passphrases at the terminal: asked for where a night is encrypted, chosen where one shall be."""

from __future__ import annotations

import sys

import click

from detector.cli.terminal.output import say
from detector.errors import NightError

_LOST = (
    "Nobody can read an encrypted night without its passphrase, and nobody can find that again: keep it where you keep "
    "your other passwords."
)


def ask_where_needed() -> None:
    """Let whatever opens a night ask the person at the terminal, if there is one."""
    from detector.night.keys import RING

    if sys.stdin.isatty() and sys.stderr.isatty():
        RING.ask = lambda: click.prompt(
            "Passphrase of the night", hide_input=True, err=True, default="", show_default=False
        )


def passphrase_to_encrypt() -> str:
    """Give the passphrase for a night that is to be encrypted, that of earlier ones where it is known.

    Raises
    ------
    NightError
        Where there is none, and nobody to ask.
    """
    from detector.night.keys import FILE_VARIABLE, RING, check_new, from_file, from_keyring, into_keyring

    kept = from_file() or from_keyring()
    if kept is not None:
        RING.add(check_new(kept))
        return kept
    if RING.ask is None:
        raise NightError(
            "--encrypt needs a passphrase, and there is nobody to ask: run it once at a terminal to keep one in the "
            f"computer's keyring, or name a file that holds it in {FILE_VARIABLE}"
        )
    say(_LOST)
    chosen = check_new(click.prompt("Passphrase", hide_input=True, confirmation_prompt=True, err=True))
    if click.confirm("Keep it in this computer's keyring, so that you need not type it again?", default=True, err=True):
        say("It is kept." if into_keyring(chosen) else "This computer has no keyring that works: it is not kept.")
    RING.add(chosen)
    return chosen
