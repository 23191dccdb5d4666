"""Pictures of called twitches, to be looked at by a person who says what they are."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.signal

from benchmarks.bodies.listening import heard
from benchmarks.bodies.people import Body, arm, ecg, muse, phones, table, tremors
from benchmarks.detection.experiments.ours import FOUND_KINDS

ROWS, COLUMNS = 6, 4
AROUND_S = 1.0
HIGHPASS_HZ = 1.5


def draw(folder: Path) -> list[Path]:
    """Draw up to 24 called twitches of each recording, spread evenly over it; the files written."""
    if find_spec("matplotlib") is None:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    bodies = (*phones(), *muse(), ecg()[0], arm(), table(), *tremors())
    return [path for body in bodies if (path := _drawn(body, folder)) is not None]


def _drawn(body: Body, folder: Path) -> Path | None:
    """Draw one recording; None where nothing was called a twitch."""
    from matplotlib.figure import Figure as Canvas

    called = [event for event in heard(body).events if event.kind in FOUND_KINDS]
    if not called:
        return None
    chosen = np.unique(np.linspace(0, len(called) - 1, ROWS * COLUMNS).round().astype(int))
    mg = _highpassed(body)
    time_s = np.arange(len(mg)) / body.rate_hz
    canvas = Canvas(figsize=(16, 14), layout="constrained")
    panes = canvas.subplots(ROWS, COLUMNS).ravel()
    for pane in panes[len(chosen) :]:
        pane.axis("off")
    for pane, which in zip(panes, chosen, strict=False):
        event = called[which]
        near = np.abs(time_s - event.onset_s) <= AROUND_S
        pane.axvspan(0.0, event.duration_s, color="0.85")
        for axis, label in enumerate("xyz"):
            pane.plot(time_s[near] - event.onset_s, mg[near, axis], linewidth=0.8, label=label)
        where = "quiet" if body.quiet_s[0] <= event.onset_s < body.quiet_s[1] else "not quiet"
        words = f"{event.onset_s:.2f} s, {event.p2p_mg:.0f} mg, {event.kind}, {where} {event.flags}"
        pane.set_title(words, fontsize="small")
        pane.tick_params(labelsize="x-small")
        pane.set_xlim(-AROUND_S, AROUND_S)
    panes[0].legend(fontsize="x-small", ncols=3)
    canvas.suptitle(f"{body.name}: {len(chosen)} of {len(called)} called twitches; mg above {HIGHPASS_HZ:g} Hz, s")
    path = folder / f"{body.name.replace(' ', '-')}.png"
    canvas.savefig(path, dpi=70)
    return path


def _highpassed(body: Body) -> npt.NDArray[np.float64]:
    sos = scipy.signal.butter(2, HIGHPASS_HZ, "highpass", fs=body.rate_hz, output="sos")
    return np.asarray(1e3 * scipy.signal.sosfiltfilt(sos, body.xyz.astype(np.float64), axis=0))
