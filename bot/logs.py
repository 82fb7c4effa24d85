"""Structured logs on standard error: pretty for people, JSON lines for collectors, no secrets."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

from bot.config import Config

_HIDDEN = "•••"
_SHORTEST_SECRET = 6


def secrets_of(config: Config) -> list[str]:
    """Every secret value of a configuration, to be struck out wherever it might turn up."""
    values = [
        config.discord.token.get_secret_value(),
        config.slack.bot_token.get_secret_value(),
        config.slack.app_token.get_secret_value(),
        config.fetch.proxy.get_secret_value(),
        config.second_opinion.api_key.get_secret_value(),
    ]
    for feed in config.feed_list():
        values += [value for _, value in feed.headers]
    return [value for value in values if len(value) >= _SHORTEST_SECRET]


class Redact:
    """Strikes secrets out of every value of a log line, nested ones and tracebacks included."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = tuple(secrets)

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        return {key: self.clean(value) for key, value in event.items()}

    def clean(self, value: Any) -> Any:
        """A value without its secrets."""
        if isinstance(value, str):
            for secret in self._secrets:
                value = value.replace(secret, _HIDDEN)
            return value
        if isinstance(value, dict):
            return {k: self.clean(v) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [self.clean(v) for v in value]
        return value


_NOISY = ("apscheduler", "discord", "slack_bolt", "slack_sdk", "aiohttp", "trafilatura")


def _worth_reading(record: logging.LogRecord) -> bool:
    """The libraries' warnings and errors, not their chatter. (Some set the levels of their own
    loggers anew, so that a level set here would not last.)"""
    return record.levelno >= logging.WARNING or not record.name.startswith(_NOISY)


def configure(config: Config, *, quiet: bool = False) -> None:
    """Set up logging for this process, that of the libraries included. `quiet`: errors only."""
    level = logging.ERROR if quiet else getattr(logging, config.log.level.upper())
    as_json = config.log.format == "json"
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        Redact(secrets_of(config)),
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_worth_reading)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                Redact(secrets_of(config)),
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
