"""`pledgewatch demo`: the whole way on sample feeds, in a terminal, without token or network.

Nothing here is make-believe but the news: the feeds are served over HTTP on loopback and go through
the same fetcher, parser, classifier, database and outbox as in the service.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from aiohttp import web
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from bot.app import App
from bot.chat import SendFailed
from bot.cli.context import terminal_asker
from bot.clock import utc_now
from bot.config import Config
from bot.core import open_core
from bot.demo_feeds import CORRECTIONS, Outlet, load_outlets, render
from bot.init import program
from bot.logs import configure
from bot.pipeline import PollReport
from bot.terminal_chat import TerminalChat, draw

_WIDEST = 100
_LISTED = 8
_FORMATS = {"rss": "RSS 2.0", "atom": "Atom", "rdf": "RSS 1.0 (RDF)", "json": "JSON Feed"}
_QUESTIONS = (
    ("latest", "The newest developments, as `/pledges latest` shows them in chat."),
    ("status UKR", "Who stands where towards Ukraine: the ledger, and what moved it."),
    ("search troops", "Full text over everything that was read, relevant or not."),
)


class SampleHost:
    """Serves the outlets; `rounds` says how much of the news has happened."""

    def __init__(self, outlets: Sequence[Outlet], began: datetime) -> None:
        self._outlets = {outlet.slug: outlet for outlet in outlets}
        self._began = began
        self.rounds = 1

    async def answer(self, request: web.Request) -> web.Response:
        """One feed."""
        outlet = self._outlets.get(request.match_info["slug"])
        if outlet is None:
            raise web.HTTPNotFound
        media_type, body = render(outlet, rounds=self.rounds, now=self._began)
        return web.Response(body=body, content_type=media_type)


@asynccontextmanager
async def serve(host: SampleHost) -> AsyncIterator[str]:
    """Serve on a free port of this machine; the address, without a slash at its end."""
    application = web.Application()
    application.router.add_get("/{slug}", host.answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def demo_config(folder: Path, base: str, outlets: Sequence[Outlet]) -> Config:
    """A configuration as somebody would write it, for feeds on this machine."""
    return Config.model_validate(
        {
            "storage": {"path": folder / "demo.db"},
            "fetch": {"allow_networks": ["127.0.0.1/32"], "host_gap": 0, "per_host": 1},
            "feeds": [
                {"url": f"{base}/{o.slug}", "name": o.name, "full_text": False} for o in outlets
            ],
            "routes": [{"name": "demo", "channel": "terminal"}],
        }
    )


async def run_demo(console: Console | None = None) -> int:
    """Run it all; 0 where every feed could be read."""
    show = _Show(console or Console())
    outlets = load_outlets()
    host = SampleHost(outlets, utc_now())
    with tempfile.TemporaryDirectory(prefix="pledgewatch-demo-") as folder:
        async with serve(host) as base:
            config = demo_config(Path(folder), base, outlets)
            configure(config, quiet=True)
            async with open_core(config, service=True) as core:
                stage = _Stage(show.console)
                app = App(core, [stage])
                try:
                    reports = await _tour(app, host, show, outlets, stage)
                finally:
                    await app.close()
    return 1 if any(report.outcome == "failed" for report in reports) else 0


class _Stage(TerminalChat):
    """The terminal of the demo. Where its reader goes, as `head` does, the demo ends: no alert is
    owed to anybody, and nothing is wrong."""

    _left = False

    def _print(self, drawn: RenderableType) -> None:
        try:
            super()._print(drawn)
        except SendFailed:
            self._left = True

    def end_if_left(self) -> None:
        """Raises BrokenPipeError where nobody reads any more."""
        if self._left:
            raise BrokenPipeError


async def _tour(
    app: App, host: SampleHost, show: _Show, outlets: Sequence[Outlet], stage: _Stage
) -> list[PollReport]:
    show.opening(outlets)
    show.heading("First poll", "What a feed already holds is read and stored, and alerts nobody.")
    first = await app.poll_once(everything=True, deliver=True)
    show.polled(first, outlets)

    show.heading("Second poll", "An hour later there is news in the feeds.")
    host.rounds = 2
    second = await app.poll_once(everything=True, deliver=False)
    show.polled(second, outlets)
    show.passed_over(second, outlets)

    show.heading("Alerts", "One development is one alert, however many outlets report it.")
    await app.outbox.drain()
    stage.end_if_left()

    show.heading("A correction", "One outlet corrects what it said: so does the alert, in place.")
    host.rounds = CORRECTIONS
    third = await app.poll_once(everything=True, deliver=True)
    stage.end_if_left()

    asker = terminal_asker()
    for text, meaning in _QUESTIONS:
        show.heading(f"pledgewatch {text}", meaning)
        show.console.print(
            draw(await app.commands.answer("pledges", text, asker)), width=show.width
        )
    show.closing()
    return [*first, *second, *third]


class _Show:
    """What the demo says between the steps."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.width = min(console.width, _WIDEST)

    def opening(self, outlets: Sequence[Outlet]) -> None:
        """What is about to happen."""
        items = sum(len(outlet.items) for outlet in outlets)
        self._say(
            f"Pledgewatch reads {len(outlets)} sample outlets with {items} items, served on this"
            " machine. The outlets and their news are made up; all else is the program as it runs"
            " in service."
        )

    def heading(self, title: str, meaning: str) -> None:
        """A step."""
        self.console.print()
        self.console.print(Rule(Text(title, "bold"), align="left", style="cyan"), width=self.width)
        self._say(meaning, "dim")
        self.console.print()

    def polled(self, reports: Sequence[PollReport], outlets: Sequence[Outlet]) -> None:
        """What a poll brought, an outlet a line."""
        formats = {outlet.name: _FORMATS[outlet.format] for outlet in outlets}
        table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 3, 0, 0))
        for column in ("outlet", "format", "new items", "relevant", "messages queued"):
            table.add_column(column, justify="left" if column in {"outlet", "format"} else "right")
        for report in reports:
            name, got = report.feed.feed.name, report.recorded
            if got is None:
                table.add_row(name, formats[name], str(report.error or report.outcome))
                continue
            counts = (got.new, len(got.relevant), got.deliveries)
            table.add_row(name, formats[name], *map(str, counts))
        self.console.print(Padding(table, (1, 0, 0, 2)), width=self.width)

    def passed_over(self, reports: Sequence[PollReport], outlets: Sequence[Outlet]) -> None:
        """Some of what was read and rightly left alone."""
        relevant = {a.article.title for r in reports if r.recorded for a in r.recorded.relevant}
        traps = [
            (item.because, item.title)
            for outlet in outlets
            for item in outlet.items
            if item.round > 1 and item.because and item.title not in relevant
        ]
        # The telling ones first: everyday news is no trap.
        traps.sort(key=lambda trap: trap[0] == "everyday news")
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 3, 0, 0))
        for because, title in traps[:_LISTED]:
            table.add_row(Text(because, "dim"), Text(title))
        self.console.print()
        self._say(f"Read and left alone, among {len(traps)}:")
        self.console.print(Padding(table, (0, 0, 0, 2)), width=self.width)

    def closing(self) -> None:
        """What to do next."""
        self.heading("Next", "With feeds and channels of your own:")
        for command, meaning in (
            ("init", "write a config.toml by asking"),
            ("doctor", "check feeds, tokens and channels"),
            ("run", "start"),
        ):
            self._say(f"  {program()} {command:<8} {meaning}")

    def _say(self, text: str, style: str = "") -> None:
        self.console.print(Text(text, style), width=self.width)
