"""Promise: what a device notes is given out in the order of time, as a tuple of it would be, at its times in UTC."""

from __future__ import annotations

import pytest

from detector.recordings.binary.parts.told import Told
from detector.recordings.recording import Reading


def test_it_is_as_a_tuple():
    told = Told()
    assert (len(told), told.last_ns, list(told)) == (0, None, [])
    told.add([10, 20], [21.5, 22.0], [4.0, 3.9])
    told.add([30], [22.5], [3.8])
    assert told.last_ns == 30
    whole = tuple(told.shifted(5))
    assert whole[:2] == (Reading("celsius", 15, 21.5), Reading("volts", 15, 4.0))
    assert whole[-1] == told[-1] == Reading("volts", 35, 3.8)
    assert told[1:5:2] == whole[1:5:2]
    assert len(told) == len(whole) == 6
    with pytest.raises(IndexError):
        told[6]
