"""The HTTP client for any OpenAI-compatible address, a local one included.

Apart from the fetcher on purpose: that one refuses addresses of one's own network, where a model
usually is. It dials the configured address alone and follows no redirect, since the key would go
along.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from classifiers.second_opinion.question import Question
from classifiers.second_opinion.schema import answer_schema

_MOST_BYTES = 256 * 1024
"""Of an answer; one of 4,000 tokens takes about 20,000."""
_TRIAL_SECONDS = 20.0


class NoAnswer(Exception):
    """The service gave no answer that can be read. The message is for people, and holds nothing of
    what the service said."""

    def __init__(self, reason: str, remedy: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy
        self.retry_after = retry_after
        """Seconds that the service asks to be left alone."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the model is, and how it is asked."""

    url: str
    """Up to and with /v1, without a slash at the end."""
    model: str
    key: str = field(default="", repr=False)
    max_tokens: int = 1000
    """Of the answer."""
    reasoning: bool = False
    """A model that takes max_completion_tokens and no temperature."""
    ca_file: str = ""
    """PEM file of certificate authorities to trust besides the system's."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model wrote, unread, and what the service counted."""

    content: str
    prompt_tokens: int | None
    completion_tokens: int | None


class Service:
    """Asks one endpoint. Opens no connection before it is asked."""

    def __init__(self, endpoint: Endpoint) -> None:
        """Raises OSError (ssl.SSLError included) where `ca_file` cannot be read."""
        self.endpoint = endpoint
        self._tls = ssl.create_default_context()
        if endpoint.ca_file:
            self._tls.load_verify_locations(cafile=endpoint.ca_file)
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the connections; may be called twice."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def body(self, question: Question) -> bytes:
        """The request for a question, with a boundary of its own."""
        endpoint = self.endpoint
        if endpoint.reasoning:
            limits: dict[str, object] = {"max_completion_tokens": endpoint.max_tokens}
        else:
            limits = {"max_tokens": endpoint.max_tokens, "temperature": 0}
        schema = {"name": "second_opinion", "strict": True, "schema": answer_schema()}
        return json.dumps(
            {
                "model": endpoint.model,
                "messages": question.messages(secrets.token_hex(16)),
                "response_format": {"type": "json_schema", "json_schema": schema},
                **limits,
            },
            ensure_ascii=False,
        ).encode("utf-8", "replace")

    async def ask(self, body: bytes) -> Answer:
        """The answer to a request. The caller sets the time limit. Raises NoAnswer."""
        return _answer(await self._request("POST", "/chat/completions", body))

    async def models(self) -> tuple[str, ...]:
        """The models that the service lists, within 20 s. Raises NoAnswer."""
        try:
            async with asyncio.timeout(_TRIAL_SECONDS):
                listed = (await self._request("GET", "/models")).get("data")
        except TimeoutError:
            raise NoAnswer(f"no answer within {_TRIAL_SECONDS:g} s") from None
        rows = listed if isinstance(listed, list) else []
        return tuple(str(row["id"]) for row in rows if isinstance(row, dict) and "id" in row)

    async def _request(self, method: str, path: str, body: bytes | None = None) -> dict[str, Any]:
        try:
            async with self._sent(method, path, body) as response:
                if response.status != 200:
                    raise _refusal(response)
                return _document(await _read(response))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            # The library's own words may repeat headers; the kind of the error says enough.
            if isinstance(error, TimeoutError):
                raise
            reason = f"the connection failed ({type(error).__name__})"
            raise NoAnswer(reason, "is it running, and is [second_opinion] url right?") from None

    @contextlib.asynccontextmanager
    async def _sent(
        self, method: str, path: str, body: bytes | None
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=self._tls),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),
                auto_decompress=False,
            )
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Content-Type": "application/json",
        }
        if self.endpoint.key:
            headers["Authorization"] = f"Bearer {self.endpoint.key}"
        async with self._session.request(
            method, self.endpoint.url + path, data=body, headers=headers, allow_redirects=False
        ) as response:
            yield response


async def _read(response: aiohttp.ClientResponse) -> bytes:
    parts = bytearray()
    async for chunk in response.content.iter_any():
        parts += chunk
        if len(parts) > _MOST_BYTES:
            raise NoAnswer(f"the answer is longer than {_MOST_BYTES // 1024} KiB")
    return bytes(parts)


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise NoAnswer("the answer is no JSON object", "[second_opinion] url must end before /chat")
    return document


def _answer(document: dict[str, Any]) -> Answer:
    try:
        content = document["choices"][0]["message"]["content"]
    except (LookupError, TypeError):
        content = None
    if not isinstance(content, str):
        raise NoAnswer("the answer holds no message")
    usage = document.get("usage")
    counted = usage if isinstance(usage, dict) else {}
    return Answer(
        content, _count(counted.get("prompt_tokens")), _count(counted.get("completion_tokens"))
    )


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


_REMEDIES = {
    400: "does the model take structured output? for one that takes no temperature set"
    " [second_opinion] reasoning = true",
    401: "check [second_opinion] api_key",
    403: "check [second_opinion] api_key",
    404: "check [second_opinion] url and model",
    429: "the service limits calls; lower [second_opinion] calls_per_day",
}


def _refusal(response: aiohttp.ClientResponse) -> NoAnswer:
    status = response.status
    if 300 <= status < 400:
        reason = f"HTTP {status}: it redirects, which is not followed"
        return NoAnswer(reason, "write the final address into [second_opinion] url")
    wait = response.headers.get("Retry-After", "")
    seconds = float(wait) if wait.isascii() and wait.isdigit() and len(wait) < 7 else None
    return NoAnswer(f"HTTP {status}", _REMEDIES.get(status, ""), retry_after=seconds)
