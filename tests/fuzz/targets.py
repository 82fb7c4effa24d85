"""The targets by name. Each takes bytes and raises where a promise is broken."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

Target = Callable[[bytes], None]

PLACES = {
    "feed": "documents.feed",
    "opml": "documents.opml",
    "page": "documents.page",
    "body": "documents.body",
    "robots": "documents.robots",
    "article": "texts.article",
    "answer": "texts.answer",
    "chat": "people.chat",
    "query": "people.query",
    "discord": "people.interaction",
    "slack": "slack.payload",
    "config": "people.config",
    "environment": "people.arguments",
}


def target(name: str) -> Target:
    """Imported when it is asked for: what is imported before is not measured by the fuzzer."""
    module, _, function = PLACES[name].partition(".")
    found: Target = getattr(import_module(f"tests.fuzz.{module}"), function)
    return found
