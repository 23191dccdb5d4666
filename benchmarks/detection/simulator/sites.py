"""Places on the body: how fast the muscles under the sensor are, and how much of heart and breath arrives there."""

from __future__ import annotations

from dataclasses import dataclass

Range = tuple[float, float]
"""Smallest and largest; what is drawn between them is log-uniform where both are above 0."""


@dataclass(frozen=True, slots=True)
class Site:
    """A place on the body.

    Parameters
    ----------
    name
        What it is called in tables.
    tp_s
        Contraction times of its motor units, in s.
    pulse_share, respiration_share
        What arrives of a plan's pulse and respiration, 0 to 1.
    """

    name: str
    tp_s: Range
    pulse_share: float = 1.0
    respiration_share: float = 1.0


ANYWHERE = Site("anywhere", (0.03, 0.16))
TUNING_SITES = (
    ANYWHERE,
    Site("calf", (0.07, 0.16), 0.6, 0.2),
    Site("upper arm", (0.05, 0.10), 0.8, 0.8),
)
HELD_OUT_SITES = (
    Site("hand", (0.03, 0.07), 1.0, 0.2),
    Site("thigh", (0.06, 0.13), 0.6, 0.3),
    Site("shoulder", (0.045, 0.09), 1.0, 1.0),
)
SITES = {site.name: site for site in (*TUNING_SITES, *HELD_OUT_SITES)}
