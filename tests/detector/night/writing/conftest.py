from __future__ import annotations

import pytest

from firmware_bridge.samples import Samples


@pytest.fixture
def night(open_log, feed, rest, path, start_ns):
    """A night that has been recorded."""
    log = open_log()
    feed(log, Samples(start_ns, 52.0, rest(52 * 5), "Sense"))
    log.close()
    return path
