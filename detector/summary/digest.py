"""What all that looks at many nights needs of one: small, without arrays, and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self, get_args

from detector.night import evening
from detector.series import side_of
from detector.summary.judged.precision import Review
from detector.summary.levels import LEVELS_MG, Level
from detector.summary.night import summarise
from detector.summary.zone import zone_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from detector.series import SensorSeries, Side
    from detector.summary.night import NightSummary, SensorSummary
    from detector.summary.told import Told

__all__ = ["DIGEST_VERSION", "LEVELS_MG", "Level", "NightDigest", "Review", "SensorDigest", "digest_of"]

DIGEST_VERSION = 1
"""Part of the key that a digest is kept by: raised when what is worked out changes."""


@dataclass(frozen=True, slots=True)
class SensorDigest:
    """A wearable's share of a night.

    Parameters
    ----------
    name, model, place, has_date, nominal_hz
        As in `Sensor`.
    side
        Side of the body that the place names; None where it names none.
    recorded_s, worn_s
        Time covered by samples, and the part of it in which it was worn, in s.
    measurable_s
        Part of that in which twitches could be measured, in s; None where it is not known.
    rest_s
        Why the rest could not, in s, longest first.
    sensitivity_mg
        Size, peak to peak, of twitches of which 90 % are found, the median over the measurable time, in mg; None where
        it is not known.
    levels
        Rates above fixed sizes, one for each of `LEVELS_MG`.
    per_hour, low, high
        Twitches found per measurable hour and their 95 % interval; None without such an hour.
    true_per_hour, true_low, true_high
        The same corrected by the labels; None unless all or a random sample of them are labelled.
    review
        How much is reviewed.
    turns_per_hour, longest_still_s
        Turns and other movements per worn hour, and the longest time without one, in s; None where nothing was worn.
    tremor_share, tremor_hz
        Part of the worn time with tremor, and its frequency, None without any.
    limb_series_per_hour
        Limb movements in series of the spacing of WASM 2016, by accelerometer, per worn hour.
    sudden_count
        Sudden limb movements.
    pulse_per_min
        Heart beats a minute, the median; None where none was followed.
    """

    name: str
    model: str
    place: str | None
    side: Side | None
    has_date: bool
    nominal_hz: float
    recorded_s: float
    worn_s: float
    measurable_s: float | None
    rest_s: Mapping[str, float]
    sensitivity_mg: float | None
    levels: tuple[Level, ...]
    per_hour: float | None
    low: float | None
    high: float | None
    true_per_hour: float | None
    true_low: float | None
    true_high: float | None
    review: Review
    turns_per_hour: float | None
    longest_still_s: float | None
    tremor_share: float | None
    tremor_hz: float | None
    limb_series_per_hour: float | None
    sudden_count: int
    pulse_per_min: float | None

    def level(self, amplitude_mg: float) -> Level:
        """Return what was counted from one of `LEVELS_MG` on."""
        return self.levels[LEVELS_MG.index(amplitude_mg)]


@dataclass(frozen=True, slots=True)
class NightDigest:
    """A night, small.

    Parameters
    ----------
    name
        Of its file, without the ending.
    night_id
        Another one for another night, whatever its file is called: the start of its first run, "" without one.
    start_ns, end_ns
        UTC of the first sample and of the one after the last, in ns; None without samples.
    timezone
        The wearer's, as IANA names it; None where it is not known.
    evening
        Date on which its evening was, ISO 8601, in the wearer's zone: a day lasts from noon to noon. None without
        samples or dates.
    version
        Version of fasciwatch that made the last part of it.
    settings
        Hashes of the detector's settings, each once.
    sensors
        The wearables.
    last_label
        Number of the last action of its reviewers; 0 without one.
    """

    name: str
    night_id: str
    start_ns: int | None
    end_ns: int | None
    timezone: str | None
    evening: str | None
    version: str
    settings: tuple[str, ...]
    sensors: tuple[SensorDigest, ...]
    last_label: int

    def to_json(self) -> str:
        """Write it as JSON, with its version."""
        return json.dumps({"digest": DIGEST_VERSION} | asdict(self), separators=(",", ":"), allow_nan=False)

    @classmethod
    def from_json(cls, words: str | bytes) -> Self:
        """Read what `to_json` wrote.

        Raises
        ------
        ValueError
            Where it is none, or of another version.
        """
        try:
            told = json.loads(words)
            if told.pop("digest") != DIGEST_VERSION:
                raise ValueError("this digest is of another version")
            told["settings"] = tuple(told["settings"])
            told["sensors"] = tuple(map(_sensor_of, told["sensors"]))
            return cls(**told)
        except (AttributeError, KeyError, TypeError, RecursionError) as error:
            raise ValueError("this is no digest of a night") from error


def _sensor_of(told: dict[str, Any]) -> SensorDigest:
    levels = tuple(Level(**(each | {"blocks": tuple(map(tuple, each["blocks"]))})) for each in told["levels"])
    if told["review"] not in get_args(Review) or len(levels) != len(LEVELS_MG):
        raise ValueError("this is no digest of a night")
    return SensorDigest(**(told | {"levels": levels}))


def digest_of(night: Told) -> NightDigest:
    """Sum a night up for those that look at many.

    Raises
    ------
    NightError
        Where it is damaged.
    """
    return digest(summarise(night), night.path.stem, max((each.number for each in night.actions()), default=0))


def digest(summary: NightSummary, name: str, last_label: int) -> NightDigest:
    """Take of a night's summary what those need that look at many."""
    zone = zone_of(summary.runs)
    return NightDigest(
        name=name,
        night_id=str(summary.runs[0].made_by.started_utc_ns) if summary.runs else "",
        start_ns=summary.start_ns,
        end_ns=summary.end_ns,
        timezone=None if zone is None else zone.key,
        evening=_evening(summary, zone),
        version=summary.version,
        settings=summary.settings_sha256,
        sensors=tuple(map(_digest_of_sensor, summary.sensors)),
        last_label=last_label,
    )


