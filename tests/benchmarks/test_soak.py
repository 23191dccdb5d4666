"""Promise: through a night of random faults of every kind, over three wearables at once, every sample either came once
or lies in a gap with a cause; nothing is left running."""

from benchmarks.soak.command import soak_night


def test_twenty_minutes_with_eight_faults():
    outcome = soak_night(1 / 3, 8, seed=1)
    assert len(outcome.faults) == 8
    for one in outcome.listenings:
        assert one.ledger.faults == []
        assert one.ledger.delivered > 30_000
