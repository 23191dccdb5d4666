"""The wearables this bridge speaks to: one module a firmware family, one line here."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from platformdirs import user_config_path

from firmware_bridge.wearables import dot, espruino, generic, metamotion, movesense, polar, thingy, witmotion
from firmware_bridge.wearables.protocol import Decoder, Frame, Model, Profile, Stream, Wearable, WearableIO, Wish

WEARABLES: tuple[Wearable, ...] = tuple(
    module.WEARABLE for module in (polar, movesense, metamotion, witmotion, dot, thingy, espruino)
)
"""Every family that is built in, in the order they are tried."""


def own_folder() -> Path:
    """Where profiles of wearables of one's own are looked for: FASCIWATCH_WEARABLES, or in the user's settings."""
    return Path(os.environ.get("FASCIWATCH_WEARABLES") or user_config_path("fasciwatch") / "wearables")


@cache
def known_wearables() -> tuple[Wearable, ...]:
    """Every family there is, those of one's own first.

    Raises
    ------
    ProfileError
        Where a profile is wrong.
    """
    return (*generic.load_folder(own_folder()), *WEARABLES)


def identify(name: str | None) -> Wearable | None:
    """Return what speaks to the wearable advertising as `name`, None where there is none."""
    return next((wearable for wearable in known_wearables() if wearable.profile.model_of(name)), None)


__all__ = [
    "WEARABLES",
    "Decoder",
    "Frame",
    "Model",
    "Profile",
    "Stream",
    "Wearable",
    "WearableIO",
    "Wish",
    "identify",
    "known_wearables",
    "own_folder",
]
