"""What surrounds a message in a chat: the channel, who speaks, what only one person sees."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.render import discord_html, forms_html, slack_html
from tests.render.camera import MEASURE

Json = dict[str, Any]
Platform = str
"""slack or discord."""
STYLE = Path(__file__).with_name("style.css").read_text(encoding="utf-8")
FRAMES = Path(__file__).with_name("frames.css").read_text(encoding="utf-8")
_ALONE = {
    "slack": "👁 Only visible to you",
    "discord": "👁 Only you can see this · Dismiss message",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """A command that somebody types."""

    line: str


@dataclass(frozen=True, slots=True)
class Said:
    """A message of the app, as the platform was given it."""

    message: Json
    alone: bool = False
    """Whether one person sees it."""
    reply: bool = False
    """Whether it stands in a thread."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form, or Slack's home page."""

    view: Json


Part = Typed | Said | Filled


def page(
    platform: Platform,
    channel: str,
    parts: Iterable[Part],
    files: Mapping[str, bytes],
    *,
    cut: bool = False,
) -> str:
    """A page that shows what stands in a channel; `cut` lets it fade at the lower edge."""
    drawn = "".join(_part(platform, part, files) for part in parts)
    head = f"<div class=channel># {html.escape(channel)}</div>" if channel else ""
    style = f"<meta charset=utf-8><style>{STYLE}{FRAMES}</style>"
    kind = f"frame {platform}-frame{' cut' if cut else ''}"
    body = f"<body class='{kind}'>{head}{drawn}</body>"
    return f"<!doctype html>{style}{body}{MEASURE}"


def _part(platform: Platform, part: Part, files: Mapping[str, bytes]) -> str:
    match part:
        case Typed(line):
            return f"<div class=typed>{html.escape(line)}</div>"
        case Filled(view):
            return _form(platform, view)
        case Said(message, alone, reply):
            note = f"<div class=alone>{_ALONE[platform]}</div>" if alone else ""
            name = "<b>Pledgewatch</b><i>APP</i>"
            drawn = _message(platform, message, files)
            below = "reply" if reply else ""
            return (
                f"<div class='post {below}'><div class=face>P</div><div class=said>"
                f"{note if platform == 'slack' else ''}{name}{drawn}"
                f"{note if platform == 'discord' else ''}</div></div>"
            )


def _form(platform: Platform, view: Json) -> str:
    draw: Callable[[Json], str]
    draw = forms_html.slack_view if platform == "slack" else forms_html.discord_modal
    return draw(view)


def _message(platform: Platform, message: Json, files: Mapping[str, bytes]) -> str:
    if platform == "slack":
        drawn = slack_html.message(message["blocks"])
    else:
        drawn = discord_html.message(message)
    for address, body in files.items():
        drawn = drawn.replace(address, f"data:image/png;base64,{base64.b64encode(body).decode()}")
    return drawn
