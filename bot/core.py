"""What every way of running needs, built from the configuration: the command line uses it for one
question, the service for as long as it lives."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from bot.clock import utc_now
from bot.config import Config, ConfigError
from bot.opinions import SecondOpinions, opinion_settings
from bot.probe import FeedProbe
from bot.submission import Submissions
from classifiers.model import Model
from classifiers.model import load as load_model
from classifiers.reader import Reader, load_reader
from classifiers.second_opinion.service import Endpoint, Service
from feeds.fetch import Fetcher, FetchSettings
from feeds.parse_pool import ParserPool
from storage.backup import advice, is_ours, put_aside
from storage.errors import DatabaseCorrupt
from storage.store import Store


@dataclass
class Core:
    """The parts below the application. What is costly is made when it is first asked for."""

    config: Config
    store: Store
    fetcher: Fetcher
    parser: ParserPool
    clock: Callable[[], datetime]
    opinions: SecondOpinions | None = None
    """None unless a language model is configured."""

    @cached_property
    def reader(self) -> Reader:
        """The classifier, loaded in under a second."""
        return loaded_reader(self.config)

    def reader_for(self, config: Config) -> Reader:
        """The classifier by another configuration; loaded again only where that differs."""
        if config.classifier == self.config.classifier:
            return self.reader
        return loaded_reader(config)

    def use(self, config: Config, reader: Reader) -> None:
        """Go on by another configuration."""
        self.config, self.reader = config, reader

    @cached_property
    def submissions(self) -> Submissions:
        """For articles that people found missing."""
        return Submissions(self.store, self.fetcher, self.parser, lambda: self.reader, self.clock)

    @cached_property
    def probe(self) -> FeedProbe:
        """For a look at a feed."""
        return FeedProbe(self.fetcher, self.parser, lambda: self.reader, self.store.subscriptions)


def loaded_reader(config: Config) -> Reader:
    """The classifier, as configured. Raises ConfigError."""
    table = config.classifier
    reader = load_reader()
    if table.model is not None:
        reader = replace(reader, model=_own_model(table.model))
    return reader if table.threshold is None else replace(reader, threshold=table.threshold)


def fetch_settings(config: Config) -> FetchSettings:
    """The fetcher's settings, as configured."""
    table = config.fetch
    settings = FetchSettings(
        timeout_seconds=table.timeout,
        max_bytes=table.max_bytes,
        per_host=table.per_host,
        host_gap=table.host_gap,
        allow_networks=tuple(map(str, table.allow_networks)),
        proxy=table.proxy.get_secret_value(),
        ca_file=str(table.ca_file) if table.ca_file else "",
    )
    return replace(settings, user_agent=table.user_agent) if table.user_agent else settings


def second_opinions(
    config: Config, store: Store, clock: Callable[[], datetime]
) -> SecondOpinions | None:
    """As configured; None where no language model is. To be closed."""
    table = config.second_opinion
    if not table.url:
        return None
    endpoint = Endpoint(
        url=table.url,
        model=table.model,
        key=table.api_key.get_secret_value(),
        max_tokens=table.max_tokens,
        reasoning=table.reasoning,
        ca_file=str(config.fetch.ca_file) if config.fetch.ca_file else "",
    )
    return SecondOpinions(Service(endpoint), store, clock, opinion_settings(config))


def _own_model(path: Path) -> Model:
    try:
        return load_model(path)
    except (OSError, ValueError, KeyError) as error:
        reason = "cannot be read" if isinstance(error, OSError) else "is no model"
        raise ConfigError(
            f"[classifier] model: {path} {reason}; name a file that `pledgewatch train` wrote."
        ) from error


async def _damaged(config: Config, error: DatabaseCorrupt, now: datetime | None) -> DatabaseCorrupt:
    """What to do about a damaged database; with a time, it is set aside first."""
    path, folder = config.storage.path, config.storage.backup_folder
    said = [str(error)]
    if now is not None and path.exists():
        aside = await asyncio.to_thread(put_aside, path, now=now)
        said.append(f"It is kept as {aside.name}; nothing was overwritten.")
    said.append(await asyncio.to_thread(advice, [folder] if folder else []))
    return DatabaseCorrupt(" ".join(said))


@contextlib.asynccontextmanager
async def open_core(
    config: Config,
    *,
    service: bool = False,
    read_only: bool = False,
    clock: Callable[[], datetime] = utc_now,
) -> AsyncIterator[Core]:
    """Open the database and what surrounds it. `service`: only one such process a file, and one
    that finds the file damaged sets it aside. Raises StorageError."""
    path = config.storage.path
    ours = is_ours(path) or not path.exists()
    try:
        async with _core(config, service=service, read_only=read_only, clock=clock) as core:
            yield core
    except DatabaseCorrupt as error:
        raise await _damaged(config, error, clock() if service and ours else None) from error


@contextlib.asynccontextmanager
async def _core(
    config: Config, *, service: bool, read_only: bool, clock: Callable[[], datetime]
) -> AsyncIterator[Core]:
    path = config.storage.path
    async with contextlib.AsyncExitStack() as stack:
        store = await stack.enter_async_context(
            await Store.open(path, service=service, read_only=read_only)
        )
        fetcher = await stack.enter_async_context(Fetcher(fetch_settings(config)))
        parser = await stack.enter_async_context(ParserPool())
        if not read_only:
            await store.sync_feeds(config.feed_list(), now=clock())
            await store.sync_routes(config.route_list(), now=clock())
        opinions = second_opinions(config, store, clock)
        if opinions is not None:
            stack.push_async_callback(opinions.close)
        yield Core(config, store, fetcher, parser, clock, opinions)
