"""The service under load, seen from outside: its start, its memory, its own figures."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

_ROOT = Path(__file__).resolve().parents[2]
_GLANCE = 0.02
_STOP = 30.0
_STARTED = 120.0
_SAMPLE = re.compile(r"^pledgewatch_(\w+)(?:\{(.*)\})? (\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Figures:
    """One look at /metrics."""

    samples: dict[tuple[str, str], float]

    def one(self, name: str, labels: str = "") -> float:
        """A figure; 0 where there is none."""
        return self.samples.get((name, labels), 0.0)

    def total(self, name: str) -> float:
        """Over all labels."""
        return sum(value for (known, _), value in self.samples.items() if known == name)

    def buckets(self, name: str) -> dict[str, float]:
        """A histogram's counts by upper bound, cumulative."""
        wanted = f"{name}_bucket"
        found = {label: value for (known, label), value in self.samples.items() if known == wanted}
        return {label.partition('le="')[2].rstrip('"'): value for label, value in found.items()}


@dataclass
class Service:
    """`pledgewatch run` in a folder with a config.toml; its log goes to service.log there."""

    folder: Path
    port: int = field(default_factory=lambda: _free_port())  # noqa: PLW0108 - it comes below
    began: float = 0.0
    _process: asyncio.subprocess.Process | None = None
    _session: aiohttp.ClientSession | None = None

    async def start(self) -> dict[str, float]:
        """Start it; seconds from exec until it lives and is ready."""
        self._session = self._session or aiohttp.ClientSession()
        path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
        with (self.folder / "service.log").open("ab") as log:
            self.began = time.perf_counter()
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", "--config", "config.toml",
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": path},
                stdout=asyncio.subprocess.DEVNULL,
                stderr=log,
            )  # fmt: skip
        found = {}
        async with asyncio.timeout(_STARTED):
            for name, path in (("live", "/healthz/live"), ("ready", "/healthz/ready")):
                found[name] = await self._until(path, lambda _: True)
        return found

    async def first_poll(self) -> float:
        """Seconds from exec until a round of feeds was read. Raises TimeoutError."""
        async with asyncio.timeout(_STARTED):
            return await self._until(
                "/metrics", lambda text: read_figures(text).total("polls_total") > 0
            )

    async def _until(self, path: str, good: Callable[[str], bool]) -> float:
        while True:
            status, text = await self._get(path)
            if status == 200 and good(text):
                return time.perf_counter() - self.began
            if self._process is None or self._process.returncode is not None:
                raise RuntimeError(f"the service ended; see {self.folder}/service.log")
            await asyncio.sleep(_GLANCE)

    async def _get(self, path: str) -> tuple[int, str]:
        if self._session is None:
            raise RuntimeError("it was never started")
        try:
            async with self._session.get(f"http://127.0.0.1:{self.port}{path}") as answer:
                return answer.status, await answer.text()
        except aiohttp.ClientConnectionError:
            return 0, ""

    async def figures(self) -> Figures:
        """What /metrics says now."""
        return read_figures((await self._get("/metrics"))[1])

    def memory(self) -> dict[int, float]:
        """PSS of the service and of each process below it, in MB (millions of bytes)."""
        if self._process is None:
            return {}
        found = {pid: _pss(pid) for pid in (self._process.pid, *_below(self._process.pid))}
        return {pid: pss for pid, pss in found.items() if pss}

    async def stop(self) -> tuple[int, float]:
        """SIGTERM; its exit status, and how many seconds it took."""
        if self._process is None:
            raise RuntimeError("it was never started")
        began = time.perf_counter()
        self._process.send_signal(signal.SIGTERM)
        status = await asyncio.wait_for(self._process.wait(), _STOP)
        return status, time.perf_counter() - began

    async def close(self) -> None:
        """Kill what is left."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        if self._session is not None:
            await self._session.close()


def read_figures(text: str) -> Figures:
    """Prometheus text."""
    samples = {(n, labels or ""): float(v) for n, labels, v in _SAMPLE.findall(text)}
    return Figures(samples)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _below(pid: int) -> Iterator[int]:
    """The processes that a process has started, and theirs."""
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(word) for word in task.read_text().split()]
        except OSError:
            continue
        for child in children:
            yield child
            yield from _below(child)


def _pss(pid: int) -> float:
    """0 where the process has ended."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    found = re.search(r"^Pss:\s+(\d+) kB$", rollup, re.MULTILINE)
    return int(found[1]) * 1024 / 1e6 if found else 0.0
