"""The terminal: always there, and nothing to configure."""

from __future__ import annotations

import re

from bot.config.platforms.base import Platform

TERMINAL = Platform(
    name="terminal",
    title="Terminal",
    channel=re.compile("terminal"),
    channel_form='"terminal"',
    channel_example="terminal",
)
