"""What two sensors see at once shook the body or the bed, and is not a twitch under either of them.

**The rule** (`coincides`). A ``twitch`` or ``train`` of one sensor is told as a ``movement`` with the flag
``coincident`` where another sensor has an event whose onset lies within `TOLERANCE_S` of its own, once the offset of
their clocks is taken out. The other event may be anything that begins with a jerk: a twitch, a train, a tap, a limb
movement, a movement, or a short tremor, as a bed that rings down is told; not the pulse, whose stretches begin when
they are recognised. Both must be whole (not ``cut``) and last at most `LONGEST_S`.

**The clocks** (`offset`). A wearable's times may be off by what its radio takes, 100 ms and more where it has no clock
of its own. Of each two sensors the differences between the onsets of what both saw are kept, and where they crowd, the
clocks' offset is: up to 0.2 s, followed as it drifts. Until three events or more have been seen by both, the clocks
are taken to agree. So where they do not, the first shocks of a night, three to eight of them, may stay twitches; and
what was told is not told otherwise later. The estimate is made of the past alone, so a replay makes the same.

**The tolerance.** A jerk takes up to some 30 ms through a body or a mattress, and each detector errs in the onset, more
where the jerk arrives weakly. Simulated shocks of 2.5-10 Hz that reach the second sensor 0-12 dB weaker and 0-30 ms
later come out 19-29 ms apart in the median, and 97-99 % of them within 0.1 s
(``python -m pytest tests/detector/coincidence/test_tolerance.py -rP``).

**What it costs.** Two independent sensors with rates a and b meet by chance ``2 * TOLERANCE_S * a * b`` times an hour
(`expected_by_chance`), whatever the offset: with 60 twitches an hour under each, 0.2 times an hour, so one twitch in
300 is lost under each. In a burst of 10 a minute under both it is one in 30.

**What it cannot tell.** Two sensors on one muscle, or so close that both feel the same twitch, take each other's
twitches for movements: wear them apart. A jerk that only one of them feels stays what it was, and so does one that
begins a long movement of the other limb. Limb movements stay limb movements: both legs moving at once is a movement of
the legs. Sensors without a date have no common clock and are not compared. Clocks that differ by more than 0.2 s are
not brought together.
"""

from detector.coincidence.rule import (
    FLAG,
    LONGEST_S,
    TOLERANCE_S,
    as_movement,
    coincides,
    expected_by_chance,
)
from detector.coincidence.stage import LATEST_S, ORDER_S, SILENT_S, Coincidence
from detector.coincidence.whole import coincidence

__all__ = [
    "FLAG",
    "LATEST_S",
    "LONGEST_S",
    "ORDER_S",
    "SILENT_S",
    "TOLERANCE_S",
    "Coincidence",
    "as_movement",
    "coincidence",
    "coincides",
    "expected_by_chance",
]
