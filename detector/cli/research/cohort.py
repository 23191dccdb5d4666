"""``fasciwatch cohort``: many nights of many people, each computed once, and put together into tables and sheets."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from detector.cli.terminal.options.reading import reading_options, wishes_of
from detector.cli.terminal.options.shared import false_alarms_option, json_option, make_config
from detector.cli.terminal.output import print_json, say, show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from detector.cohort.engines.outcome import Outcome
    from detector.cohort.finding.subjects import Cohort
    from detector.cohort.gathering import Gathered
    from detector.cohort.settings import Settings
    from detector.cohort.task import Task

    Engine = Callable[[Sequence[Task]], Iterator[Outcome]]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NAMED = 5
"""Failures that are told one by one."""
_INTERRUPTED = 130


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option(
    "-o",
    "--output",
    "results",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the results. The same command goes on where it was.",
)
@click.option("--subjects", type=_FILE, help="Whose they are: CSV, or participants.tsv of BIDS.")
@click.option("--group", default="group", show_default=True, help="Column of that table that tells a person's group.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Nights at a time.")
@click.option("--memory", help="What each job may take of the memory, as 2GB.")
@click.option("--shard", help="This part only, as 1/4 to 4/4: for jobs of any batch system.")
@click.option("--scheduler", metavar="ADDRESS", help="On the workers of this scheduler of dask's, as tls://head:8786.")
@click.option("--tls-ca", type=_FILE, help="Certificate that those of the scheduler and of us are signed with.")
@click.option("--tls-cert", type=_FILE, help="Our certificate for it.")
@click.option("--tls-key", type=_FILE, help="Its key, where that is in a file of its own.")
@click.option("--insecure", is_flag=True, help="Reach the scheduler without keys: anybody there may then run anything.")
@click.option("--slurm", metavar="OPTIONS", help="In jobs of SLURM with these options of sbatch; --jobs says how many.")
@click.option("--interface", help="Network that SLURM's jobs reach this computer by, as ib0.")
@click.option("--dashboard", is_flag=True, help="Show dask's own page, to this computer only.")
@click.option("--keep-nights", is_flag=True, help="Keep the night of each recording beside its result.")
@reading_options
@false_alarms_option
@json_option
@click.pass_context
def cohort(
    ctx: click.Context,
    /,
    paths: tuple[str, ...],
    results: Path,
    subjects: Path | None,
    group: str,
    shard: str | None,
    keep_nights: bool,  # noqa: FBT001 - click hands options on by position
    false_alarms_per_hour: float,
    as_json: bool,  # noqa: FBT001 - as above
    **others: Any,
) -> None:
    """Compute many recordings once each, and put them together: tables, a sheet a person, and one of quality.

    A PATH is a recording, a folder, a pattern such as 'data/*/*.cwa', or a CSV table with a column path. A night counts
    where twitches could be measured for three hours and more. What fails is named in failures.csv; the others go on.
    """
    from detector.cohort.engines.libraries import ONE_THREAD

    if "numpy" not in sys.modules:  # each night has one processor: threads would only wait for each other
        for name, count in ONE_THREAD.items():
            os.environ.setdefault(name, count)
    from detector.cohort.finding.files import find
    from detector.cohort.finding.subjects import of_people
    from detector.cohort.gathering import begin, see_that_it_is_ours
    from detector.cohort.settings import Settings
    from detector.cohort.sharing import Shard

    _refuse_what_cannot_be(others, shard)
    part = None if shard is None else Shard.read(shard)
    settings = Settings(
        make_config(false_alarms_per_hour), wishes_of(ctx, others), str(others["timezone"]), keep_nights=keep_nights
    )
    _see_that_it_can_be_read(settings)
    see_that_it_is_ours(results)
    passed: list[str] = []
    whole = of_people(find(paths, besides=results, passed=passed), subjects, group)
    say(f"{_many(len(whole.tasks), 'recording')} of {_many(len(whole.people), 'person')}, {whole.words}.")
    if passed:
        more = f" and {len(passed) - _NAMED} more" if len(passed) > _NAMED else ""
        say(f"Passed over, by their names: {', '.join(passed[:_NAMED])}{more}. What you name itself is read.")
    if whole.without:
        say(f"{_many(len(whole.without), 'person')} of the table without a recording.")
    begin(results, settings, len(whole.tasks))
    tasks = whole.tasks if part is None else part.pick(whole.tasks)
    ending = "" if part is None else f"-{part}"
    failures = _computed(tasks, settings, results, _engine(settings, results, others), ending)
    gathered = None if part is not None else _gathered(whole, settings, results, failures)
    if as_json:
        print_json(_as_json(tasks, failures, results, gathered))
    else:
        _show(tasks, failures, results, gathered)
    if failures:
        ctx.exit(1)


def _refuse_what_cannot_be(others: dict[str, Any], shard: str | None) -> None:
    engines = [name for name in ("scheduler", "slurm") if others[name] is not None]
    if len(engines) > 1:
        raise click.UsageError("--scheduler and --slurm cannot both be")
    if shard is not None and engines:
        raise click.UsageError(f"--shard is for jobs of your own; --{engines[0]} shares the nights out itself")
    for name, needed in (
        ("insecure", "scheduler"),
        ("tls_ca", "scheduler"),
        ("tls_cert", "scheduler"),
        ("tls_key", "scheduler"),
        ("interface", "slurm"),
    ):
        if others[name] and others[needed] is None:
            raise click.UsageError(f"--{name.replace('_', '-')} goes with --{needed}")


def _see_that_it_can_be_read(settings: Settings) -> None:
    """Tell of a wish that makes no sense before all nights fail by it."""
    from detector.recordings.wish import Wish

    Wish.of(**{"timezone": settings.timezone} | dict(settings.wishes))


def _engine(settings: Settings, results: Path, others: dict[str, Any]) -> Engine:
    """Choose where the nights are computed."""
    if others["scheduler"] is not None:
        from detector.cohort.engines import address
        from detector.cohort.engines.security import Keys

        keys = Keys(others["tls_ca"], others["tls_cert"], others["tls_key"])
        return lambda tasks: address.run(
            tasks, settings, results, address=others["scheduler"], keys=keys, insecure=others["insecure"], say=say
        )
    if others["slurm"] is not None:
        from detector.cohort.engines import slurm

        return lambda tasks: slurm.run(
            tasks,
            settings,
            results,
            options=others["slurm"],
            jobs=others["jobs"],
            interface=others["interface"],
            dashboard=others["dashboard"],
            say=say,
        )
    if others["jobs"] > 1:
        from detector.cohort.engines import local

        return lambda tasks: local.run(
            tasks,
            settings,
            results,
            jobs=others["jobs"],
            memory=others["memory"],
            dashboard=others["dashboard"],
            say=say,
        )
    from detector.cohort.engines import plain

    return lambda tasks: plain.run(tasks, settings, results, say)


def _computed(tasks: Sequence[Task], settings: Settings, results: Path, engine: Engine, ending: str) -> dict[str, str]:
    """Compute nights, and say how far that is; gives why some could not be, by the key of the task."""
    from detector.cli.terminal.far import HowFar
    from detector.cohort.gathering import see_that_it_can_be_written, write_failures
    from detector.cohort.work import result_path

    there = {task.key for task in tasks if result_path(task, settings, results).exists()}
    if there:
        say(f"{_many(len(there), 'result')} of earlier runs: what has not changed is not computed again.")
    failures: dict[str, str] = {}
    done = 0
    outcomes = engine(tasks)
    try:
        with HowFar("nights", len(tasks), len(there)) as far:
            for outcome in outcomes:
                done += 1
                if outcome.failure is not None:
                    failures[outcome.task.key] = outcome.failure
                    see_that_it_can_be_written(results)
                far.done(was_there=outcome.task.key in there, failed=outcome.failure is not None)
    except KeyboardInterrupt:
        write_failures(results, failures, tasks, ending)
        say(f"Stopped: {done} of {_many(len(tasks), 'night')} are done, and stay. The same command goes on from there.")
        raise SystemExit(_INTERRUPTED) from None
    finally:
        close = getattr(outcomes, "close", None)
        if close is not None:  # workers end with the engine
            close()
    write_failures(results, failures, tasks, ending)
    return failures


def _gathered(whole: Cohort, settings: Settings, results: Path, failures: dict[str, str]) -> Gathered:
    from detector.cli.terminal.far import HowFar
    from detector.cohort.gathering import gather

    def one_by_one(people: Sequence[str]) -> Iterator[str]:
        with HowFar("sheets of people", len(people)) as far:
            for person in people:
                yield person
                far.done()

    return gather(whole, settings, results, failures, one_by_one)


def _show(tasks: Sequence[Task], failures: dict[str, str], results: Path, gathered: Gathered | None) -> None:
    for task in [task for task in tasks if task.key in failures][:_NAMED]:
        say(f"{task.key}: {failures[task.key]}")
    if len(failures) > _NAMED:
        say(f"and {len(failures) - _NAMED} more, all of them in failures.csv.")
    show(f"{len(tasks) - len(failures)} of {_many(len(tasks), 'night')} computed; results in {results}")
    if gathered is None:
        show("Run the same command without --shard once all parts are done: it makes the tables and sheets.")
        return
    counting = {row.task.key for row in gathered.rows if row.counts}
    people = len({person.subject for person in gathered.people if person.nights})
    why = "" if len(counting) == len(tasks) else "; quality.html says why the others do not"
    words = f"{len(counting)} of {_many(len(tasks), 'night')} count, of {_many(people, 'person')}" if counting else ""
    show(f"{words}{why}" if words else "No night counts: quality.html says why")
    for row in gathered.groups:
        name = " ".join(filter(None, (row.group or "everybody", row.place)))
        figure = row.all_sizes
        if figure.per_hour is None:
            show(f"  {name}: {figure.refused}")
            continue
        has_none = figure.low is None or figure.high is None
        told = f"no interval: {figure.refused}" if has_none else f"95 %: {figure.low:.2f} to {figure.high:.2f}"
        show(f"  {name}: {figure.per_hour:.2f} twitches an hour, the mean of {_many(row.people, 'person')} ({told})")
    show(f"Written: {', '.join(gathered.files)}", *gathered.notes)
    show("", "fasciwatch is no medical device: these are movements of the skin, and no diagnosis.")


def _as_json(
    tasks: Sequence[Task], failures: dict[str, str], results: Path, gathered: Gathered | None
) -> dict[str, Any]:
    from detector.cohort.results.tables import groups_table, nights_table, people_table

    told: dict[str, Any] = {"results": str(results), "nights": len(tasks), "failures": failures}
    if gathered is not None:
        told |= {
            "files": list(gathered.files),
            "large_mg": gathered.large_mg,
            "groups": groups_table(gathered.groups, gathered.large_mg),
            "people": people_table(gathered.people, gathered.large_mg),
            "table": nights_table(gathered.rows, gathered.large_mg),
        }
    return told


def _many(count: int, what: str) -> str:
    return f"{count} {what if count == 1 else {'person': 'people'}.get(what, f'{what}s')}"
