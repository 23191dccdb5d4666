"""A night that is never written tells, word for word, what its file would tell: signal, wear, temperature, battery."""

from __future__ import annotations

import pytest

from benchmarks.formats import made, made_by_libraries
from detector import replaying, watch
from detector.cohort.computing.memory import MemoryLog, MemoryNight
from detector.night import Night
from detector.signal import DetectorConfig


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.cwa", lambda: made.cwa(200, packed=True)),
        ("a.bin", lambda: made.geneactiv(70)),
        ("a.edf", lambda: made_by_libraries.edf(made.night(200 * 50, 256), celsius=33.5)),
    ],
)
def test_what_a_night_in_memory_tells(name, data, tmp_path):
    file = tmp_path / name
    file.write_bytes(data())
    config = DetectorConfig()
    _, path = replaying.replay(replaying.open_input(file, config, {}, as_made=False), tmp_path)
    opened = replaying.open_input(file, config, {}, as_made=False)
    log = MemoryLog()
    watch.replay(opened.sensors, opened.stream, opened.config, log)
    replaying.log_readings(opened, log)
    with Night(path) as night:
        held = MemoryNight(file, night.runs[0].made_by, log)
        assert (held.start_ns, held.end_ns, held.sensors) == (night.start_ns, night.end_ns, night.sensors)
        (sensor,) = (each.name for each in night.sensors)
        assert night.temperature()
        for word in ("gaps", "placed_events", "minutes", "measured", "battery", "temperature"):
            assert getattr(held, word)(sensor) == getattr(night, word)(sensor), word
