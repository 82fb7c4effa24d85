"""`chart`: the pictures of the chats, written to a file."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot.cli.ask import read_words
from bot.cli.completion import words_of
from bot.cli.context import CONFIG_OPTION, JSON_OPTION, Failure, print_json, with_core
from bot.command_table import COMMANDS, Command

if TYPE_CHECKING:
    from bot.arguments import Value
    from bot.cards import Picture
    from bot.charts import Plan
    from bot.core import Core

F = TypeVar("F", bound=Callable[..., Any])
MakePlan = Callable[["Core", "dict[str, Value]"], Awaitable["Plan | None"]]

_DASH = Path("-")


def _like(name: str, own: str) -> Command:
    """A command that takes what one of the chats takes."""
    known = next(c for c in COMMANDS if c.name == name)
    return replace(known, root="pledgewatch", path=("chart", own))


_TIMELINE = _like("pledges timeline", "timeline")
_MATRIX = _like("pledges matrix", "matrix")
_LATEST = _like("pledges latest", "weeks")
_WEEKS = replace(
    _LATEST,
    parameters=tuple(p for p in _LATEST.parameters if p.name in {"beneficiary", "committer"}),
    example="Ukraine",
)


@click.group()
def chart() -> None:
    """Draw a picture of the ledger or of the news (needs the extra “charts”)."""


def _options(command: F) -> F:
    """What all pictures take."""
    output = click.option(
        "--output",
        "-o",
        type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
        required=True,
        help="The PNG file to write; - for standard output.",
    )
    language = click.option(
        "--language", default="en", show_default=True, help="Of its words: two letters."
    )
    return CONFIG_OPTION(JSON_OPTION(output(language(command))))


@chart.command(
    epilog="Example: pledgewatch chart timeline GBR UKR -o out.png", no_args_is_help=True
)
@click.argument(
    "words", nargs=-1, metavar="ACTOR [BENEFICIARY]", shell_complete=words_of(_TIMELINE)
)
@_options
def timeline(words: Sequence[str], output: Path, language: str, as_json: bool) -> None:
    """What an actor promised when, and how bindingly."""

    async def plan(core: Core, values: dict[str, Value]) -> Plan | None:
        from bot.charts import timeline_plan
        from bot.history import history_of
        from bot.words import words as words_of

        actor, other = str(values["actor"]), str(values.get("beneficiary", ""))
        history, say = await history_of(core.store, actor, other), words_of(language)
        title = history.title(say, say.actor)
        return timeline_plan(title, history.records, today=core.clock().date(), language=language)

    _write(_TIMELINE, words, plan, output, language, as_json=as_json)


@chart.command(epilog="Example: pledgewatch chart matrix Ukraine -o out.png")
@click.argument("words", nargs=-1, metavar="[BENEFICIARY]", shell_complete=words_of(_MATRIX))
@_options
def matrix(words: Sequence[str], output: Path, language: str, as_json: bool) -> None:
    """Who is committed to whom; towards one country: who owes it what."""

    async def plan(core: Core, values: dict[str, Value]) -> Plan | None:
        from bot.charts import obligations_plan, pairs_plan

        today = core.clock().date()
        if code := str(values.get("beneficiary", "")):
            owed = await core.store.ledger(beneficiary=code)
            return obligations_plan(code, owed, today=today, language=language)
        return pairs_plan(await core.store.matrix(), today=today, language=language)

    _write(_MATRIX, words, plan, output, language, as_json=as_json)


@chart.command(epilog="Example: pledgewatch chart weeks Ukraine --weeks 26 -o out.png")
@click.argument(
    "words", nargs=-1, metavar="[BENEFICIARY] [by COMMITTER]", shell_complete=words_of(_WEEKS)
)
@click.option(
    "--weeks", "count", type=click.IntRange(2, 52), default=12, show_default=True, help="How many."
)
@_options
def weeks(words: Sequence[str], count: int, output: Path, language: str, as_json: bool) -> None:
    """Developments a week by direction."""

    async def plan(core: Core, values: dict[str, Value]) -> Plan | None:
        from bot.charts import first_monday, weeks_plan
        from bot.words import words as words_of
        from storage.records import Filter

        now, say = core.clock(), words_of(language)
        codes = [str(values.get(name, "")) for name in ("committer", "beneficiary")]
        since = datetime.combine(first_monday(now, count), time(), UTC)
        found = await core.store.weeks(Filter(codes[1], codes[0], since=since))
        about = " → ".join(say.actor(code) for code in codes if code)
        return weeks_plan(found, now=now, weeks=count, about=about, language=language)

    _write(_WEEKS, words, plan, output, language, as_json=as_json)


def _write(
    command: Command,
    words: Sequence[str],
    make: MakePlan,
    output: Path,
    language: str,
    *,
    as_json: bool,
) -> None:
    """Draw and write. Wrong arguments exit with 2; nothing to draw, or no Pillow, with 1."""
    from bot.charts import ChartFailed, Charts, ChartsMissing
    from bot.words import languages

    if language not in languages():
        raise click.BadParameter(f"“{language}” is none of {', '.join(languages())}.")

    async def work(core: Core) -> Picture | None:
        plan = await make(core, read_words(command, words, core))
        return await Charts().draw(plan) if plan else None

    try:
        picture = with_core(work, read_only=True)
    except (ChartsMissing, ChartFailed) as error:
        raise Failure(str(error)) from error
    if picture is None:
        raise Failure("The ledger holds nothing to draw of that.")
    _put(picture, output, as_json=as_json)


def _put(picture: Picture, output: Path, *, as_json: bool) -> None:
    if output == _DASH:
        sys.stdout.buffer.write(picture.png)
        return
    output.write_bytes(picture.png)
    if as_json:
        print_json({"file": str(output), "bytes": len(picture.png), "alt": picture.alt})
    else:
        click.echo(f"{output}: {picture.alt}")
