"""The options of sbatch: ours are read, the user's own go through, and none can begin a line of its own."""

from __future__ import annotations

import pytest

from detector.cohort.engines.sbatch import Sbatch, read
from detector.errors import FasciwatchError


def test_options_are_read_as_sbatch_reads_them():
    assert read("") == Sbatch()
    told = read("-p night --account=lab -t 1-02:00 --mem=1.5G --qos=short --constraint='a&b' --exclusive -C fast")
    assert told == Sbatch(
        "night",
        "lab",
        "1-02:00",
        3 * 2**29,
        ("--qos=short", "--constraint='a&b'", "--exclusive", "-C fast"),
    )
    assert read("-pnight").partition == "night"


@pytest.mark.parametrize(
    ("walltime", "seconds"),
    [("30", 1800), ("30:30", 1830), ("2:00:00", 7200), ("1-0", 86400), ("1-2:30", 95400), ("0-0:02:01", 121)],
)
def test_times_are_those_of_slurm(walltime, seconds):
    assert read(f"--time={walltime}").walltime_s == seconds


@pytest.mark.parametrize(
    "options",
    [
        "night",
        "--time=soon",
        "--time=1:2:3:4",
        "--time=-5",
        "--time=1",
        "--mem=much",
        "--mem=-1G",
        "--array=1-10",
        "--partition",
        "-n 4",
        "--comment='open",
        "--comment=a\n#SBATCH --wrap=b",
        "--",
    ],
)
def test_what_is_none_is_refused(options):
    with pytest.raises(FasciwatchError, match="--slurm"):
        read(options)
