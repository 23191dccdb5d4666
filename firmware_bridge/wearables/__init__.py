"""The wearables this bridge speaks to: one module a firmware family, one line here."""

from __future__ import annotations

from firmware_bridge.wearables import dot, metamotion, movesense, polar, thingy, witmotion
from firmware_bridge.wearables.protocol import Decoder, Frame, Model, Profile, Stream, Wearable, WearableIO, Wish

WEARABLES: tuple[Wearable, ...] = (polar, movesense, metamotion, witmotion, dot, thingy)
"""Every family, in the order they are tried."""


def identify(name: str | None) -> Wearable | None:
    """Return the module that speaks to the wearable advertising as `name`, None where there is none."""
    return next((wearable for wearable in WEARABLES if wearable.PROFILE.model_of(name)), None)


__all__ = ["WEARABLES", "Decoder", "Frame", "Model", "Profile", "Stream", "Wearable", "WearableIO", "Wish", "identify"]
