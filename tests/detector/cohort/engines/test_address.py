"""Anybody's scheduler: reached with keys, or not at all unless that is said; where it goes, we go on later."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="the engines need dask: pip install '.[cluster]'")

from detector.cohort.engines import address
from detector.cohort.engines.security import Keys, for_scheduler, temporary_files
from detector.cohort.settings import Settings
from detector.errors import FasciwatchError

from .conftest import contents


@contextlib.contextmanager
def cluster(scheme: str, keys: Path | None = None) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A scheduler and a worker, as somebody would start them by dask's own commands; gives its address."""
    security = () if keys is None else _options(keys)
    place = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--dashboard-address", "127.0.0.1:0")
    scheduler = subprocess.Popen(
        [sys.executable, "-m", "distributed.cli.dask_scheduler", "--protocol", scheme, *place, *security],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    worker = None
    try:
        assert scheduler.stderr is not None
        lines = iter(scheduler.stderr.readline, "")
        where = next(line.split()[-1] for line in lines if "Scheduler at:" in line)
        worker = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_worker", where, "--nthreads", "1", *security],
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        yield where, scheduler
    finally:
        for process in filter(None, (worker, scheduler)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def _options(keys: Path) -> tuple[str, ...]:
    return (
        "--tls-ca-file",
        str(keys / "cert.pem"),
        "--tls-cert",
        str(keys / "cert.pem"),
        "--tls-key",
        str(keys / "key.pem"),
    )


def _keys(folder: Path) -> Keys:
    folder.mkdir()
    temporary_files(folder)
    return Keys(folder / "cert.pem", folder / "cert.pem", folder / "key.pem")


@pytest.mark.skipif(os.name != "posix", reason="Windows has no process groups to end")
def test_a_scheduler_with_keys_that_goes_is_told_of_and_the_next_one_goes_on(tasks, expected, tmp_path):
    keys = _keys(tmp_path / "keys")
    results = tmp_path / "results"
    with (
        cluster("tls", tmp_path / "keys") as (where, scheduler),
        closing(address.run(tasks, Settings(), results, address=where, keys=keys)) as outcomes,
    ):
        assert [next(outcomes).failure for _ in range(4)] == [None] * 4
        os.kill(scheduler.pid, signal.SIGKILL)
        with pytest.raises(FasciwatchError, match="the scheduler has gone; the same command goes on from here"):
            list(outcomes)
    with (
        cluster("tcp") as (where, _),
        closing(address.run(tasks[:12], Settings(), results, address=where, insecure=True)) as outcomes,
    ):
        assert [outcome.failure for outcome in outcomes] == [None] * 12
    assert contents(results).items() <= expected.items()
    assert [path.name for path in results.iterdir()] == ["results"]


def test_an_open_scheduler_has_to_be_asked_for(tasks, tmp_path):
    with pytest.raises(FasciwatchError, match="whoever reaches an open scheduler can run anything"):
        next(address.run(tasks, Settings(), tmp_path, address="tcp://127.0.0.1:9"))
    assert not list(tmp_path.iterdir())


def test_keys_that_are_missing_or_cannot_be_used_are_told_of(tmp_path):
    with pytest.raises(FasciwatchError, match="needs keys: --tls-ca"):
        for_scheduler("tls://head:8786", Keys(), insecure=False)
    with pytest.raises(FasciwatchError, match="is not there"):
        for_scheduler("tls://head:8786", Keys(ca=tmp_path / "none.pem"), insecure=False)
    (tmp_path / "words.pem").write_text("words")
    with pytest.raises(FasciwatchError, match="cannot be used"):
        for_scheduler("tls://head:8786", Keys(*[tmp_path / "words.pem"] * 3), insecure=False)
    with pytest.raises(FasciwatchError, match="takes no keys"):
        for_scheduler("tcp://head:8786", Keys(ca=tmp_path / "words.pem"), insecure=True)
    with pytest.raises(FasciwatchError, match="an address is tls://"):
        for_scheduler("ucx://head:8786", Keys(), insecure=False)


def test_a_name_without_a_scheme_is_never_reached_openly(tmp_path):
    with pytest.raises(FasciwatchError, match="needs keys"):
        for_scheduler("head:8786", Keys(), insecure=True)


def test_a_scheduler_that_is_not_there_is_told_of(tasks, tmp_path, monkeypatch):
    monkeypatch.setattr(address, "_PATIENCE_S", 1.0)
    with pytest.raises(FasciwatchError, match="does not answer"):
        next(address.run(tasks, Settings(), tmp_path, address="tcp://127.0.0.1:9", insecure=True))
    assert not list(tmp_path.iterdir())