def _evening(summary: NightSummary, zone: tzinfo | None) -> str | None:
    if summary.start_ns is None or not any(sensor.has_date for sensor in summary.sensors):
        return None
    return evening(summary.start_ns, zone).isoformat()


def _digest_of_sensor(sensor: SensorSummary) -> SensorDigest:
    series = sensor.series
    found = None if series is None else series.twitches
    true, restless = sensor.corrected.rate, sensor.restlessness
    return SensorDigest(
        name=sensor.name,
        model=sensor.model,
        place=sensor.place,
        side=side_of(sensor.place),
        has_date=sensor.has_date,
        nominal_hz=sensor.nominal_hz,
        recorded_s=sensor.recorded_s,
        worn_s=sensor.worn_s,
        measurable_s=None if sensor.measurable is None else sensor.measurable.measurable_s,
        rest_s={} if sensor.measurable is None else sensor.measurable.rest_s,
        sensitivity_mg=None if sensor.sensitivity is None else sensor.sensitivity.amplitude_mg,
        levels=sensor.levels,
        per_hour=None if found is None else found.per_hour,
        low=None if found is None else found.low_per_hour,
        high=None if found is None else found.high_per_hour,
        true_per_hour=None if true is None else true.per_hour,
        true_low=None if true is None else true.low_per_hour,
        true_high=None if true is None else true.high_per_hour,
        review=sensor.corrected.review,
        turns_per_hour=None if restless is None else restless.turns.per_hour,
        longest_still_s=None if restless is None else restless.longest_still_s,
        tremor_share=None if sensor.tremor is None else sensor.tremor.share,
        tremor_hz=None if sensor.tremor is None else sensor.tremor.hz,
        limb_series_per_hour=None if series is None else _in_limb_series(series),
        sudden_count=sensor.sudden_count,
        pulse_per_min=None if series is None or series.pulse is None else series.pulse.beats_per_minute,
    )


def _in_limb_series(series: SensorSeries) -> float:
    return next((each.events.per_hour for each in series.indices if each.name == "periodic_limb_movements"), 0.0)
