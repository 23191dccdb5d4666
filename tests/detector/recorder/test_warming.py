"""Promise: the detector is ready when the first samples are taken, and what compiles it for the first time is another
process, which takes the memory with it; what is compiled already is only loaded, and nothing that no kernel needs."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from detector.recorder.warming import _compile

CODE = """
import sys
from detector.recorder.warming import warm_up
from detector.signal import is_compiled
before = is_compiled()
warm_up(say=lambda words: print(words, file=sys.stderr))
from detector.signal import kernel
print(before, is_compiled(), sum(kernel.run.stats.cache_misses.values()), sum(kernel.run.stats.cache_hits.values()))
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """What two processes in a row say, of which the first finds nothing compiled."""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path_factory.mktemp("cache"))}
    command = [sys.executable, "-c", CODE]
    return [
        subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=900)
        for _ in range(2)
    ]


def test_the_first_time_another_process_compiles(runs):
    assert runs[0].stdout.split() == ["False", "True", "0", "1"]
    assert "once after an installation" in runs[0].stderr


def test_then_it_is_only_loaded(runs):
    assert runs[1].stdout.split() == ["True", "True", "0", "1"]
    assert runs[1].stderr == ""


def test_linear_algebra_is_not_loaded_and_stays_in_reach():
    code = """
import sys
from detector.recorder.warming import warm_up
warm_up()
print("scipy.linalg" in sys.modules)
import scipy.linalg
warm_up()
print("scipy.linalg" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=900)
    assert done.stdout.split() == ["False", "True"]


def test_what_is_given_up_is_waited_for_no_more(tmp_path):
    """A person who has no Bluetooth is told so at once, and not when all is compiled."""
    code = """
import threading, time
from detector.recorder.warming import warm_up
from detector.signal import is_compiled
given_up = threading.Event()
threading.Timer(1.0, given_up.set).start()
warm_up(given_up)
print(is_compiled())
"""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True, timeout=900
    )
    assert done.stdout == "False\n"


def test_where_no_other_process_can_be_started_it_goes_on(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/at/all")
    _compile(threading.Event())  # to load it compiles it then
