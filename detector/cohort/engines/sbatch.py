"""The options of a SLURM job, as its own command takes them."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

from detector.errors import FasciwatchError

_KNOWN = {
    "partition": ("--partition", "-p"),
    "account": ("--account", "-A"),
    "walltime": ("--time", "-t"),
    "memory": ("--mem",),
}
_OURS = (
    "--array",
    "-a",
    "--wrap",
    "--ntasks",
    "-n",
    "--cpus-per-task",
    "-c",
    "--job-name",
    "-J",
    "--output",
    "-o",
    "--error",
    "-e",
)
_WALLTIME = "01:00:00"
_MEMORY = "2G"
_SIZE = re.compile(r"(\d+(?:\.\d+)?)([KMGT]?)B?", re.IGNORECASE)
_UNITS = {"K": 2**10, "": 2**20, "M": 2**20, "G": 2**30, "T": 2**40}
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Sbatch:
    """What the jobs of a cohort ask SLURM for; each has one processor.

    Parameters
    ----------
    partition, account
        None for SLURM's own.
    walltime
        As SLURM writes it.
    memory
        In bytes; a worker that takes more is ended.
    more
        Other directives, each a line of a batch file.
    """

    partition: str | None = None
    account: str | None = None
    walltime: str = _WALLTIME
    memory: int = 2 * 2**30
    more: tuple[str, ...] = ()

    @property
    def walltime_s(self) -> int:
        """The walltime in seconds: SLURM knows ``minutes``, ``h:m:s``, ``days-hours`` and what lies between."""
        return _seconds(self.walltime)


def read(options: str) -> Sbatch:
    """Read options as ``sbatch`` takes them, such as ``--partition=night --time=04:00:00 --mem=2G --qos=short``.

    Raises
    ------
    FasciwatchError
        Where they are none, or are not the user's to say.
    """
    if any(ord(letter) < ord(" ") for letter in options):
        raise FasciwatchError("--slurm takes the options of sbatch on one line")
    try:
        words = shlex.split(options)
    except ValueError as error:
        raise FasciwatchError(f"--slurm {options}: {error}") from error
    stated: dict[str, str] = {}
    more: list[str] = []
    while words:
        name, value, text = _next(words)
        if name in _OURS:
            raise FasciwatchError(f"--slurm {name}: a cohort sets this itself, one processor a job; leave it out")
        known = next((word for word, names in _KNOWN.items() if name in names), None)
        if known is None:
            more.append(text)
        elif not value:
            raise FasciwatchError(f"--slurm {name} needs a value, as in {name}=…")
        else:
            stated[known] = value
    walltime = stated.get("walltime", _WALLTIME)
    _seconds(walltime)
    return Sbatch(
        stated.get("partition"), stated.get("account"), walltime, _bytes(stated.get("memory", _MEMORY)), tuple(more)
    )


def _next(words: list[str]) -> tuple[str, str, str]:
    """Take an option from the front: its name, its value, and both as they stand in a batch file."""
    word = words.pop(0)
    if not word.startswith("-") or word in ("-", "--"):
        raise FasciwatchError(f"--slurm {word}: an option of sbatch begins with a dash, as --partition=night does")
    if word.startswith("--"):
        name, equals, value = word.partition("=")
    else:
        name, value = word[:2], word[2:]
        equals = value
    if not equals and words and not words[0].startswith("-"):
        value = words.pop(0)
    glue = "=" if name.startswith("--") else " "
    return name, value, f"{name}{glue}{shlex.quote(value)}" if value else name


def _seconds(walltime: str) -> int:
    days, dash, rest = walltime.partition("-") if "-" in walltime else ("0", "", walltime)
    parts = rest.split(":")
    try:
        numbers = [int(part) for part in parts]
        whole = int(days) * 24 * _MINUTE * _MINUTE
    except ValueError:
        numbers, whole = [], 0
    if not 1 <= len(numbers) <= 3 or min([whole, *numbers]) < 0:  # noqa: PLR2004 - hours, minutes, seconds
        raise FasciwatchError(f"--slurm --time={walltime}: a time is HH:MM:SS, MM, or D-HH:MM:SS")
    if dash:  # days-hours, days-hours:minutes, …
        hours, minutes, seconds = (*numbers, 0, 0)[:3]
    elif len(numbers) == 3:  # noqa: PLR2004
        hours, minutes, seconds = numbers
    else:
        hours, minutes, seconds = 0, *(*numbers, 0)[:2]
    total = whole + (hours * _MINUTE + minutes) * _MINUTE + seconds
    if total < 2 * _MINUTE:
        raise FasciwatchError(f"--slurm --time={walltime}: a job needs two minutes at least")
    return total


def _bytes(memory: str) -> int:
    match = _SIZE.fullmatch(memory)
    if match is None:
        raise FasciwatchError(f"--slurm --mem={memory}: a size is a number with K, M, G or T, such as 2G")
    return int(float(match[1]) * _UNITS[match[2].upper()])
