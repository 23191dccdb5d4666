"""What a view of events needs of a night: worked out once, and kept as long as the night's events are the same."""

from __future__ import annotations

import threading
import zlib
from collections import OrderedDict
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from detector.errors import AnotherNightError
from detector.events import KINDS, Event
from detector.review.judging.alike import features, ranks
from detector.review.labels import Judged, Place, fold, place_of
from detector.review.opened import open_whole
from detector.review.serving.memory import give_back
from detector.summary.snippets import Packed, Snippets, cut

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.night import Night

MOST_EVENTS = 20_000
"""More than that are no night's twitches, and would not fit into a browser's memory three times."""
_KEPT_BYTES = 4_000_000
"""What nights that were looked at before may take beside the one at hand: another of 700 events has room."""
FLAGS = ("clipped", "cut", "glitch", "jerk", "coincident")
LABELS = ("yes", "no", "unsure")
_OTHER = 1 + len(LABELS)
_MEASURES = ("duration_s", "p2p_mg", "peak_mg", "snr_db", "score", "dominant_hz")


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """A night's events, and what they look like.

    Parameters
    ----------
    version
        Names these very events of this night: another one where there is one more, or one less.
    began_ns
        When the night's first run began, UTC in ns: another night if it is not the same; None without a run.
    timezone
        Of the wearer, where known.
    sensors
        Name and place of each wearable, and whether its times are dates.
    placed
        Onset (UTC in ns) and event, in the order of time.
    packed, looks, ranks, chain
        Of each event; `ranks` within its family, `chain` among all.
    """

    version: str
    began_ns: int | None
    timezone: str | None
    sensors: tuple[tuple[str, str | None, bool], ...]
    placed: list[tuple[int, Event]]
    packed: Packed
    looks: npt.NDArray[np.int8]
    ranks: npt.NDArray[np.int32]
    chain: npt.NDArray[np.int32]

    def place(self, index: int) -> Place:
        """Return the place of an event."""
        return place_of(*self.placed[index])

    @property
    def places(self) -> list[Place]:
        """The places of the events, in their order."""
        return [place_of(*placed) for placed in self.placed]

    @property
    def size(self) -> int:
        """How many bytes it holds, nearly."""
        return self.packed.nbytes + self.looks.nbytes + 600 * len(self.placed)


