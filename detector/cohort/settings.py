"""What all nights of a cohort are computed with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from detector.signal import DetectorConfig
from detector.summary.digest import DIGEST_VERSION

FORM = 1
"""Of what is worked out and kept of a night: raised where that changes."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What all nights of a cohort are computed with.

    Parameters
    ----------
    config
        Settings of the detector.
    wishes
        How to read the files, where that was said: keywords of `detector.recordings.open_recording`. Nights take none.
    timezone
        Of times that name none, and of the people's evenings, as IANA names it.
    keep_nights
        Whether the night file is kept beside its result, for a look at its samples.
    """

    config: DetectorConfig = field(default_factory=DetectorConfig)
    wishes: Mapping[str, Any] = field(default_factory=dict)
    timezone: str = "UTC"
    keep_nights: bool = False

    @property
    def hash(self) -> str:
        """Twelve hexadecimal digits that differ where a result may; what is kept beside it changes none."""
        words = replace(self, keep_nights=False).to_json()
        return hashlib.sha256(f"{FORM} {DIGEST_VERSION} {words}".encode()).hexdigest()[:12]

    def to_json(self) -> str:
        """Write them as JSON, always in the same order."""
        return json.dumps(asdict(self) | {"wishes": dict(self.wishes)}, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, words: str) -> Self:
        """Read what `to_json` wrote."""
        told = json.loads(words)
        return cls(**(told | {"config": DetectorConfig(**told["config"])}))
