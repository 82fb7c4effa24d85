"""What programs that play members give a service to do: every command of the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from bot.command_table import COMMANDS

Options = dict[str, Any]


class Asked(Protocol):
    """What the commands below are asked of."""

    @property
    def platform(self) -> str: ...

    @property
    def host(self) -> str: ...

    @property
    def names(self) -> tuple[str, ...]: ...

    @property
    def name(self) -> str: ...

    @property
    def spare(self) -> str: ...


FROM_UNFOLLOW_TO_HELD: tuple[tuple[str, Callable[[Asked], Options]], ...] = (
    ("pledges unfollow", lambda f: {"reference": f.name}),
    ("pledges mute", lambda f: {"reference": f.names[-1]}),
    ("pledges unmute", lambda f: {"reference": f.names[-1]}),
    ("pledges help", lambda f: {"command": "latest"}),
    ("pledges forget-me", lambda f: {}),
    ("pledgewatch status", lambda f: {}),
    ("pledgewatch feeds list", lambda f: {}),
    ("pledgewatch feeds add", lambda f: {"url": f"{f.host}/spare-{f.platform}", "name": f.spare}),
    ("pledgewatch feeds pause", lambda f: {"feed": f.spare}),
    ("pledgewatch feeds resume", lambda f: {"feed": f.spare}),
    ("pledgewatch feeds unmove", lambda f: {"feed": f.spare}),
    ("pledgewatch feeds remove", lambda f: {"feed": f.spare}),
    ("pledgewatch feeds health", lambda f: {}),
    ("pledgewatch feeds held", lambda f: {}),
)
"""Commands with what they are given, in an order in which they make sense."""


def check_script(commands: Iterable[str]) -> None:
    """Raises RuntimeError where a command is left out."""
    missing = {c.name for c in COMMANDS} - set(commands)
    if missing:
        raise RuntimeError(f"the script leaves out {sorted(missing)}")
