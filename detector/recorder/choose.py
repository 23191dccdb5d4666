"""Which wearable to record: the one of last time, or one of those in reach."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from detector.recorder.listener import Say
from detector.recorder.remembered import recall, remember
from firmware_bridge.discovery.find import Known
from firmware_bridge.errors import NoSuchWearableError
from firmware_bridge.link.survey import survey

if TYPE_CHECKING:
    from firmware_bridge.discovery.scan import Backend, Sighting
    from firmware_bridge.wearables import Model

LISTEN_S = 5.0
"""How long to listen for what there is, in seconds."""

Ask = Callable[[int], int]
"""Asks a person for a number from 1 to the given one."""


async def choose(
    ask: Ask | None,
    say: Say,
    *,
    anew: bool = False,
    backend: Backend | None = None,
    on_names: Callable[..., None] | None = None,
) -> Known:
    """Choose a wearable and remember it.

    Parameters
    ----------
    ask
        Asks the person, where there are several; None where nobody can be asked: the nearest is taken.
    say
        Tells the person what is done, and what to see to.
    anew
        Forget the choice of last time.
    backend
        The radio to use in place of the computer's own.
    on_names
        Called with the names of one wearable, before anything is said of it.

    Returns
    -------
    Known
        Its name and address; the serial number, too, where a connection has told it before.

    Raises
    ------
    NoSuchWearableError
        Where there is none in reach.
    BluetoothUnavailableError
        Where Bluetooth cannot be used.
    FasciwatchError
        Where the choice cannot be kept.
    """
    if not anew and (known := recall()) is not None:
        if on_names is not None:
            on_names(known.name, known.address, known.serial)
        say(f"Using {known.name}, as last time; --choose offers what else there is.")
        return known
    say("Looking for wearables ...")
    usable = [sighting for sighting in await survey(LISTEN_S, backend=backend) if sighting.is_usable]
    if not usable:
        raise NoSuchWearableError(
            "No wearable was found that fasciwatch can read: put it on, wake it up, close other apps that hold its "
            'connection, and try again ("fasciwatch scan" tells what else there is).'
        )
    if on_names is not None:
        for sighting in usable:
            on_names(sighting.name, sighting.address)
    chosen = usable[0] if len(usable) == 1 else _one_of(usable, ask, say)
    say(f"Recording {describe(chosen)}. It is taken from now on; --choose offers others.")
    for line in hints(chosen):
        say(line)
    known = Known(chosen.name or chosen.address, chosen.address)
    remember(known)
    return known


def describe(sighting: Sighting) -> str:
    """Say in a line what a wearable is, and how it is."""
    battery = "battery unknown" if sighting.battery is None else f"battery {sighting.battery} %"
    return f"{sighting.name} ({sighting.model}, {battery}, {sighting.rssi} dBm)"


def hints(known: Sighting | Model) -> list[str]:
    """Say how to wear a wearable, and what to see to before the night."""
    return [f"    {line}" for line in (known.wear, known.advice) if line]


def _one_of(usable: list[Sighting], ask: Ask | None, say: Say) -> Sighting:
    for number, sighting in enumerate(usable, 1):
        say(f"{number}: {describe(sighting)}")
    if ask is None:
        say("The first, which is the nearest, is taken; --device names another.")
        return usable[0]
    return usable[ask(len(usable)) - 1]
