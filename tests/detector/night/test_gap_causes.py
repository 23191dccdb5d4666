"""Promise: a night keeps every cause of a gap in its words, and one with words that this version does not know is read,
checked and told apart like any other."""

from __future__ import annotations

from enum import StrEnum

import pytest

from detector.night import Night
from detector.night.integrity.check import check
from detector.night.integrity.identity import digest
from firmware_bridge.gap_cause import GapCause
from firmware_bridge.samples import NS, Gap, Samples


class Later(StrEnum):
    """Causes of a version to come."""

    STOLEN = "carried off by the cat"


CAUSES = [*GapCause, Later.STOLEN, "out of range"]


@pytest.fixture
def night_of(open_log, feed, rest, path, start_ns):
    """Write a night with a gap of a second for each cause."""

    def write(causes):
        log = open_log()
        at_ns = start_ns
        for cause in causes:
            rows = feed(log, Samples(at_ns, 52.0, rest(104), "Sense"))
            log.gap(Gap(rows[-1].end_ns, rows[-1].end_ns + NS, cause, "Sense"))
            at_ns = rows[-1].end_ns + NS
        feed(log, Samples(at_ns, 52.0, rest(104), "Sense"))
        log.close()
        return path

    return write


def test_every_cause_is_read_back_as_its_words(night_of):
    with Night(night_of(CAUSES)) as night:
        read = [gap.cause for gap in night.gaps()]
    assert read == CAUSES
    assert {type(cause) for cause in read} == {str}


def test_its_checksum_is_that_of_its_words(night_of):
    report = check(night_of(CAUSES))
    assert report.is_sound, report


def test_what_tells_nights_apart_is_the_words(night_of, tmp_path):
    path = night_of(CAUSES)
    with Night(path) as night:
        enumerated = digest(night)
    path.rename(tmp_path / "first.night")
    with Night(night_of([str(cause) for cause in CAUSES])) as night:
        assert digest(night) == enumerated
