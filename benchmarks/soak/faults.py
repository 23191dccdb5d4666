"""The faults of wearables, of the radio and of the computer's Bluetooth."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from firmware_bridge.virtual.player import VirtualPlayer
from firmware_bridge.virtual.radio import VirtualRadio
from firmware_bridge.virtual.wearables.polar import DATA_UUID, VirtualVerity

QUIET_S = 150.0
"""Nothing fails so late that the wearable cannot come back before the end."""

CLOCK_STANDS, LATE, TWICE = "clock stands", "late", "notifications twice"
"""Faults of time: what they are called."""

BLURRED_S = {CLOCK_STANDS: 420.0, LATE: 420.0}
"""So long after such a fault the place of a gap is known by seconds only: samples are counted, or were late."""

Fault = Callable[[], None]


def _kinds_of_fault(radio: VirtualRadio, wearable: VirtualPlayer, rng: np.random.Generator) -> dict[str, Fault]:
    """Every kind of fault there is, for one wearable or for the computer, with lengths drawn at random."""
    away_s = float(rng.uniform(1.0, 120.0))
    kinds: dict[str, Fault] = {
        "drop": lambda: wearable.drop(away_s),
        "supervision time-out": lambda: wearable.lose_link(2.0, away_s),
        "silence": lambda: wearable.silence(away_s),
        "unanswered writes": lambda: (wearable.leave_unanswered(int(rng.integers(1, 4))), wearable.drop())[1],
        "lost frames": lambda: wearable.lose_frames(int(rng.integers(1, 4))),
        "battery": lambda: wearable.run_out(away_s),
        "clock set": lambda: wearable.step_clock(float(rng.choice([-4.0, 7.0, 3600.0]))),
        CLOCK_STANDS: lambda: wearable.stop_clock(away_s),
        LATE: lambda: wearable.be_late(float(rng.uniform(0.2, 3.0)), away_s),
        TWICE: lambda: wearable.send_again(int(rng.integers(2, 4)), away_s),
        "adapter off": lambda: radio.switch_off(away_s),
        "service killed": lambda: radio.kill_service(away_s),
    }
    if isinstance(wearable, VirtualVerity):
        verity = wearable
        kinds["stream ended"] = verity.stop_measuring
        kinds["streams already"] = lambda: (verity.already_streaming(), verity.drop())[1]
        kinds["first notifications lost"] = lambda: (radio.lose_notifications(DATA_UUID, 2), verity.drop())[1]
    return kinds


def draw_fault(radio: VirtualRadio, wearables: Sequence[VirtualPlayer], rng: np.random.Generator) -> tuple[str, Fault]:
    """Draw a wearable and a fault of any kind for it; gives the fault in words, too."""
    wearable = wearables[int(rng.integers(len(wearables)))]
    kinds = _kinds_of_fault(radio, wearable, rng)
    kind = str(rng.choice(list(kinds)))
    return f"{wearable.name}: {kind}", kinds[kind]
