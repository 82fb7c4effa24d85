"""What Slack sends over its socket: bytes -> the whole way through bolt to the answer's drawing."""

from __future__ import annotations

import asyncio
import json
import logging
import traceback
from collections.abc import Callable
from typing import Any

from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs

from bot.cards import Card
from bot.slack_chat.answering import Answers
from bot.slack_chat.drawing import draw
from bot.slack_chat.listening import Listener
from bot.slack_chat.pictures import Pictures
from tests.fuzz.people import office, run, text_of

_KINDS: tuple[Callable[[str, Any], dict[str, Any]], ...] = (
    lambda text, given: {
        "command": "/pledges",
        "text": text,
        "user_id": "U2",
        "channel_id": "C1",
        **(given or {}),
    },
    lambda text, given: {
        "type": "block_actions",
        "user": {"id": "U2", "team_id": "T1"},
        "channel": {"id": "C1"},
        "actions": [{"type": "button", "block_id": "b", "action_id": f"pw:{text}", "value": text}],
        **(given or {}),
    },
    lambda text, given: {
        "type": "view_submission",
        "user": {"id": "U2"},
        "view": {"type": "modal", "callback_id": text, "private_metadata": text},
        **(given or {}),
    },
    lambda text, given: {
        "type": "event_callback",
        "event": {"type": text, "user": "U2", "channel": "C1"},
        **(given or {}),
    },
)


class Web(AsyncWebClient):
    """Slack does not answer, and nobody is dialled."""

    async def api_call(self, api_method: str, **_: Any) -> Any:
        raise TimeoutError


class Drawn(Answers):
    """Answers are drawn, and go nowhere."""

    async def by_url(self, url: str, card: Card, **_: Any) -> None:
        draw(card, pages=2)


class Complaints(logging.Handler):
    """Keeps what bolt and asyncio log of exceptions."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(record)


_STARTED: list[tuple[Listener, Complaints]] = []


async def _listening() -> tuple[Listener, Complaints]:
    """One for this process."""
    if not _STARTED:
        complaints = Complaints()
        for name in ("slack_bolt", "bot", "asyncio"):
            logging.getLogger(name).addHandler(complaints)
        _STARTED.append((await _started(), complaints))
    return _STARTED[0]


def close() -> None:
    """Let go of the socket's client."""
    while _STARTED:
        listener, _ = _STARTED.pop()
        run(listener.close(1.0))


async def _started() -> Listener:
    identity = AuthorizeResult(
        enterprise_id=None, team_id="T1", bot_user_id="UB", bot_id="B1", bot_token="xoxb-fuzz"
    )
    web = Web(token="xoxb-fuzz")
    listener = Listener(web, "xapp-fuzz", identity, office().commands.handlers, Pictures(web, 1.0))
    listener._answers = Drawn(web, Pictures(web, 1.0))
    return listener


def payload(data: bytes) -> None:
    """A payload: the first byte says of what kind, the rest is its text, or JSON laid over it."""
    if not data:
        return
    try:
        given = json.loads(data[1:])
    except (ValueError, RecursionError):
        given = None
    made = _KINDS[data[0] % len(_KINDS)](
        text_of(data[1:]), given if isinstance(given, dict) else None
    )
    office()
    run(_dispatched(made))


async def _dispatched(body: dict[str, Any]) -> None:
    listener, complaints = await _listening()
    complaints.found.clear()
    before = asyncio.all_tasks()
    with capture_logs() as logged:
        try:
            request = AsyncBoltRequest(mode="socket_mode", body=body)
        except (TypeError, AttributeError):
            return  # bolt trips over what Slack never sends before our code sees it
        await listener.handler.app.async_dispatch(request)
        while going := asyncio.all_tasks() - before:
            await asyncio.wait(going)
    for line in logged:
        if line.get("exc_info") or line["event"] == "command.bug":
            raise AssertionError(f"a bug was logged: {line}")
    for record in filter(_is_ours, complaints.found):
        raise AssertionError(record.getMessage()) from (record.exc_info or (None, None))[1]


def _is_ours(record: logging.LogRecord) -> bool:
    """Whether our code failed; bolt refuses by itself what Slack never sends."""
    trace = record.exc_info[2] if record.exc_info else None
    frames = traceback.extract_tb(trace)
    return any("/bot/" in frame.filename for frame in frames)
