"""Parsing in processes of its own, so that a hostile document costs a bounded time and nothing
else: a worker that overruns its deadline is killed, and the pool goes on with a new one."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from types import TracebackType
from typing import Any, TypeVar

from feeds import wire
from feeds.article import Entry, ParsedFeed
from feeds.errors import ParseError
from feeds.fulltext import PageKind, PageText

_T = TypeVar("_T")

_LONGEST_LINE = 16 * 1024 * 1024
_BREATHE_EVERY = 50
"""Entries read between two looks at the rest of the event loop."""
_PATIENCE = 0.5
"""Seconds that a document waits before a further worker is started for it: one is enough for
thousands of feeds, unless a document holds it up."""


_HANDED_ON = ("PATH", "HOME", "LANG", "LC_", "TZ", "TMP", "TEMP", "LD_", "XDG_", "MPL")
"""Beginnings of the names of variables that a worker may need."""


def worker_environment() -> dict[str, str]:
    """For a process that reads what strangers wrote: nothing of the environment that it does not
    need, since tokens may stand there."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(_HANDED_ON)}
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


class _Worker:
    """One process; parses one document at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("a worker needs pipes")
        self._process = process
        self._stdin = process.stdin
        self._stdout = process.stdout
        self.documents = 0

    @classmethod
    async def start(cls) -> _Worker:
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",  # never import from the folder that the service happens to run in
                "-m",
                "feeds.parse_worker",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env=worker_environment(),
                limit=_LONGEST_LINE,
            )
        )

    async def parse(self, body: bytes, given: dict[str, str]) -> ParsedFeed:
        """Raises ParseError, and EOFError or OSError where the process is gone."""
        head = await self._ask("parse", body, given)
        if "error" in head:
            raise ParseError(head["error"], kind=head["kind"], remedy=head["remedy"])
        entries: list[Entry] = []
        while len(entries) < head["count"]:
            entries.append(wire.read_entry(await self._line()))
            if len(entries) % _BREATHE_EVERY == 0:
                await asyncio.sleep(0)
        return wire.assembled(head, entries)

    async def extract(self, body: bytes, given: dict[str, str]) -> PageText:
        """Raises EOFError or OSError where the process is gone."""
        answer = await self._ask("extract", body, given)
        return PageText(PageKind(answer["kind"]), answer["text"], answer["title"])

    async def _ask(self, job: str, body: bytes, given: dict[str, str]) -> dict[str, Any]:
        self.documents += 1
        request = {"job": job, "size": len(body), **given}
        self._stdin.write(json.dumps(request).encode("ascii") + b"\n")
        self._stdin.write(body)
        await self._stdin.drain()
        return wire.read_head(await self._line())

    async def _line(self) -> bytes:
        line = await self._stdout.readline()
        if not line.endswith(b"\n"):
            raise EOFError
        return line

    async def stop(self) -> None:
        """Kill it; it holds nothing that could be lost."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()


class ParserPool:
    """Parses documents in worker processes, started when they are first needed. Those beyond the
    first end as soon as nothing waits.

    Use as an async context manager, or call `close`.
    """

    def __init__(
        self, workers: int = 2, *, deadline: float = 10.0, documents_per_worker: int = 2000
    ) -> None:
        """At most so many `workers`; `deadline` in seconds a document; a worker is replaced after
        so many documents, which bounds what leaks."""
        self._free: asyncio.LifoQueue[_Worker | None] = asyncio.LifoQueue()
        self._free.put_nowait(None)
        self._most = workers
        self._places = 1
        self._waiting = 0
        self._deadline = deadline
        self._documents_per_worker = documents_per_worker
        self._running: set[_Worker] = set()

    async def __aenter__(self) -> ParserPool:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def parse(
        self, body: bytes, url: str, content_type: str = "", *, memory: str = ""
    ) -> ParsedFeed:
        """As feeds.parse.parse. Raises ParseError; kind parse_timeout or parse_crash where the
        document did the worker in."""
        given = {"url": url, "content_type": content_type, "memory": memory}
        return await self._done(lambda worker: worker.parse(body, given))

    async def extract(self, body: bytes, url: str, content_type: str = "") -> PageText:
        """As feeds.fulltext.extract. Raises ParseError (parse_timeout, parse_crash)."""
        given = {"url": url, "content_type": content_type}
        return await self._done(lambda worker: worker.extract(body, given))

    async def _done(self, job: Callable[[_Worker], Awaitable[_T]]) -> _T:
        async with self._worker() as worker:
            try:
                async with asyncio.timeout(self._deadline):
                    return await job(worker)
            except TimeoutError as error:
                raise _abandoned(f"was not read within {self._deadline:g} s", "timeout") from error
            except (EOFError, OSError, ValueError) as error:
                raise _abandoned("ended the process that read it", "crash") from error

    async def close(self) -> None:
        """Stop the workers; may be called twice."""
        while self._running:
            await self._running.pop().stop()

    @asynccontextmanager
    async def _worker(self) -> AsyncIterator[_Worker]:
        """A worker to oneself. After anything but a clean end of its document it is replaced,
        since what is left in its pipes belongs to nobody."""
        worker = await self._place()
        kept: _Worker | None = None
        try:
            if worker is None:
                worker = await _Worker.start()
                self._running.add(worker)
            try:
                yield worker
                kept = worker
            except ParseError as error:
                kept = None if error.kind.startswith("parse_") else worker
                raise
        finally:
            if kept is not None and kept.documents >= self._documents_per_worker:
                kept = None
            if self._places > 1 and not self._waiting:
                self._places -= 1
                kept = None
            else:
                self._free.put_nowait(kept)
            if kept is None:
                await self._retire(worker)

    async def _place(self) -> _Worker | None:
        """The right to a worker, with one that is free; None: it is yet to be started."""
        self._waiting += 1
        try:
            while self._places < self._most:
                try:
                    async with asyncio.timeout(_PATIENCE):
                        return await self._free.get()
                except TimeoutError:
                    if self._places < self._most:  # nobody else has just taken it
                        self._places += 1
                        return None
            return await self._free.get()
        finally:
            self._waiting -= 1

    async def _retire(self, worker: _Worker | None) -> None:
        if worker is not None:
            self._running.discard(worker)
            await asyncio.shield(worker.stop())


def _abandoned(what: str, kind: str) -> ParseError:
    return ParseError(
        f"the document {what}",
        kind=f"parse_{kind}",
        remedy="it is tried again by itself; remove the feed if it goes on",
    )
