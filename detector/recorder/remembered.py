"""The wearable that was chosen last, kept in the user's settings."""

from __future__ import annotations

import logging
import os
import tomllib
from dataclasses import asdict
from pathlib import Path

import platformdirs
import tomli_w

from detector.errors import FasciwatchError
from firmware_bridge.discovery.find import Known
from firmware_bridge.foreign_text import clean

_log = logging.getLogger(__name__)


def settings_file() -> Path:
    """Where it is kept: FASCIWATCH_SETTINGS names another folder than that of the user's settings."""
    folder = os.environ.get("FASCIWATCH_SETTINGS") or platformdirs.user_config_path("fasciwatch")
    return Path(folder) / "wearable.toml"


def recall() -> Known | None:
    """Give the wearable that was chosen last; None where there is none, or what is kept cannot be read."""
    try:
        kept = tomllib.loads(settings_file().read_text(encoding="utf-8"))
        name, address, serial = kept["name"], kept["address"], kept.get("serial")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError) as error:
        _log.warning("what is kept of the last wearable cannot be read (%s)", type(error).__name__)
        return None
    if not isinstance(name, str) or not isinstance(address, str) or not isinstance(serial, str | None):
        _log.warning("what is kept of the last wearable is no name and address")
        return None
    return Known(clean(name), clean(address), None if serial is None else clean(serial))


def remember(known: Known) -> None:
    """Keep a wearable for the next time.

    Raises
    ------
    FasciwatchError
        Where the settings cannot be written.
    """
    file = settings_file()
    words = tomli_w.dumps({key: value for key, value in asdict(known).items() if value is not None})
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = file.with_suffix(".new")
        fresh.write_text(words, encoding="utf-8")
        fresh.chmod(0o600)
        fresh.replace(file)
    except OSError as error:
        raise FasciwatchError(
            f"cannot keep the choice of wearable in {file} ({error.strerror}): name it with --device each time, or "
            "set FASCIWATCH_SETTINGS to a folder that can be written to"
        ) from error
