"""Promise: every rival is run as its makers mean it: it finds clear twitches in noise, at any rate, and few else."""

import warnings

import numpy as np
import pytest

from benchmarks.detection.experiments.ours import near
from benchmarks.detection.material.nights import isolated
from benchmarks.rivals import RIVALS, Rival, installed


@pytest.mark.parametrize("rival", RIVALS, ids=lambda rival: rival.name)
@pytest.mark.parametrize("rate_hz", [50.0, 100.0])
def test_clear_twitches_are_found(rival, rate_hz):
    if rival.missing:
        pytest.skip(f"{' and '.join(rival.missing)} not installed (pip install 'fasciwatch[bench]')")
    night = isolated(100, rate_hz, 100.0, (40.0, 60.0), 3, held_out=False).night
    truth_s = np.array([event.onset_s for event in night.truth])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what other packages warn of is not ours

        def quality(found_s):
            return near(truth_s, found_s).sum() - len(found_s)

        threshold = rival.best_threshold(night.xyz, rate_hz, quality)
        found_s = rival.run(night.xyz, rate_hz, threshold)
    # Onsets of peaks come late, so that some of the slowest fall out of the tolerance.
    assert near(truth_s, found_s).mean() > 0.6
    assert len(found_s) < 2 * len(truth_s)


def test_what_is_absent_is_said():
    ghost = Rival("ghost", ("no_such_package",), *[lambda *_: None] * 2, (1.0,))
    assert ghost.missing == ["no_such_package"]
    here, reasons = installed()
    assert len(here) + len(reasons) == len(RIVALS)
