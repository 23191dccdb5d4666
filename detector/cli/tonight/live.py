"""``fasciwatch scan`` and ``fasciwatch wearables``: what there is, and how to wear it."""

from __future__ import annotations

from dataclasses import asdict

import click

from detector.cli.terminal.options.shared import Finite, json_option
from detector.cli.terminal.output import print_json, say, show


@click.command()
@click.option("--seconds", type=Finite(0.5, 300), default=8.0, show_default=True, help="How long to listen.")
@click.option("--quick", is_flag=True, help="Do not connect to read batteries.")
@json_option
def scan(seconds: float, quick: bool, as_json: bool) -> None:  # noqa: FBT001 - click hands options on by position
    """List the wearables in reach: how good their signal and how full their battery is, and how to wear them."""
    import asyncio

    from detector.recorder.choose import describe, hints
    from firmware_bridge.discovery.scan import scan as listen
    from firmware_bridge.link.survey import survey

    sightings = asyncio.run(listen(seconds) if quick else survey(seconds))
    if as_json:
        print_json([asdict(sighting) for sighting in sightings])
        return
    usable = [sighting for sighting in sightings if sighting.is_usable]
    known = [sighting for sighting in sightings if sighting.model is not None and not sighting.is_usable]
    for sighting in usable:
        show(f"{describe(sighting)}  {sighting.address}")
        for line in hints(sighting):
            show(line)
    for sighting in known:
        show(f"{sighting.name}  {sighting.model}  cannot show twitches: {sighting.why_not}")
    others = len(sightings) - len(usable) - len(known)
    if not usable:
        say(
            f"No wearable in reach that fasciwatch can read ({others} other Bluetooth devices). "
            "Put it on, wake it up, and close other apps that hold its connection.",
        )
    elif others:
        say(f"{others} other Bluetooth devices are no wearables that fasciwatch can read.")


@click.command()
@json_option
def wearables(as_json: bool) -> None:  # noqa: FBT001 - click hands options on by position
    """List the wearables that can be read, how to wear them, and where to describe one of your own."""
    from detector.recorder.choose import hints
    from firmware_bridge.wearables import known_wearables, own_folder

    models = {
        model.name: model
        for wearable in known_wearables()
        for model in (*wearable.profile.models.values(), wearable.profile.only_model)
        if model is not None
    }
    if as_json:
        print_json({"models": [asdict(model) for model in models.values()], "own_profiles": str(own_folder())})
        return
    for model in models.values():
        battery = "" if model.battery_h is None else f"  (battery: {model.battery_h:g} h)"
        show(f"{model.name}{battery}")
        for line in hints(model):
            show(line)
    say(f"Profiles (TOML) of wearables of your own belong into {own_folder()}.")
