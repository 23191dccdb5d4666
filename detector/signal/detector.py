"""`Detector`, fed as samples come, and `detect`, for a recording in memory: the same events."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Protocol, get_args

import numpy as np
import numpy.typing as npt

from detector.events import Event, Kind
from detector.signal import kernel
from detector.signal.compiled import is_cached, recordarray
from detector.signal.confidence import Confidence, confidence, hear, is_settled, settled_index
from detector.signal.settings.config import DetectorConfig
from detector.signal.settings.parameters import make_params, make_state, thinning
from detector.signal.state import BEAT, CLIPPED, CLONUS, CUT, DETECTION, GLITCH, JERK, ROOM, SUDDEN

_KINDS: tuple[Kind, ...] = get_args(Kind)
_FLAGS = (
    (CLIPPED, "clipped"),
    (CUT, "cut"),
    (GLITCH, "glitch"),
    (JERK, "jerk"),
    (SUDDEN, "sudden"),
    (CLONUS, "clonus"),
)
_WORDS = tuple("|".join(word for bit, word in _FLAGS if marks & bit) for marks in range(64))
DELAY_S = 0.75
"""The longest time between an event's end and its being returned: half a second of quiet ends a limb movement, and the
filters answer a quarter of a second late. Twitches take 0.3 s; the pulse, reported by the stretch, longer."""
_ROOM = 4 * ROOM
_GOES_ON, _NO_SAMPLES = -1.0, np.empty((0, 3), np.float32)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Tells when a sample was taken."""

    def utc_ns(self, index: float) -> int:
        """UTC of the sample with this index (the samples pushed so far count from 0), in ns since 1970."""


