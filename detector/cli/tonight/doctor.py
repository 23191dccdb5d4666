"""``fasciwatch doctor``: whether a night can be recorded on this computer, and what to do where it cannot."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from detector.cli.terminal.options.shared import json_option, library_option
from detector.cli.terminal.output import print_json, say, show


@click.command()
@json_option
@library_option
def doctor(as_json: bool, library: Path | None) -> None:  # noqa: FBT001 - click hands options on by position
    """Check that a night can be recorded on this computer.

    Exits with 0 where all is well, else with the number of the first check that failed: 10 Bluetooth, 11 the folder
    of nights, 12 the disk, 13 sleep, 14 SQLite, 15 the compiler's cache, 16 the clock, 17 profiles of wearables.
    Whether desktop notifications can be shown is only told: a night needs none.
    """
    from detector.recorder.examination import examine

    findings = examine(library, say)
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            show(f"{'ok' if finding.is_well else 'NO':3} {finding.check}: {finding.words}")
            if finding.remedy:
                show(f"    {finding.remedy}")
    first = next((finding for finding in findings if not finding.is_well), None)
    if first is not None:
        sys.exit(first.exit_code)
