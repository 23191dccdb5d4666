"""``fasciwatch diary``: what you say of a night, in the morning."""

from __future__ import annotations

import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from detector.cli.terminal.options.shared import json_option, library_option
from detector.cli.terminal.output import print_json, refuse_to_overwrite, say, show, write_private
from detector.errors import AnswerError, DiaryError, FasciwatchError

if TYPE_CHECKING:
    from detector.diary import Diary, Entry

_WRITE = "write"


class _Group(click.Group):
    """A group that takes words which name no command of its own for those of `write`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = [_WRITE, *args]
        return super().parse_args(ctx, args)


def _evening(_ctx: click.Context, _param: click.Parameter, words: Any) -> Any:
    """Convert what the user typed for a date, or for several.

    Raises
    ------
    click.BadParameter
        Where one is none.
    """
    if isinstance(words, tuple):
        return tuple(_evening(_ctx, _param, word) for word in words)
    try:
        return None if words is None else date.fromisoformat(words)
    except ValueError:
        raise click.BadParameter(f"{words!r} is no date such as 2026-11-27") from None


@click.group(cls=_Group)
def diary() -> None:
    """Say how a night was, in twenty seconds in the morning; "fasciwatch diary" alone asks about last night.

    An evening's date names the night that begins on it. What you correct later takes the place of what you said
    before, which is kept. The diary lies beside your nights, and is encrypted from the first night on that you record
    with --encrypt.
    """


@diary.command(_WRITE)
@click.option(
    "--evening",
    metavar="DATE",
    callback=_evening,
    help="Date of the evening on which the night began; else last night's.",
)
@click.option("--bed", metavar="TIME", help="When you went to bed, as 23:10.")
@click.option("--up", metavar="TIME", help="When you got up, as 07:05.")
@click.option("--night", metavar="0-10", help="How the night was, from 0 (bad) to 10 (good).")
@click.option("--twitching", metavar="0-10", help="Twitching you felt, from 0 (none) to 10; or in words.")
@click.option("--pain", metavar="0-10", help="From 0 (none) to 10.")
@click.option("--stiffness", metavar="0-10", help="From 0 (none) to 10.")
@click.option("--spasms", metavar="NUMBER", help="Spasms an hour while you were awake; or in words.")
@click.option(
    "--treatment", "treatments", multiple=True, help='One more, as "massage: 20 min @ 18:30"; once for each of them.'
)
@click.option("--as-before", is_flag=True, help="The treatments of the evening before.")
@click.option("--no-treatments", is_flag=True, help="There were none, or none but those that are named here.")
@click.option("--note", help="Anything else.")
@json_option
@library_option
def write(
    evening: date | None,
    treatments: tuple[str, ...],
    as_before: bool,  # noqa: FBT001 - click hands options on by position
    no_treatments: bool,  # noqa: FBT001 - as above
    as_json: bool,  # noqa: FBT001 - as above
    library: Path | None,
    **words: str | None,
) -> None:
    """Say how a night was, or correct it; without any answer it asks for each.

    An answer of "-" takes back what was said before.
    """
    from detector.cli.terminal import questions
    from detector.diary import Diary
    from detector.diary.entries import EARLIEST
    from detector.diary.facts import facts_of, parts_of
    from detector.diary.zone import zone_on
    from detector.night import library_folder

    today = date.today()  # noqa: DTZ011 - this computer's
    evening = evening or today - timedelta(days=1)
    if evening > today:
        raise AnswerError(f"the evening of {evening} is still to come")
    if evening < EARLIEST:
        raise AnswerError(f"a diary begins in {EARLIEST.year}: {evening} was long before")
    told = {name: each for name, each in words.items() if each is not None}
    is_told = bool(told or treatments or as_before or no_treatments)
    if not is_told and not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise DiaryError("there is nobody to ask: say what to write, as --night 7; --help names the answers")
    book = Diary(library_folder(library, make=False))
    before = book.entry(evening)  # asks for a passphrase, if need be
    zone = before.timezone if before is not None else zone_on(book.folder, evening)
    if is_told:
        answers = questions.answers_of(told, evening, zone, before)
        if treatments or as_before or no_treatments:
            kept = () if no_treatments or before is None else before.treatments or ()
            earlier = _earlier(book, evening) if as_before else ()
            answers["treatments"] = (*kept, *earlier, *questions.typed(treatments, book.offered()))
    else:
        answers = questions.ask(evening, zone, before, book.offered(), _earlier(book, evening))
    library_folder(library)
    entry = book.change(evening, answers, zone)
    if as_json:
        print_json(facts_of(entry))
    elif entry.version:
        show(f"Kept, of the evening of {evening}: {', '.join(parts_of(entry)) or 'nothing'}")
    else:
        show("Nothing was said, and nothing is kept.")


@diary.command("show")
@click.argument("evening", required=False, callback=_evening)
@click.option("--from", "first", metavar="DATE", callback=_evening, help="The first evening.")
@click.option("--to", "last", metavar="DATE", callback=_evening, help="The last evening.")
@click.option("--history", is_flag=True, help="Also what was said before it was corrected, and when.")
@json_option
@library_option
def show_entries(
    evening: date | None,
    first: date | None,
    last: date | None,
    history: bool,  # noqa: FBT001 - click hands options on by position
    as_json: bool,  # noqa: FBT001 - as above
    library: Path | None,
) -> None:
    """Show what you have said, and how many of the twitches you felt have an event near."""
    from detector.diary import Diary
    from detector.diary.facts import facts_of
    from detector.diary.felt import felt_on
    from detector.night import library_folder

    if evening is not None and (first or last):
        raise click.UsageError("name one evening, or --from and --to")
    book = Diary(library_folder(library, make=False))
    bounds = (evening, evening) if evening is not None else (first, last)
    entries = {entry.evening: entry for entry in book.entries(*bounds)}
    marks: dict[date, list[int]] = {}
    for utc_ns, of in book.marks(*bounds):
        marks.setdefault(of, []).append(utc_ns)
    told = []
    for each in sorted(entries.keys() | marks.keys() | ({evening} if evening and history else set())):
        entry = entries.get(each)
        felt = felt_on(book.folder, each, marks[each]) if each in marks else None
        versions = book.history(each) if history else []
        if as_json:
            told.append(
                {
                    "evening": each.isoformat(),
                    "entry": None if entry is None else facts_of(entry),
                    "marks": [_stamp(utc_ns) for utc_ns in marks.get(each, ())],
                    "felt": None if felt is None else felt.facts,
                }
                | ({"history": [facts_of(one) for one in versions]} if history else {})
            )
            continue
        show(*_lines(each, entry, marks.get(each, []), felt.words if felt else None), *map(_version, versions))
    if as_json:
        print_json(told)
    elif not entries and not marks:
        say("Nothing has been said yet." if evening is None else f"Nothing has been said of the evening of {evening}.")


@diary.command()
@click.argument("file")
@click.option("--from", "first", metavar="DATE", callback=_evening, help="The first evening.")
@click.option("--to", "last", metavar="DATE", callback=_evening, help="The last evening.")
@library_option
def export(file: str, first: date | None, last: date | None, library: Path | None) -> None:
    """Write the diary into FILE as CSV, a row an evening; "-" is stdout."""
    from detector.diary import Diary
    from detector.diary.table import written
    from detector.night import library_folder

    refuse_to_overwrite(None if file == "-" else file)
    book = Diary(library_folder(library, make=False))
    entries = book.entries(first, last)
    words = written(entries)
    write_private(file, words)  # it is the diary without its encryption
    if file != "-":
        say(f"{len(entries)} evenings written to {file}. Whoever has that file can read it.")


@diary.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@library_option
def take_in(file: Path, as_json: bool, library: Path | None) -> None:  # noqa: FBT001 - as above
    """Take in what FILE says, CSV with the columns that export writes, as a spreadsheet may have changed it.

    All of it or nothing. What is there already is not written twice; a row that says something else is a correction.
    """
    from detector.diary import Diary
    from detector.diary.table import read
    from detector.diary.zone import this_zone
    from detector.night import library_folder

    try:
        data = file.read_bytes()
    except OSError as error:
        raise FasciwatchError(f"cannot read {file} ({error.strerror})") from error
    try:
        rows = read(data, this_zone())
    except DiaryError as error:
        raise DiaryError(f"{file}, {error}") from error
    book = Diary(library_folder(library))
    before = {entry.evening: entry.version for entry in book.entries()}
    try:
        said = book.change_many((row.evening, row.answers, row.timezone) for row in rows)
    except AnswerError as error:
        raise AnswerError(f"{file}, line {rows[error.place].line}: {error}. Nothing was taken in") from error
    new = sum(entry.version == 1 and entry.evening not in before for entry in said)
    corrected = sum(before.get(entry.evening, entry.version) != entry.version for entry in said)
    if as_json:
        print_json({"file": str(file), "rows": len(rows), "new": new, "corrected": corrected})
    else:
        show(f"{len(rows)} rows read: {new} evenings are new, {corrected} are corrected, the others are there already.")


@diary.command()
@click.argument("evenings", nargs=-1, callback=_evening, metavar="[EVENING…]")
@click.option("--whole", is_flag=True, help="Delete the whole diary, with all marks.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@library_option
def delete(evenings: tuple[date, ...], whole: bool, yes: bool, library: Path | None) -> None:  # noqa: FBT001 - as above
    """Delete all that was ever said of evenings, and their marks, for good."""
    from detector.diary import Diary
    from detector.night import library_folder

    if bool(evenings) == whole:
        raise click.UsageError("name the evenings to delete, or say --whole")
    book = Diary(library_folder(library, make=False))
    if not book.is_there:
        raise DiaryError(f"there is no diary in {book.folder}")
    if not yes:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise DiaryError("there is nobody to ask whether to delete: say --yes if you mean it")
        what = "the whole diary" if whole else f"what was said of {', '.join(map(str, evenings))}"
        click.confirm(f"Delete {what} for good?", abort=True, err=True)
    if whole:
        book.delete_all()
        show("The diary is deleted.")
        return
    for evening in evenings:
        gone = book.delete(evening)
        show(f"{evening}: {'deleted' if gone else 'nothing was said of it'}")


@diary.command("list")
@click.option("--add", "added", multiple=True, help='Offer one more, with its usual amount, as "baclofen: 10 mg".')
@click.option("--remove", "removed", multiple=True, help="Offer it no more; what was said of it stays.")
@json_option
@library_option
def own_list(added: tuple[str, ...], removed: tuple[str, ...], as_json: bool, library: Path | None) -> None:  # noqa: FBT001 - as above
    """Show the treatments that the diary offers, on how many evenings each was used, and change what is offered."""
    from detector.cli.terminal.questions import typed, usual_words
    from detector.diary import Diary
    from detector.diary.entries import key_of
    from detector.night import library_folder

    book = Diary(library_folder(library, make=bool(added or removed)))
    for more in typed(added):
        book.offer(more.name, more.unit, more.amount)
    for name in removed:
        if key_of(name) not in {key_of(each.name) for each in book.offered()}:
            raise DiaryError(f"{name!r} is not offered: fasciwatch diary list shows what is")
        book.offer(name, listed=False)
    used = {key_of(name): evenings for name, evenings in book.treatments().items()}
    offered = [(each, [day.isoformat() for day in used.get(key_of(each.name), ())]) for each in book.offered()]
    if as_json:
        print_json([{**each._asdict(), "evenings": days} for each, days in offered])
        return
    for each, days in offered:
        show(f"{usual_words(each):40} {_used(days)}")


def _used(days: list[str]) -> str:
    if not days:
        return "not used yet"
    return f"on {len(days)} evening{'s'[: len(days) != 1]}, the last {days[-1]}"


def _earlier(book: Diary, evening: date) -> tuple[Any, ...]:
    """Return the treatments of the evening before; none where nothing is said of them."""
    entry = book.entry(evening - timedelta(days=1))
    return () if entry is None else entry.treatments or ()


def _lines(evening: date, entry: Entry | None, marks: list[int], felt: str | None) -> list[str]:
    from detector.diary.facts import parts_of

    lines = [f"{evening:%a} {evening}  {', '.join(parts_of(entry)) if entry else '-'}"]
    if marks:
        lines.append(f"               {felt or f'{len(marks)} twitches felt; there is no night to hold them against'}")
    return lines


def _version(entry: Entry) -> str:
    from detector.diary.facts import facts_of, parts_of

    return f"    {facts_of(entry)['said'][:16].replace('T', ' ')}: {', '.join(parts_of(entry)) or 'nothing'}"


def _stamp(utc_ns: int) -> str:
    moment = datetime.fromtimestamp(utc_ns / 1e9).astimezone()
    return moment.isoformat(timespec="milliseconds")
