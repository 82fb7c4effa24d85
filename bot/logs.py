"""Structured logs on standard error: pretty for people, JSON lines for collectors, no secrets."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable
from datetime import datetime
from types import TracebackType
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog
from structlog.typing import EventDict, WrappedLogger

from bot.config import Config
from bot.config.models import LogFormat
from bot.config.platforms import PLATFORMS
from bot.outside_text import clean

_HIDDEN = "•••"
_SHORTEST_SECRET = 6
_SHAPES = re.compile(
    r"\b(?P<slack>x(?:ox[a-z.]|app)-)[\w-]{8,}"
    r"|(?P<answer>hooks\.slack(?:-gov)?\.com/)\S+"
    r"|(?P<hook>/(?:webhooks|interactions)/\d{5,20}/)[\w-]{20,}"
    r"|\b(?P<bearer>Bearer +)[\w.~+/=-]{8,}"
    r"|(?P<header>\bauthorization['\"]?\s?[:=]\s?['\"]?)[^\s'\",}]+(?: +[\w.~+/=-]+)?"
    r"|(?P<user>://)[^/\s:@]*:[^/\s@]+(?=@)"
    r"|\b(?P<discord>)[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}",
    re.IGNORECASE | re.ASCII,
)
"""What tokens look like, whosever they are: a newly rotated one, one from an interaction, one that
somebody put into an address."""
_LINES = ("exception", "stack")
"""Keys whose values are several lines long."""


def secrets_of(config: Config) -> list[str]:
    """Every secret value of a configuration, to be struck out wherever it might turn up."""
    values = [secret for table in config.chat_tables() for secret in table.secrets()]
    values += [
        config.fetch.proxy.get_secret_value(),
        config.second_opinion.api_key.get_secret_value(),
    ]
    values.append(unquote(urlsplit(config.fetch.proxy.get_secret_value()).password or ""))
    values += [table.password.get_secret_value() for table in config.feeds]
    for feed in config.feed_list():
        values += [value for _, value in feed.headers]
    known = {value for value in values if len(value) >= _SHORTEST_SECRET}
    return sorted(known, key=len, reverse=True)


class Redact:
    """Strikes secrets out of every value of a log line, nested ones and tracebacks included: those
    of the configuration, and what looks like a token."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = tuple(secrets)

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        # What the logging library hands on to itself is no value.
        return {
            key: value if key.startswith("_") else self.clean(value) for key, value in event.items()
        }

    def clean(self, value: Any) -> Any:
        """A value without its secrets."""
        if isinstance(value, str):
            for secret in self._secrets:
                value = value.replace(secret, _HIDDEN)
            return _SHAPES.sub(_struck, value)
        if isinstance(value, dict):
            return {self.clean(k): self.clean(v) for k, v in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self.clean(v) for v in value]
        plain = value is None or isinstance(value, bool | int | float | datetime)
        return value if plain else self.clean(str(value))


def _struck(found: re.Match[str]) -> str:
    return f"{found[found.lastgroup or 0]}{_HIDDEN}"


def harmless(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """What strangers wrote, such as a server's error, moves no cursor and begins no line."""
    return {key: _tame(key, value) for key, value in event.items()}


def _tame(key: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if key in _LINES:
        return "\n".join(map(clean, value.split("\n")))
    return clean(value)


_NOISY = (
    *("apscheduler", "aiohttp", "trafilatura"),
    *(name for platform in PLATFORMS for name in platform.loggers),
)


def _worth_reading(record: logging.LogRecord) -> bool:
    """The libraries' warnings and errors, not their chatter. (Some set the levels of their own
    loggers anew, so that a level set here would not last.)"""
    return record.levelno >= logging.WARNING or not record.name.startswith(_NOISY)


def _as_json(form: LogFormat) -> bool:
    return form is LogFormat.JSON or (form is LogFormat.AUTO and not sys.stderr.isatty())


def configure(config: Config, *, quiet: bool = False) -> None:
    """Set up logging for this process, that of the libraries included. `quiet`: errors only."""
    level = logging.ERROR if quiet else getattr(logging, config.log.level.upper())
    as_json = _as_json(config.log.format)
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        Redact(secrets_of(config)),
        harmless,
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
    sys.excepthook = _crashed


def _crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """The traceback of a bug goes the way of all other lines, past the secrets' filter."""
    if issubclass(kind, Exception):
        structlog.get_logger(__name__).critical("crashed", exc_info=(kind, error, trace))
    else:
        sys.__excepthook__(kind, error, trace)
