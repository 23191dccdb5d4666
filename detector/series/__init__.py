"""Runs of events, by the published rules for them: forms of movement in time, never a disease.

Everything here is a pure function of events and of the time that was observed. Nothing is
compiled for it.
"""

from detector.series.legs import Side, leg_of, periodic_movements_of_both_legs, side_of
from detector.series.movements import alternating_activation, high_frequency_movements, periodic_limb_movements
from detector.series.observed import Span, observed_s, observed_spans
from detector.series.poisson import poisson_interval
from detector.series.rates import Rate, rate_per_hour
from detector.series.ratios import Beside, beside
from detector.series.record import SERIES_NAMES, Series, SeriesIndex, SeriesName, index_of
from detector.series.rhythms import (
    PulseSummary,
    TremorSummary,
    summarise_pulse,
    summarise_tremor,
    tremor_episodes,
)
from detector.series.sensor import Measured, PairSeries, SensorSeries, series_of_pair, series_of_sensor
from detector.series.twitches import frequent_twitches

__all__ = [
    "SERIES_NAMES",
    "Beside",
    "Measured",
    "PairSeries",
    "PulseSummary",
    "Rate",
    "SensorSeries",
    "Series",
    "SeriesIndex",
    "SeriesName",
    "Side",
    "Span",
    "TremorSummary",
    "alternating_activation",
    "beside",
    "frequent_twitches",
    "high_frequency_movements",
    "index_of",
    "leg_of",
    "observed_s",
    "observed_spans",
    "periodic_limb_movements",
    "periodic_movements_of_both_legs",
    "poisson_interval",
    "rate_per_hour",
    "series_of_pair",
    "series_of_sensor",
    "side_of",
    "summarise_pulse",
    "summarise_tremor",
    "tremor_episodes",
]
