"""What the bench does to the clock and the disk of the service."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import database
from storage.errors import DatabaseFull, StorageError
from storage.store import Store
from tests.soak.steered import FULL, READ_ONLY, VARIABLE, Forecast, Weather, hinder_disk

_LONG = "x" * 100_000
_CLOCKS = """
import os, pathlib
from tests.soak.steered import Forecast, steer_clock
steer_clock(Forecast(pathlib.Path(os.environ["SOAK_WEATHER"])))
import datetime, time, logging
print(datetime.datetime.now(datetime.timezone.utc).timestamp())
print(time.time())
print(time.time_ns() / 1e9)
print(isinstance(datetime.datetime.fromisoformat("2026-01-07"), datetime.datetime))
"""


@pytest.fixture
def forecast(tmp_path: Path) -> Path:
    Weather().write(tmp_path / "weather.json")
    return tmp_path / "weather.json"


@pytest.fixture
async def store(
    tmp_path: Path, forecast: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Store]:
    monkeypatch.setattr(database, "immediate", database.immediate)
    hinder_disk(Forecast(forecast))
    async with await Store.open(tmp_path / "p.db") as opened:
        yield opened


def test_every_clock_of_the_process_is_wrong_by_as_much(forecast: Path) -> None:
    Weather(shift=-18_000).write(forecast)
    ran = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", _CLOCKS],
        env={**os.environ, VARIABLE: str(forecast), "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    *clocks, sound = ran.stdout.split()
    expected = (datetime.now(UTC) - timedelta(hours=5)).timestamp()
    assert all(abs(float(clock) - expected) < 30 for clock in clocks)
    assert sound == "True"


async def test_a_full_disk_takes_nothing_more(store: Store, forecast: Path) -> None:
    Weather(disk=FULL).write(forecast)
    with pytest.raises(DatabaseFull):
        await store.remember("much", _LONG)
    Weather().write(forecast)
    await store.remember("much", _LONG)
    assert await store.recall("much") == _LONG


async def test_a_read_only_file_takes_nothing(store: Store, forecast: Path) -> None:
    Weather(disk=READ_ONLY).write(forecast)
    with pytest.raises(StorageError, match="read-only"):
        await store.remember("little", "x")
    Weather().write(forecast)
    await store.remember("little", "x")
    assert await store.recall("little") == "x"
