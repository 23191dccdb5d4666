"""The command line: words to calls, and nothing else.

The modules of the commands import what they need when they run, so that ``--help`` answers at once.
"""

from __future__ import annotations

import errno
from typing import Any

import click

from detector.cli.check import check
from detector.cli.demo import demo
from detector.cli.doctor import doctor
from detector.cli.events import events
from detector.cli.keep import backup, delete, place, thin
from detector.cli.live import scan, wearables
from detector.cli.record import record
from detector.cli.replay import replay
from detector.cli.review import review
from detector.cli.service import service
from detector.cli.terminal.streams import mend_streams
from detector.cli.terminal.unlock import ask_where_needed
from detector.errors import FasciwatchError
from firmware_bridge.errors import BridgeError
from firmware_bridge.foreign_text import line


class _Group(click.Group):
    """Shows what a user can mend as one sentence, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        mend_streams()
        ask_where_needed()
        try:
            return super().invoke(ctx)
        except (FasciwatchError, BridgeError) as error:
            raise click.ClickException(line(str(error))) from error
        except OSError as error:
            # What cannot be read or written by name is told of where it happens; this is a result on stdout.
            if error.errno != errno.ENOSPC or error.filename is not None:
                raise
            raise click.ClickException(f"the result cannot be written ({error.strerror}): free some space") from error


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="fasciwatch")
def main() -> None:
    """Watch a sleeping person's muscles with a Bluetooth accelerometer.

    fasciwatch records a wearable through the night, flags twitches as they happen and keeps everything for review.
    It is not a medical device: it measures movement of the skin and names no disease.

    Start with "fasciwatch demo", which needs no hardware.
    """


for _command in (
    demo,
    scan,
    wearables,
    doctor,
    record,
    replay,
    review,
    events,
    check,
    backup,
    delete,
    thin,
    place,
    service,
):
    main.add_command(_command)
