"""Parsing in processes of its own, so that a hostile document costs a bounded time and nothing
else: a worker that overruns its deadline is killed, and the pool goes on with a new one."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from types import TracebackType

from feeds import wire
from feeds.article import Entry, ParsedFeed
from feeds.errors import ParseError

_LONGEST_LINE = 16 * 1024 * 1024
_BREATHE_EVERY = 50
"""Entries read between two looks at the rest of the event loop."""


class _Worker:
    """One process; parses one document at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
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
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                limit=_LONGEST_LINE,
            )
        )

    async def parse(self, body: bytes, url: str, content_type: str) -> ParsedFeed:
        """Raises ParseError, and EOFError or OSError where the process is gone."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise RuntimeError("the worker was started without pipes")
        self.documents += 1
        request = {"url": url, "content_type": content_type, "size": len(body)}
        stdin.write(json.dumps(request).encode("ascii") + b"\n")
        stdin.write(body)
        await stdin.drain()
        head = wire.read_head(await _line(stdout))
        if "error" in head:
            raise ParseError(head["error"], kind=head["kind"], remedy=head["remedy"])
        entries: list[Entry] = []
        while len(entries) < head["count"]:
            entries.append(wire.read_entry(await _line(stdout)))
            if len(entries) % _BREATHE_EVERY == 0:
                await asyncio.sleep(0)
        return wire.assembled(head, entries)

    async def stop(self) -> None:
        """Kill it; it holds nothing that could be lost."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()


async def _line(stream: asyncio.StreamReader) -> bytes:
    line = await stream.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    return line


class ParserPool:
    """Parses documents in worker processes, started when they are first needed.

    Use as an async context manager, or call `close`.
    """

    def __init__(
        self, workers: int = 2, *, deadline: float = 10.0, documents_per_worker: int = 2000
    ) -> None:
        """`deadline` in seconds a document; a worker is replaced after so many documents, which
        bounds what leaks."""
        self._free: asyncio.LifoQueue[_Worker | None] = asyncio.LifoQueue()
        for _ in range(workers):
            self._free.put_nowait(None)
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

    async def parse(self, body: bytes, url: str, content_type: str = "") -> ParsedFeed:
        """As feeds.parse.parse. Raises ParseError; kind parse_timeout or parse_crash where the
        document did the worker in."""
        async with self._worker() as worker:
            try:
                async with asyncio.timeout(self._deadline):
                    return await worker.parse(body, url, content_type)
            except TimeoutError as error:
                raise _abandoned(
                    f"was not parsed within {self._deadline:g} s", "timeout"
                ) from error
            except (EOFError, OSError, ValueError) as error:
                raise _abandoned("ended the process that parsed it", "crash") from error

    async def close(self) -> None:
        """Stop the workers; may be called twice."""
        while self._running:
            await self._running.pop().stop()

    @asynccontextmanager
    async def _worker(self) -> AsyncIterator[_Worker]:
        """A worker to oneself. After anything but a clean end of its document it is replaced,
        since what is left in its pipes belongs to nobody."""
        worker = await self._free.get()
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
            if kept is None or kept.documents >= self._documents_per_worker:
                await self._retire(worker)
                kept = None
            self._free.put_nowait(kept)

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
