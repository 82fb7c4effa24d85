"""Discord's dialect of Markdown, as far as a card could use or abuse it, drawn to HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

_INLINE: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"\\([^0-9A-Za-z\s])"), lambda m: html.escape(m[1])),
    (re.compile(r"`+([^`]+?)`+"), lambda m: f"<code>{html.escape(m[1])}</code>"),
    (
        re.compile(r"<t:(\d+):\w>"),
        lambda m: f"<time>{datetime.fromtimestamp(int(m[1]), UTC):%d %B %Y %H:%M}</time>",
    ),
    (
        re.compile(r"<(?:@[!&]?|#|a?:\w+:|/\w+:|id:)\w*>"),
        lambda m: f"<b class=mention>{html.escape(m[0])}</b>",
    ),
    (re.compile(r"@(?:everyone|here)"), lambda m: f"<b class=mention>{m[0]}</b>"),
    (
        re.compile(r"\[((?:\\.|[^\]\\])+)\]\(<?(https?://[^\s()<>]+)>?\)"),
        lambda m: f'<a href="{html.escape(m[2])}">{inline(m[1])}</a>',
    ),
    (
        re.compile(r"<?((?:https?|steam)://[^\s<>]+)>?"),
        lambda m: f'<a class=bare href="{html.escape(m[1])}">{html.escape(m[1])}</a>',
    ),
    (re.compile(r"\*\*((?:\\.|[^\\])+?)\*\*(?!\*)"), lambda m: f"<strong>{inline(m[1])}</strong>"),
    (re.compile(r"__((?:\\.|[^\\])+?)__(?!_)"), lambda m: f"<u>{inline(m[1])}</u>"),
    (re.compile(r"\*((?:\\.|[^\\*])+?)\*"), lambda m: f"<em>{inline(m[1])}</em>"),
    (re.compile(r"\b_((?:\\.|[^\\_])+?)_\b"), lambda m: f"<em>{inline(m[1])}</em>"),
    (re.compile(r"~~((?:\\.|[^\\])+?)~~"), lambda m: f"<s>{inline(m[1])}</s>"),
    (
        re.compile(r"\|\|((?:\\.|[^\\])+?)\|\|"),
        lambda m: f"<span class=spoiler>{inline(m[1])}</span>",
    ),
)
_LINES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^>>?>? (.*)$"), "blockquote"),
    (re.compile(r"^-# (.*)$"), "small"),
    (re.compile(r"^#{1,3} (.*)$"), "h3"),
    (re.compile(r"^\s*[-*+] (.*)$"), "li"),
    (re.compile(r"^\s*\d+[.)] (.*)$"), "li"),
)


def message(payload: Json) -> str:
    """A message: content, embeds, buttons."""
    parts = [f"<div class=content>{markdown(payload.get('content') or '')}</div>"]
    for embed in payload.get("embeds") or []:
        edge = f"border-left-color:#{embed.get('color', 0):06x}"
        body = markdown(embed.get("description") or "")
        image = (embed.get("image") or {}).get("url", "")
        shown = f'<img src="{html.escape(image)}">' if image else ""
        parts.append(f'<div class=embed style="{edge}">{body}{shown}</div>')
    parts.extend(map(_row, payload.get("components") or []))
    return f"<div class=discord>{''.join(parts)}</div>"


def markdown(text: str) -> str:
    """Line by line."""
    drawn = "".join(f"<div>{_line(line) or '&nbsp;'}</div>" for line in text.split("\n"))
    return drawn.replace("</blockquote></div><div><blockquote>", "<br>")


def inline(text: str) -> str:
    """What stands within a line."""
    return "".join(_inline(text))


def _line(line: str) -> str:
    for pattern, tag in _LINES:
        if found := pattern.match(line):
            return f"<{tag}>{_line(found[1])}</{tag}>"
    return inline(line)


def _inline(text: str) -> Iterator[str]:
    position = 0
    while position < len(text):
        for pattern, draw in _INLINE:
            if found := pattern.match(text, position):
                yield draw(found)
                position = found.end()
                break
        else:
            yield html.escape(text[position])
            position += 1


def _row(row: Json) -> str:
    return f"<div class=row>{''.join(map(_button, row['components']))}</div>"


def _button(button: Json) -> str:
    kind = "danger" if button.get("style") == 4 else ""
    return f'<span class="button {kind}">{html.escape(button["label"])}</span>'