class Detector:
    """Finds events in a stream of acceleration.

    The words are those of a stream resampler: push samples in, take what is final out, flush at the end.
    Any split of the same samples into pushes gives the same events and the same state, bit for bit.

    Parameters
    ----------
    rate_hz
        Rate the filters are designed for, 20 to 1000 Hz; live, the wearable's nominal rate.
    config
        Settings.
    sensor
        Name put into the events.
    clock
        Gives the events their times. Without it time is counted in samples and the gaps as stated.
    origin_ns
        UTC of the recording's first sample; with a clock, onsets are seconds from here.

    Raises
    ------
    ValueError
        Where the rate is out of range.

    Attributes
    ----------
    delay_s
        The longest time between an event's end and its being returned, in s.
    """

    def __init__(
        self,
        rate_hz: float,
        config: DetectorConfig | None = None,
        *,
        sensor: str = "",
        clock: Clock | None = None,
        origin_ns: int = 0,
    ) -> None:
        self.rate_hz = float(rate_hz)
        self.config = config or DetectorConfig()
        self.sensor = sensor
        self._clock = clock
        self._origin_ns = origin_ns
        self._params = make_params(self.rate_hz, self.config)
        self._out = recordarray(np.zeros(_ROOM, DETECTION))
        self._thinning = thinning(self.rate_hz)
        self.delay_s = DELAY_S
        self.reset()

    def reset(self) -> None:
        """Forget everything: as new."""
        self._state = make_state(self._params)
        self._beats: list[float] = []

    @property
    def state(self) -> npt.NDArray[np.void]:
        """All that the detector carries, one record of dtype `STATE`; copy and put back to continue later."""
        return self._state

    @state.setter
    def state(self, state: npt.NDArray[np.void]) -> None:
        self._state[:] = state

    def push(self, xyz: npt.NDArray[np.float32]) -> list[Event]:
        """Take samples in.

        Parameters
        ----------
        xyz
            Acceleration in g, gravity included, float32, shape ``(n, 3)``, any n including 0.

        Returns
        -------
        list of Event
            The events that are final by now.

        Raises
        ------
        TypeError
            Where `xyz` is not a float32 array.
        ValueError
            Where its shape is not ``(n, 3)``.
        """
        xyz = self._thin(_checked(xyz))
        events: list[Event] = []
        while True:
            consumed, found, done = kernel.run(xyz, self._state, self._params, _GOES_ON, self._out)
            events += self._events(found)
            if done:
                return events
            xyz = xyz[consumed:]

    def gap(self, seconds: float) -> list[Event]:
        """Samples are missing: finish what was open and restart the filters; the noise floor is kept.

        Parameters
        ----------
        seconds
            Length of the gap in s, at least 0.
        """
        if not (math.isfinite(seconds) and seconds >= 0):
            raise ValueError(f"a gap must last 0 s or longer, got {seconds}")
        events = self._finish(float(seconds))
        state = self._state[0]
        state["missing_s"] += seconds
        state["stretch_missing_s"][state["stretches"] - 1] = state["missing_s"]
        return events

    def flush(self) -> list[Event]:
        """Finish what is open; samples pushed later begin a new stretch."""
        return self._finish(0.0)

    def take_beats(self) -> list[float]:
        """Give the beats of the pulse found since the last call, in s from the recording's first sample.

        Returns
        -------
        list of float
            In the order of time. Each is told once it is certain, some 1.3 intervals after it came, and those a pulse
            is recognised by all at once.
        """
        beats, self._beats = self._beats, []
        return beats

    def _finish(self, seconds: float) -> list[Event]:
        events: list[Event] = []
        while True:
            _, found, done = kernel.run(_NO_SAMPLES, self._state, self._params, seconds, self._out)
            events += self._events(found)
            if done:
                return events

    @property
    def settled_s(self) -> float:
        """Up to when it is decided, in s from the first sample as `Event.onset_s` counts, clock and gaps included.

        Every event that ends before this has been returned; after `flush` and `gap` see `is_settled`.
        """
        if not self._state["index"][0]:
            return 0.0
        settled = settled_index(self._state)
        index, missing_s = self._pushed(settled, settled)
        return max(self._seconds(index, missing_s) - self.delay_s, 0.0)

    @property
    def is_settled(self) -> bool:
        """Whether nothing that was pushed can become an event any more."""
        return is_settled(self._state)

    @property
    def waiting(self) -> int:
        """How many of the samples pushed last it has not looked at yet: a heart beat is to be ruled out there first."""
        return int(self._state["index"][0] - self._state["sensed"][0]) * self._thinning

    def confidence(self, ago: int = 0) -> Confidence:
        """Say whether a twitch would be found at the last sample that does not wait, and how small a one.

        Parameters
        ----------
        ago
            So many samples before that one; only what the filters were settled at is known of earlier ones.
        """
        return confidence(self._state, self._params, ago // self._thinning)

    def _thin(self, xyz: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Average neighbours where the rate is higher than twitches need."""
        if self._thinning == 1:
            return xyz
        thinned = np.empty((len(xyz) // self._thinning + 1, 3), np.float32)
        return thinned[: kernel.thin(xyz, self._state, self._thinning, thinned)]

    def _events(self, found: int) -> list[Event]:
        if not found:
            return []
        is_beat = self._out["kind"][:found] == BEAT
        self._beats += self._beat_times(self._out["onset"][:found][is_beat])
        # Plain numbers: ten times as fast as records.
        return [self._event(*row) for row in self._out[:found][~is_beat].tolist()]

    def _beat_times(self, places: npt.NDArray[np.float64]) -> list[float]:
        """Seconds from the recording's first sample of places among the kernel's samples, many at once."""
        state = self._state[0]
        last = int(state["stretches"]) - 1
        if self._clock is not None or (len(places) and places[0] < state["stretch_from"][last]):
            return [self._seconds(*self._pushed(at, math.floor(at + 0.5))) for at in places.tolist()]
        index = places * self._thinning + (int(state["stretch_lost"][last]) + 0.5 * (self._thinning - 1))
        return (index / self.rate_hz + float(state["stretch_missing_s"][last])).tolist()  # type: ignore[no-any-return]

    def _event(
        self,
        onset: float,
        end: float,
        kind: int,
        marks: int,
        family: int,
        score: float,
        snr: float,
        peak_g: float,
        p2p_g: float,
        dominant_hz: float,
        direction: Iterable[float],
    ) -> Event:
        """Make an event of a record of dtype `DETECTION`."""
        x, y, z = map(float, direction)
        onset_s, onset_utc = self._time(onset, math.floor(onset + 0.5))
        index, missing_s = self._pushed(onset, math.floor(onset + 0.5))
        duration_s = (end - onset) * self._thinning / self.rate_hz
        end_index, missing_until_s = self._pushed(end, math.ceil(end) - 1)
        if missing_until_s > missing_s:  # it goes on over a gap
            duration_s = (end_index - index) / self.rate_hz + missing_until_s - missing_s
        return Event(
            onset_s,
            onset_utc,
            duration_s,
            _KINDS[kind],
            1e3 * peak_g,
            1e3 * p2p_g,
            10.0 * math.log10(snr),
            score,
            dominant_hz,
            x,
            y,
            z,
            family,
            self.sensor,
            _WORDS[marks],
        )

    def _pushed(self, place: float, sample: int) -> tuple[float, float]:
        """Turn a place among the kernel's samples into one among those pushed.

        Parameters
        ----------
        place
            Index, fractions lie between samples.
        sample
            Index of the sample it belongs to: no place is moved over a gap.

        Returns
        -------
        index, missing_s : float, float
            Its index, the samples pushed so far counting from 0, and the length of all gaps before it.
        """
        state = self._state[0]
        starts = state["stretch_from"]
        k = int(state["stretches"]) - 1
        while k > 0 and starts[k] > sample:  # nearly always the latest stretch
            k -= 1
        lost = int(state["stretch_lost"][k])
        index = place * self._thinning + lost + 0.5 * (self._thinning - 1)
        return max(index, float(starts[k]) * self._thinning + lost), float(state["stretch_missing_s"][k])

    def _time(self, place: float, sample: int) -> tuple[float, str]:
        """Seconds from the recording's first sample, and the date, of a place among the kernel's samples.

        See `_pushed`.
        """
        index, missing_s = self._pushed(place, sample)
        if self._clock is None:
            return index / self.rate_hz + missing_s, ""
        utc_ns = self._clock.utc_ns(index)
        return (utc_ns - self._origin_ns) / 1e9, iso_utc(utc_ns)

    def _seconds(self, index: float, missing_s: float) -> float:
        """Seconds from the recording's first sample of what `_pushed` gives: a date takes longer to write."""
        if self._clock is None:
            return index / self.rate_hz + missing_s
        return (self._clock.utc_ns(index) - self._origin_ns) / 1e9


def detect(xyz: npt.NDArray[np.float32], rate_hz: float, config: DetectorConfig | None = None) -> list[Event]:
    """Find the events of a whole recording without gaps.

    Parameters
    ----------
    xyz
        Acceleration in g, gravity included, float32, shape ``(n, 3)``.
    rate_hz
        Sampling rate in Hz, 20 to 1000.
    config
        Settings.

    Returns
    -------
    list of Event
        The same events, in order of their ends, as a `Detector` gives for any split of the same samples.
    """
    detector = Detector(rate_hz, config)
    return detector.push(xyz) + detector.flush()


def warm_up() -> None:
    """Compile the kernels, or load them from the cache, so that the first samples need not wait.

    Takes a second or so; run it in a thread while the radio connects.
    """
    detector = Detector(100.0)
    detector.push(np.zeros((1, 3), np.float32))
    detector.confidence()


def is_compiled() -> bool:
    """Whether `warm_up` only loads the kernels: else it compiles them, and holds the memory that takes."""
    return is_cached(kernel.run) and is_cached(hear)


def iso_utc(utc_ns: int) -> str:
    """ISO 8601 with microseconds, of nanoseconds since 1970-01-01 UTC."""
    return (_EPOCH + timedelta(microseconds=utc_ns // 1000)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _checked(xyz: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    if not isinstance(xyz, np.ndarray) or xyz.dtype != np.float32:
        raise TypeError(f"samples must be a float32 array in g, got {getattr(xyz, 'dtype', type(xyz).__name__)}")
    if xyz.ndim != 2 or xyz.shape[1] != 3:  # noqa: PLR2004 - two dimensions, three axes
        raise ValueError(f"samples must have the shape (n, 3), got {xyz.shape}")
    flags = xyz.flags
    if not (flags.c_contiguous and flags.writeable):  # another memory layout would be compiled as another kernel
        return np.array(xyz, order="C")
    return xyz