class Loader:
    """Loads nights, one at a time, and keeps the last ones."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Path, str], Loaded] = OrderedDict()
        self._working = threading.Lock()
        self._changing = threading.Lock()

    def load(self, path: Path) -> tuple[Loaded, Judged]:
        """Return a night's events, and what holds of all that was said of them.

        Raises
        ------
        NightError
            Where the night is missing, damaged or locked.
        """
        with open_whole(path) as night, self._working:  # who asks meanwhile waits, and finds it worked out
            key = path, version_of(night)
            with self._changing:
                loaded = self._kept.pop(key, None)
                if loaded is None:
                    self._make_room(path)
            if loaded is None:
                loaded = _load(path, night, key[1])
                give_back()
            with self._changing:
                self._kept[key] = loaded
            return loaded, fold(night.actions(), loaded.places)

    def _make_room(self, path: Path) -> None:
        """Forget what this night was before, and the nights that were asked for longest ago, until there is room."""
        for key in [key for key in self._kept if key[0] == path]:
            del self._kept[key]
        while sum(each.size for each in self._kept.values()) > _KEPT_BYTES:
            self._kept.popitem(last=False)

    def kept(self, path: Path, version: str | None) -> Loaded:
        """Return a night's events as they were when a page asked for them, without looking into the night again.

        Who writes says when that night began (`detector.review.labels.append`): if another lies there by now, it is
        refused.

        Parameters
        ----------
        path
            The night.
        version
            As the page was told; None for whichever the night has.

        Raises
        ------
        NightError
            As of `load`; and where the night has other events by now, and those of the page are forgotten: what the
            page takes for the fifth may be the fourth.
        """
        with self._changing:
            found = self._kept.get((path, version)) if version is not None else None
        if found is None:
            found = self.load(path)[0]
            if version is not None and found.version != version:
                raise AnotherNightError(f"the night {path.stem} has changed since: load this page again")
        return found


def version_of(night: Night) -> str:
    """Name what is another wherever events or samples are: labels change the file, and not this."""
    run = next(iter(night.runs), None)
    began = "none" if run is None else run.made_by.started_utc_ns
    facts = repr((night.end_ns, night.fingerprint_of_events())).encode("utf-8", "surrogatepass")
    return f"{began}-{zlib.crc32(facts):08x}"


def _load(path: Path, night: Night, version: str) -> Loaded:
    placed = night.placed_events()[:MOST_EVENTS]
    runs = night.runs
    snippets = cut(path, placed)
    looks = features(snippets)
    packed = Packed.of(snippets)
    del snippets
    return Loaded(
        version,
        runs[0].made_by.started_utc_ns if runs else None,
        runs[0].made_by.timezone if runs else None,
        tuple((sensor.name, sensor.place, sensor.has_date) for sensor in night.sensors),
        placed,
        packed,
        looks,
        ranks(looks, [event.family for _, event in placed]),
        ranks(looks, [0] * len(placed)),
    )


def columns(loaded: Loaded, judged: Judged) -> dict[str, npt.NDArray[np.generic]]:
    """Return what is measured and said of each event, one array a column.

    Returns
    -------
    dict
        ``onset`` in ms UTC; measures as of `Event`; ``kind``, ``sensor`` and ``label`` as numbers (0 for no label,
        then those of `LABELS`, then kinds); ``flags`` as bits in the order of `FLAGS`; ``family`` as reviewers have it.
    """
    events = [event for _, event in loaded.placed]
    names = [name for name, _, _ in loaded.sensors]
    label, explicit, family = said_of(loaded, judged)
    measures = {
        name.partition("_")[0]: np.array([getattr(event, name) for event in events], np.float32) for name in _MEASURES
    }
    return measures | {
        "onset": np.array([onset_ns / 1e6 for onset_ns, _ in loaded.placed], np.float64),
        "kind": np.array([KINDS.index(event.kind) for event in events], np.uint8),
        "sensor": np.array([names.index(event.sensor) for event in events], np.uint8),
        "flags": np.array([_bits(event.flags) for event in events], np.uint8),
        "label": label,
        "explicit": explicit,
        "family": family,
    }


def said_of(
    loaded: Loaded, judged: Judged
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8], npt.NDArray[np.int32]]:
    """Return the label of each event as a number, whether it is explicit, and the family."""
    label = np.zeros(len(loaded.placed), np.uint8)
    explicit = np.zeros(len(loaded.placed), np.uint8)
    family = np.array([event.family for _, event in loaded.placed], np.int32)
    for index, place in enumerate(loaded.places if judged.log else ()):
        said = judged.of(place)
        if said is not None:
            label[index] = 1 + LABELS.index(said.label) if said.label in LABELS else _OTHER + KINDS.index(said.label)
            explicit[index] = said.explicit
        given = judged.family_of(place)
        if given is not None:
            family[index] = given
    return label, explicit, family


def _bits(flags: str) -> int:
    words = flags.split("|")
    return sum(1 << place for place, flag in enumerate(FLAGS) if flag in words)


def joined(parts: list[dict[str, npt.NDArray[np.generic]]]) -> dict[str, npt.NDArray[np.generic]]:
    """Join the columns of several nights, and say of each event which night it is of and its place there."""
    every = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    sizes = [len(part["onset"]) for part in parts]
    every["night"] = np.repeat(np.arange(len(parts), dtype=np.uint16), sizes)
    every["index"] = np.concatenate([np.arange(size, dtype=np.int32) for size in sizes])
    return every


def snippet_columns(loaded: list[Loaded]) -> dict[str, npt.NDArray[np.generic]]:
    """Return the snippets and what they look like as arrays, of several nights one after the other."""
    snippets = Snippets.joined([each.packed.unpacked() for each in loaded])
    looks = loaded[0].looks if len(loaded) == 1 else np.concatenate([each.looks for each in loaded])
    return {
        **{field.name.partition("_")[0]: getattr(snippets, field.name) for field in fields(snippets)},
        "looks": looks,
        "rank": np.concatenate([each.ranks for each in loaded]),
        "chain": loaded[0].chain if len(loaded) == 1 else ranks(looks, [0] * len(looks)),
    }
