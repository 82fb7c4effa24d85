"""Block Kit, as far as a card uses it, drawn to HTML."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

_TAGS = {"bold": "b", "italic": "i", "strike": "s", "code": "code"}
_MRKDWN = (
    # mrkdwn's own escapes are HTML's, so what is left of < and > is Slack's
    (re.compile(r"<!date\^(\d+)\^[^|]*\|[^>]*>"), lambda m: _time(int(m[1]))),
    (re.compile(r"<([!@#][^>]*)>"), lambda m: f"<b class=mention>{html.escape(m[1])}</b>"),
    (re.compile(r"<(https?://[^|>]+)\|([^>]*)>"), lambda m: f'<a href="{m[1]}">{m[2]}</a>'),
    (re.compile(r"\*([^*\n]+)\*"), lambda m: f"<b>{m[1]}</b>"),
    (re.compile(r"\b_([^_\n]+)_\b"), lambda m: f"<i>{m[1]}</i>"),
    (re.compile(r"~([^~\n]+)~"), lambda m: f"<s>{m[1]}</s>"),
)


def message(blocks: list[Json]) -> str:
    """All blocks of a message."""
    return f"<div class=slack>{''.join(map(_block, blocks))}</div>"


def _block(block: Json) -> str:
    match block["type"]:
        case "header":
            return f"<h3>{html.escape(block['text']['text'])}</h3>"
        case "divider":
            return "<hr>"
        case "context":
            return f"<small>{' &nbsp; '.join(map(_text, block['elements']))}</small>"
        case "actions":
            return f"<div class=row>{''.join(map(_button, block['elements']))}</div>"
        case "image":
            alt = html.escape(block["alt_text"])
            return f'<img src="{html.escape(block["slack_file"]["id"])}" alt="{alt}">'
        case "rich_text":
            return "".join(map(_rich, block["elements"]))
    raise ValueError(f"a block that no card uses: {block['type']}")


def _rich(part: Json) -> str:
    tag = {"rich_text_quote": "blockquote"}.get(part["type"], "div")
    return f"<{tag}>{''.join(map(_element, part['elements']))}</{tag}>"


def _element(element: Json) -> str:
    if element["type"] == "date":
        return _time(element["timestamp"])
    drawn = html.escape(element["text"]).replace("\n", "<br>")
    for name in element.get("style") or {}:
        drawn = f"<{_TAGS[name]}>{drawn}</{_TAGS[name]}>"
    if element["type"] == "link":
        return f'<a href="{html.escape(element["url"])}">{drawn}</a>'
    return drawn


def _text(text: Json) -> str:
    if text["type"] == "plain_text":
        return html.escape(text["text"], quote=False)
    drawn: str = text["text"]
    for pattern, draw in _MRKDWN:
        drawn = pattern.sub(draw, drawn)
    return drawn


def _time(stamp: int) -> str:
    return f"<time>{datetime.fromtimestamp(stamp, UTC):%d %b %Y at %H:%M}</time>"


def _button(button: Json) -> str:
    label = html.escape(button["text"]["text"])
    return f'<span class="button {button.get("style", "")}">{label}</span>'
