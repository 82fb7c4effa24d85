"""A loopback OpenAI-compatible service that answers what the test scripts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from tests.servers.base import Json, Loopback, as_json

Answer = str | Json | Callable[[Json], "str | Json"]
"""The content of the message: text as it is, a dict as JSON, or made from the request."""

KEY = "sk-loopback-secret"


class LoopbackModel(Loopback):
    """Answers with `answer`; `usage` None leaves the count of tokens out."""

    def __init__(self, answer: Answer = "{}") -> None:
        super().__init__()
        self.answer = answer
        self.models = ["reader-7b"]
        self.usage: Json | None = {"prompt_tokens": 1200, "completion_tokens": 100}
        self.bodies: list[Json] = []
        """The requests, oldest first."""
        self.keys: list[str] = []
        """Their Authorization headers."""
        self.gate: asyncio.Event | None = None
        """Where set, answers wait for it."""
        self.at_once = 0
        self.most_at_once = 0

    @property
    def url(self) -> str:
        """What stands in the configuration."""
        return f"{self.origin}/v1"

    def route(self, router: web.UrlDispatcher) -> None:
        """The two paths in use."""
        router.add_post("/v1/chat/completions", self._complete)
        router.add_get("/v1/models", self._list)

    async def _complete(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.bodies.append(body)
        self.keys.append(request.headers.get("Authorization", ""))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await self.changed()
        try:
            if self.gate is not None:
                await self.gate.wait()
        finally:
            self.at_once -= 1
        content = self.answer(body) if callable(self.answer) else self.answer
        text = content if isinstance(content, str) else json.dumps(content)
        choice = {"index": 0, "message": {"role": "assistant", "content": text}}
        usage = {"usage": self.usage} if self.usage else {}
        return as_json({"object": "chat.completion", "choices": [choice], **usage})

    async def _list(self, request: web.Request) -> web.Response:
        self.keys.append(request.headers.get("Authorization", ""))
        return as_json({"object": "list", "data": [{"id": name} for name in self.models]})


def quoted(value: str, quote: str) -> Json:
    """A value with its words."""
    return {"value": value, "quote": quote}


def claim(**fields: Any) -> Json:
    """A claim of the answer's schema in which nothing is said but what is given."""
    single = {name: quoted("", "") for name in ("stage", "direction")}
    silent = {
        "legal_form": quoted("none_reported", ""),
        "modality": quoted("actual", ""),
        "attribution": quoted("committer", ""),
    }
    actors = ("committers", "beneficiaries", "adversaries", "non_signatories")
    lists: Json = {name: [] for name in (*actors, "obligations", "conditions", "specifics")}
    return {**single, **silent, **lists, **fields}


def says(verdict: str, quote: str, *claims: Json) -> Json:
    """An answer of the schema."""
    return {"verdict": quoted(verdict, quote), "claims": list(claims)}
