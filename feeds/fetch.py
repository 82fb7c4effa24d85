"""Conditional GET over aiohttp: total deadline, byte cap, redirects by hand, per-host politeness.

Everything that this program reads from the open network (feeds, article pages, discovery) comes
through a `Fetcher`, so all of it passes the same address check and the same caps.
"""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType

import aiohttp
from aiohttp.abc import AbstractResolver
from multidict import CIMultiDict
from yarl import URL

from feeds.addresses import Guard, GuardError, redacted, without_user
from feeds.article import NO_VALIDATORS, Validators
from feeds.cachehints import NO_HINTS, CacheHints, read_hints
from feeds.decompress import ACCEPT_ENCODING, Body
from feeds.errors import AddressRefused, FetchError
from feeds.failures import failure_of, failure_of_status
from feeds.politeness import HostGate
from feeds.resolver import PooledResolver

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.5, */*;q=0.3"
)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_LONGEST_VALIDATOR = 1_000
"""Characters; many servers take no more than 8,000 for all headers together."""
_NOT_FORWARDED = frozenset({"host", "content-length", "transfer-encoding", "connection"})


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How the network is read. Times in seconds, sizes in bytes."""

    user_agent: str = "Pledgewatch/0.1"
    timeout_seconds: float = 30.0
    """For one document as a whole, redirects included; waiting for a host's turn is not counted."""
    max_bytes: int = 5_000_000
    """Of a document after decompression."""
    max_redirects: int = 5
    per_host: int = 2
    """Requests at once to one host."""
    host_gap: float = 1.0
    """Between the starts of two requests to one host."""
    allow_networks: tuple[str, ...] = ()
    """Private networks that may be reached, in CIDR form."""
    proxy: str = ""
    """An http proxy for all requests. It resolves the names, so it has to guard its own network;
    addresses that are spelt as numbers, and names that can only lead inside, are judged here."""
    ca_file: str = ""
    """PEM file of certificate authorities to trust besides the system's."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a request brought."""

    body: bytes | None
    """None: the same document as last time (304, or an equal digest)."""
    validators: Validators
    final_url: str
    status: int
    content_type: str = ""
    permanent_url: str = ""
    """Where a chain of nothing but permanent redirects led; empty where there was none."""
    hints: CacheHints = NO_HINTS


@dataclass(slots=True)
class _Hop:
    """A request under way through its redirects."""

    url: URL
    headers: CIMultiDict[str]
    secret_headers: frozenset[str]
    validators: Validators
    visited: set[URL] = field(default_factory=set)
    permanent: bool = True

    def move_to(self, target: URL, status: int) -> None:
        self.visited.add(self.url)
        self.permanent = self.permanent and status in _PERMANENT
        if not same_origin(self.url, target):
            for name in self.secret_headers:
                self.headers.popall(name, None)
            target = without_user(target)
        self.url = target


class Fetcher:
    """An HTTP client for documents of strangers. Use as an async context manager."""

    def __init__(
        self, settings: FetchSettings, *, resolver: AbstractResolver | None = None
    ) -> None:
        """Raises ValueError where a network of `allow_networks` is none; OSError (ssl.SSLError
        included) where `ca_file` cannot be read."""
        self.settings = settings
        self._guard = Guard(settings.allow_networks, blind=bool(settings.proxy))
        self._gate = HostGate(settings.per_host, settings.host_gap)
        self._tls = _tls_context(settings.ca_file)
        self._resolver = resolver
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Fetcher:
        connector = aiohttp.TCPConnector(
            limit=0,
            ssl=self._tls,
            resolver=self._resolver or PooledResolver(),
            socket_factory=None if self.settings.proxy else self._guard.socket_for,
            keepalive_timeout=2,  # thousands of hosts, and each keeps a file descriptor
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),
            headers={
                "User-Agent": self.settings.user_agent,
                "Accept": ACCEPT,
                "Accept-Encoding": ACCEPT_ENCODING,
            },
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def get(
        self,
        url: str,
        *,
        validators: Validators = NO_VALIDATORS,
        headers: Sequence[tuple[str, str]] = (),
    ) -> Fetched:
        """Fetch one document. `headers` are secret: not sent on to another host.

        Raises FetchError (kind: dns, tls, timeout, connect, http4xx, http5xx, rate_limited, gone,
        too_large, redirects, encoding) and its kin AddressRefused (refused).
        """
        hop = _first_hop(url, validators, headers)
        left = self.settings.timeout_seconds
        for _ in range(self.settings.max_redirects + 1):
            self._guard.check_url(hop.url)
            async with self._gate.enter(hop.url.raw_host or ""):
                clock = asyncio.get_running_loop().time
                started = clock()
                answer = await self._request(hop, left)
                left -= clock() - started
            if isinstance(answer, Fetched):
                return answer
            hop.move_to(*answer)
            if hop.url in hop.visited:
                raise _redirect_error(url, "the redirects go round in a circle")
        raise _redirect_error(url, f"more than {self.settings.max_redirects} redirects")

    async def _request(self, hop: _Hop, seconds: float) -> Fetched | tuple[URL, int]:
        if self._session is None:
            raise RuntimeError("use the Fetcher as an async context manager")
        try:
            async with (
                asyncio.timeout(max(seconds, 0.001)),
                self._session.get(
                    hop.url,
                    headers=hop.headers,
                    allow_redirects=False,
                    proxy=self.settings.proxy or None,
                ) as response,
            ):
                return await self._answer(hop, response)
        except TimeoutError as error:
            raise self._timed_out(hop.url) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            if isinstance(getattr(error, "os_error", None), GuardError):
                raise self._guard.refusal(hop.url) from error
            raise failure_of(error, hop.url) from error

    async def _answer(
        self, hop: _Hop, response: aiohttp.ClientResponse
    ) -> Fetched | tuple[URL, int]:
        if response.status in _REDIRECTS and (target := response.headers.get("Location")):
            return _target(hop.url, target), response.status
        hints = read_hints(response.headers)
        if response.status == 304 and hop.validators != NO_VALIDATORS:
            kept = _validators(response, hop.validators, hop.validators.digest)
            return _fetched(hop, response, None, kept, hints)
        if response.status != 200:
            raise failure_of_status(response.status, hop.url, hints.retry_after)
        body = await self._body(response)
        fresh = _validators(response, NO_VALIDATORS, digest_of(body))
        unchanged = fresh.digest == hop.validators.digest
        return _fetched(hop, response, None if unchanged else body, fresh, hints)

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        body = Body(response.headers.get("Content-Encoding", ""), self.settings.max_bytes)
        async for chunk in response.content.iter_any():
            body.add(chunk)
        return body.whole()

    def _timed_out(self, url: URL) -> FetchError:
        return FetchError(
            f"{redacted(url)} did not answer in full within {self.settings.timeout_seconds:g} s",
            kind="timeout",
            remedy="it is tried again by itself; raise [fetch] timeout if it is only slow",
        )


def digest_of(body: bytes) -> str:
    """What `Validators.digest` holds."""
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def _validators(response: aiohttp.ClientResponse, known: Validators, digest: str) -> Validators:
    """What the next request sends back; a header that is missing leaves what is known."""
    return Validators(
        _repeatable(response.headers.get("ETag", known.etag)),
        _repeatable(response.headers.get("Last-Modified", known.last_modified)),
        digest,
    )


def _repeatable(value: str) -> str:
    """The value of a header, or nothing where it cannot be stored and sent back as it came."""
    fits = len(value) <= _LONGEST_VALIDATOR and value.isascii() and value.isprintable()
    return value if fits else ""


def _fetched(
    hop: _Hop,
    response: aiohttp.ClientResponse,
    body: bytes | None,
    validators: Validators,
    hints: CacheHints,
) -> Fetched:
    return Fetched(
        body=body,
        validators=validators,
        final_url=str(without_user(hop.url)),
        status=response.status,
        content_type=response.headers.get("Content-Type", ""),
        permanent_url=str(hop.url) if hop.visited and hop.permanent else "",
        hints=hints,
    )


def _first_hop(url: str, validators: Validators, headers: Sequence[tuple[str, str]]) -> _Hop:
    sent: CIMultiDict[str] = CIMultiDict(
        (name, value) for name, value in headers if name.lower() not in _NOT_FORWARDED
    )
    secret = frozenset(sent)
    if validators.etag:
        sent["If-None-Match"] = validators.etag
    if validators.last_modified:
        sent["If-Modified-Since"] = validators.last_modified
    return _Hop(_parsed(url), sent, secret, validators)


def _parsed(url: str) -> URL:
    try:
        return URL(url.strip())
    except ValueError as error:
        raise AddressRefused(
            f"{redacted(url)} is not an address that can be read",
            kind="refused",
            remedy="check its spelling",
        ) from error


def _target(base: URL, location: str) -> URL:
    try:
        target = base.join(URL(location.strip()))
    except ValueError as error:
        raise _redirect_error(str(base), "it redirects to something that is no address") from error
    return target.with_fragment(None)


def same_origin(old: URL, new: URL) -> bool:
    """Whether secrets may follow: the same host and port, or its upgrade to https."""
    if old.raw_host != new.raw_host:
        return False
    upgraded = old.is_default_port() and new.is_default_port() and new.scheme == "https"
    return upgraded or (old.scheme, old.port) == (new.scheme, new.port)


def _redirect_error(url: str, reason: str) -> FetchError:
    return FetchError(
        f"{redacted(url)}: {reason}",
        kind="redirects",
        remedy="open the address in a browser and subscribe to where it ends",
    )


def _tls_context(ca_file: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_file:
        context.load_verify_locations(cafile=ca_file)
    return context
