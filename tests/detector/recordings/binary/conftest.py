"""What the tests of binary formats share: bytes that are opened under a name."""

from __future__ import annotations

import pytest

from detector.recordings import open_recording


@pytest.fixture
def put(tmp_path):
    """A function that opens bytes of a name."""

    def make(name, data, **wish):
        path = tmp_path / name
        path.write_bytes(data)
        return open_recording(path, **wish)

    return make
