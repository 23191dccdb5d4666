"""Promise: a time stamp is read exactly, however it is written, in any spelling."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.recordings.text.clocks.numbers import NumberStamps
from detector.recordings.text.dates.cells import Reading, read
from detector.recordings.timing.utc import MISSING, to_utc

ZONES = st.sampled_from([None, UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-3))])


def ns_of(moment: datetime) -> int:
    since = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 10**9 + since.microseconds * 1000


@settings(max_examples=150, deadline=None)
@given(
    moments=st.lists(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)), min_size=1, max_size=8),  # noqa: DTZ001 - zones follow
    zone=ZONES,
    blank=st.booleans(),
    compact=st.booleans(),
    ends=st.sampled_from(["Z", "z", ""]),
)
def test_iso(moments, zone, blank, compact, ends):
    texts = []
    for moment in moments:
        text = moment.replace(tzinfo=zone).isoformat(" " if blank else "T")
        if zone is UTC and ends:
            text = text.removesuffix("+00:00") + ends
        elif zone and compact:
            text = text[:-3] + text[-2:]
        texts.append(text.encode())
    expected = [ns_of(moment.replace(tzinfo=zone)) for moment in moments]
    assert read(np.array(texts, "S96"), Reading()).tolist() == expected


def test_iso_with_nanoseconds_mixed_zones_and_rubbish():
    texts = [
        b"2024-01-31T23:00:00.123456789",
        b"2024-01-31T23:00:00,5+01",
        b"2024-01-31 23:00",
        b"2024-02-31T23:00:00",
        b"",
        b"?",
    ]
    start = ns_of(datetime(2024, 1, 31, 23, tzinfo=UTC))
    expected = [start + 123_456_789, start - 3600 * 10**9 + 500_000_000, start, MISSING, MISSING, MISSING]
    assert read(np.array(texts, "S96"), Reading()).tolist() == expected
    assert read(np.array(texts[:1], "S96"), Reading()).tolist() == expected[:1]


def test_whole_numbers_never_pass_through_floating_point():
    values = np.array([704201974831254117, 704201974831254119, MISSING])
    assert NumberStamps(1, is_date=False).to_ns(values).tolist() == values.tolist()
    assert NumberStamps(10**9, is_date=False).to_ns(values).tolist() == [MISSING] * 3


def test_decimals_are_read_to_their_own_precision():
    values = np.array([1452855600.013, 0.010078907, np.nan, np.inf, 1e30])
    got = NumberStamps(10**9, is_date=False, kind="decimal").to_ns(values)
    assert abs(int(got[0]) - 1452855600_013_000_000) < 240
    assert got[1] == 10_078_907
    assert got[2:].tolist() == [MISSING] * 3


def test_every_zone_is_applied_at_its_own_time():
    local = np.array([ns_of(datetime(2024, month, 1, 12, tzinfo=UTC)) for month in (1, 7)])
    assert ((local - to_utc(local, "Europe/Berlin")) // 10**9).tolist() == [3600, 7200]
    assert ((local - to_utc(local, "Asia/Kathmandu")) // 10**9).tolist() == [20_700, 20_700]
