"""Parts that the tests of the night share: a ring of no passphrase yet."""

from __future__ import annotations

import pytest

from detector.night import keys


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> keys.KeyRing:
    """No passphrase of another test, or of this computer."""
    fresh = keys.KeyRing()
    for module in ("unlocking", "integrity.check", "integrity.salvage", "reader", "writing.file"):
        monkeypatch.setattr(f"detector.night.{module}.RING", fresh)
    return fresh
