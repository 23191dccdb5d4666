"""A run of an engine as a program of its own, to be interrupted and killed: prints the key of each night it is told of.

python program.py ENGINE NIGHTS RESULTS KEYWORDS_AS_JSON
"""

from __future__ import annotations

import importlib
import json
import sys
from contextlib import closing
from pathlib import Path

from detector.cohort.settings import Settings
from detector.cohort.task import Task


def main() -> None:
    engine, nights, results, keywords = sys.argv[1:]
    tasks = [Task(path, path.stem, path.name) for path in sorted(Path(nights).iterdir())]
    run = importlib.import_module(f"detector.cohort.engines.{engine}").run
    with closing(run(tasks, Settings(), Path(results), **json.loads(keywords))) as outcomes:
        for outcome in outcomes:
            sys.stdout.write(f"{outcome.task.key}{'' if outcome.failure is None else f' failed: {outcome.failure}'}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
