"""The command line: words to calls, and nothing else.

The modules of the commands import what they need when they run, so that ``--help`` answers at once.
"""

from __future__ import annotations

import errno
import sys
from typing import Any

import click

from detector.cli.keeping.check import check
from detector.cli.keeping.keep import backup, delete, place, thin
from detector.cli.look.compare import compare
from detector.cli.look.diary import diary
from detector.cli.look.events import events
from detector.cli.look.nights import nights
from detector.cli.look.report import report
from detector.cli.look.review import review
from detector.cli.look.trend import trend
from detector.cli.research.cohort import cohort
from detector.cli.research.export import export
from detector.cli.research.replay import replay
from detector.cli.research.score import score
from detector.cli.terminal.output import show
from detector.cli.terminal.start import how_it_stands, write_groups
from detector.cli.terminal.streams import mend_streams
from detector.cli.terminal.unlock import ask_where_needed
from detector.cli.tonight.demo import demo
from detector.cli.tonight.doctor import doctor
from detector.cli.tonight.live import scan, wearables
from detector.cli.tonight.record import record
from detector.cli.tonight.service import service
from detector.errors import FasciwatchError
from detector.version import __version__
from firmware_bridge.errors import BridgeError
from firmware_bridge.foreign_text import line

_WIDEST = 110
"""Characters of a line of help at the most; the terminal may be narrower."""


class _Group(click.Group):
    """Shows what a user can mend as one sentence, without a traceback, and its commands by what they are for."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        write_groups(self, ctx, formatter)

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


@click.group(
    cls=_Group,
    context_settings={"help_option_names": ["-h", "--help"]},
    invoke_without_command=True,
    no_args_is_help=False,
)
@click.version_option(__version__)
@click.pass_context
def main(ctx: click.Context) -> None:
    """Watch a sleeping person's muscles with a Bluetooth accelerometer.

    fasciwatch records a wearable through the night, flags twitches as they happen and keeps everything for review.
    It is not a medical device: it measures movement of the skin and names no disease.

    Start with "fasciwatch demo", which needs no hardware.
    """
    if ctx.invoked_subcommand is not None:
        return
    if sys.stdout.isatty():
        formatter = ctx.make_formatter()
        write_groups(main, ctx, formatter)
        show(*how_it_stands(), "", *formatter.getvalue().splitlines(), "", "fasciwatch COMMAND --help says more.")
    else:  # a program gets all that there is to know
        show(*ctx.get_help().splitlines())


for _command in (
    demo,
    scan,
    wearables,
    doctor,
    record,
    replay,
    nights,
    review,
    report,
    trend,
    compare,
    events,
    diary,
    export,
    score,
    cohort,
    check,
    backup,
    delete,
    thin,
    place,
    service,
):
    main.add_command(_command)
