"""Words to systemd over its notification socket: ready, reloading, alive, stopping (sd_notify(3)).

Without the variables that systemd sets for a unit of Type=notify, nothing is said.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping

import structlog

log = structlog.get_logger(__name__)


class Supervisor:
    """The process that started us."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")
        self.interval = _interval(environ)
        """Seconds between two signs of life; None where none is wanted. Half of what systemd
        waits for, as sd_watchdog_enabled(3) asks."""

    def ready(self, status: str) -> None:
        """Everything is started, or the configuration is read again."""
        self._say("READY=1", f"STATUS={status}")

    def reloading(self) -> None:
        """The configuration is being read again; `ready` ends it."""
        self._say("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def alive(self, status: str) -> None:
        """A sign of life."""
        self._say("WATCHDOG=1", f"STATUS={status}")

    def stopping(self) -> None:
        """The service ends."""
        self._say("STOPPING=1")

    def _say(self, *lines: str) -> None:
        if not self._address:
            return
        # An address that begins with @ is none of a file (unix(7), abstract sockets).
        address = "\0" + self._address[1:] if self._address[0] == "@" else self._address
        text = "\n".join(line.replace("\n", " ") for line in lines)
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as connection:
                connection.setblocking(False)
                connection.sendto(text.encode(), address)
        except OSError as error:
            log.warning("supervisor.unheard", error=str(error))


def _interval(environ: Mapping[str, str]) -> float | None:
    wanted, process = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", "")
    if not wanted.isdecimal() or (process and process != str(os.getpid())):
        return None
    return int(wanted) / 1_000_000 / 2 or None
