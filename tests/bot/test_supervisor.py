"""What systemd is told, over a socket of the test's own."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.supervisor import Supervisor


@pytest.fixture(params=["file", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    """The address that a unit is given, and the socket that listens there."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.settimeout(5)
        name = str(tmp_path / "notify")
        abstract = request.param == "abstract"
        listener.bind(f"\0{name}" if abstract else name)
        yield (f"@{name}" if abstract else name), listener


def test_each_state_is_told(manager: tuple[str, socket.socket]) -> None:
    address, listener = manager
    supervisor = Supervisor({"NOTIFY_SOCKET": address})
    supervisor.ready("3 feeds,\n0 messages wait")
    assert listener.recv(999) == b"READY=1\nSTATUS=3 feeds, 0 messages wait"
    supervisor.alive("well")
    assert listener.recv(999) == b"WATCHDOG=1\nSTATUS=well"
    supervisor.reloading()
    told = listener.recv(999).decode().split("\n")
    assert told[0] == "RELOADING=1"
    assert told[1].removeprefix("MONOTONIC_USEC=").isdecimal()
    supervisor.stopping()
    assert listener.recv(999) == b"STOPPING=1"


@pytest.mark.parametrize(
    ("environ", "interval"),
    [
        ({"WATCHDOG_USEC": "30000000"}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({}, None),
    ],
)
def test_signs_of_life_come_twice_as_often_as_they_are_waited_for(
    environ: dict[str, str], interval: float | None
) -> None:
    assert Supervisor(environ).interval == interval


def test_without_systemd_nothing_is_said_and_nothing_fails(tmp_path: Path) -> None:
    Supervisor({}).ready("well")
    Supervisor({"NOTIFY_SOCKET": str(tmp_path / "nobody listens")}).ready("well")
