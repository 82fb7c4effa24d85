"""A card as a Discord message: a bold headline, one embed, rows of buttons.

Discord takes 2,000 characters of content, 4,096 of an embed's description and 6,000 of all embeds
together, and 5 rows of 5 buttons whose custom ids have at most 100 characters. The headline is
content and not the embed's title, since notifications and readers who hide embeds show only that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Any

import discord

from bot.cards import (
    MARKS,
    Block,
    Button,
    Card,
    Divider,
    Fields,
    Line,
    Picture,
    Quote,
    Span,
    Table,
    Text,
    Tone,
    picture_of,
)
from bot.chat import Press
from bot.discord_chat.pictures import attachment
from bot.outside_text import clean, cut, units, web_address

COLOURS = {
    Tone.BINDING: 0x2E7D32,
    Tone.POLITICAL: 0x1565C0,
    Tone.OPEN: 0xEF8F00,
    Tone.NEGATIVE: 0xC62828,
    Tone.PLAIN: 0x546E7A,
    Tone.ERROR: 0x8E0000,
}
MAX_CUSTOM_ID = 100
_MOST_BUTTONS = 25
_HEADLINE = 250
_LABEL = 80
_LINE = 1500
_FOOTER = 800
_SHORTEST_LABEL = 40
_PAGE = 4000
_MOST = 4096
"""Characters of an embed's description."""
_PREFIX = "pw"
_REF = "ref "
_EVERYBODY = {"@here", "@everyone"}
_MENTION = re.compile(r"@&?\d{1,20}|@here|@everyone", re.ASCII)
_NO_MERGE = "\u200b"
_ACTIVE = re.compile(
    r"[\\*_~|`<\[\]]"  # emphasis, spoilers, code, mentions, emoji, timestamps, links
    r"|:(?=//)"
    r"|(?<=discord)\.(?=gg|com|me)|(?<=discordapp)\.(?=com)",  # invitations
    re.IGNORECASE,
)
_EVERY_AT = re.compile("@(?=everyone|here)", re.IGNORECASE)  # a backslash does not stop this one
_OPENING = re.compile(r"^(\s*)(?:(\d+)(?=[.)])|(?=[#>+-]))")  # lists, headings, quotations
_DIVIDER = "────────"
_CUT = "-# … cut: the rest does not fit in a message"


@dataclass(frozen=True, slots=True)
class Drawing:
    """What goes to Discord for one card: the first page has the headline, the last the buttons."""

    title: str
    """The headline, plain."""
    content: str
    pages: tuple[str, ...]
    colour: int
    buttons: tuple[Button, ...]
    picture: Picture | None = None
    """Attached to the first page."""
    mention: str = ""
    """Whom the message calls: "@&<role>", "@<user>", "@here" or "@everyone"."""

    @property
    def allowed_mentions(self) -> discord.AllowedMentions:
        """That mention and no other, whatever stands in the texts."""
        allowed = discord.AllowedMentions.none()
        number = self.mention.strip("@&")
        if self.mention in _EVERYBODY:
            allowed.everyone = True
        elif self.mention.startswith("@&"):
            allowed.roles = [discord.Object(number)]
        elif self.mention:
            allowed.users = [discord.Object(number)]
        return allowed

    def parts(self, page: int = 0, key: str = "", *, edit: bool = False) -> dict[str, Any]:
        """One page as a message: headline and picture stand on the first, the buttons on the last.
        `edit` replaces a message, whose picture would stay otherwise. To be sent once."""
        parts: dict[str, Any] = {"embed": self.embed(page)}
        if page == 0:
            parts["content"] = self.content
        file = attachment(self.picture) if self.picture and page == 0 else None
        if file and parts["embed"]:
            parts["embed"].set_image(url=file.uri)
        if edit:
            parts["attachments"] = [file] if file else []
        elif file:
            parts["file"] = file
        if page == len(self.pages) - 1:
            parts["view"] = self.view(key)
        return parts

    def worded(self) -> Drawing:
        """With the picture's alternative text in its place."""
        if self.picture is None:
            return self
        first = self.pages[0]
        alt = _fit(clean(self.picture.alt), max(_MOST - units(first) - len("-# \n"), 0))
        pages = (f"-# {alt}\n{first}" if alt else first, *self.pages[1:])
        return replace(self, picture=None, pages=pages)

    def embed(self, page: int = 0) -> discord.Embed | None:
        """One page; None for a card that is a single line."""
        description = self.pages[page]
        return discord.Embed(description=description, colour=self.colour) if description else None

    def view(self, key: str = "") -> discord.ui.View:
        """The buttons. Their ids say all that is needed when one is pressed, months later, so the
        library is told (by `stop`) not to remember the view."""
        view = discord.ui.View(timeout=None)
        by_id = {custom_id(button, key): button for button in self.buttons}
        for made, button in list(by_id.items())[:_MOST_BUTTONS]:
            style = discord.ButtonStyle.danger if button.danger else discord.ButtonStyle.secondary
            label = cut(clean(button.label), _LABEL) or "…"
            view.add_item(discord.ui.Button(label=label, style=style, custom_id=made))
        view.stop()
        return view


def draw(card: Card, key: str = "", pages: int = 1) -> Drawing:
    """At most `pages` pages; what does not fit is cut, and says so. A card without buttons shows
    its delivery's key, which is what `find` looks for in the channel's history."""
    title = cut(clean(card.headline), _HEADLINE) or "…"
    mention = card.mention if _MENTION.fullmatch(card.mention) else ""
    picture = picture_of(card)
    blocks = tuple(block for block in card.blocks if block is not picture)
    return Drawing(
        title=title,
        content=_called(mention) + _content(card, title, key),
        pages=_pages(_card_lines(blocks), _footer(card, key), pages) if card.blocks else ("",),
        colour=COLOURS[card.tone],
        buttons=card.buttons,
        picture=picture,
        mention=mention,
    )


def custom_id(button: Button, key: str) -> str:
    """`pw:action:value:key`. Raises ValueError where that is too long: a bug of ours."""
    made = f"{_PREFIX}:{button.action}:{button.value}:{key}"
    if len(made) > MAX_CUSTOM_ID:
        raise ValueError(f"the button {button.action!r} carries too much: {made!r}")
    return made


def pressed(made: str) -> Press | None:
    """What a custom id says, or None where it is not one of ours."""
    prefix, _, rest = made.partition(":")
    action, _, rest = rest.partition(":")
    value, separator, _key = rest.rpartition(":")
    if prefix != _PREFIX or not separator:
        return None
    return Press(action, value)


def carries(message: discord.Message, key: str) -> bool:
    """Whether this message was posted under the key."""
    if str(message.nonce or "") == key:
        return True
    ids = (
        getattr(item, "custom_id", None) or ""
        for row in message.components
        for item in getattr(row, "children", ())
    )
    if any(made.startswith(f"{_PREFIX}:") and made.endswith(f":{key}") for made in ids):
        return True
    texts = (message.content, *(e.description or "" for e in message.embeds))
    return any(text.endswith(f"{_REF}{key}") for text in texts)


def escape(text: str) -> str:
    """Plain text that formats, links and mentions nothing, with as few backslashes as that takes,
    since a notification may show them."""
    inert = _EVERY_AT.sub(f"@{_NO_MERGE}", text)
    return _OPENING.sub(r"\1\2\\", _ACTIVE.sub(r"\\\g<0>", inert))


def _content(card: Card, title: str, key: str) -> str:
    """The headline; for a card without blocks, all that there is."""
    content = f"**{escape(title)}**"
    if card.void:
        content = f"**{escape(cut(clean(card.void), _LABEL))}** {_NO_MERGE}~~{content}~~"
    if card.blocks:
        return content
    footer = _footer(card, key, single=True)
    return f"{MARKS[card.tone]} {content}{' · ' * bool(footer)}{footer}".strip()


def _called(mention: str) -> str:
    if not mention:
        return ""
    return f"{mention} " if mention in _EVERYBODY else f"<{mention}> "


def _card_lines(blocks: Iterable[Block]) -> Iterator[str]:
    above: Block | None = None
    for block in blocks:
        if _is_set_off(above, block):
            yield ""
        yield from _block_lines(block)
        above = block


def _is_set_off(above: Block | None, block: Block) -> bool:
    """Whether an empty line goes before a block. A line and a bar set themselves off."""
    if above is None or isinstance(above, Divider) or isinstance(block, Divider):
        return False
    return not isinstance(block, Quote) or isinstance(above, Quote)


def _footer(card: Card, key: str, *, single: bool = False) -> str:
    ref = f"{_REF}{key}" if key and not card.buttons else ""
    line = _line(card.footer, _FOOTER, preview=not single)
    parts = [part for part in (line, ref) if part.strip()]
    return f"{'' if single else '-# '}{' · '.join(parts)}" if parts else ""


def _block_lines(block: Block) -> Iterable[str]:
    match block:
        case Text(lines):
            return map(_text_line, lines)
        case Quote():
            return _quote_lines(block)
        case Fields(rows):
            return (f"**{_fit(clean(label), _LABEL)}:** {_line(line)}" for label, line in rows)
        case Table():
            return _table_lines(block)
        case Picture():
            return (f"-# {_fit(clean(block.alt), _LINE)}",)
        case Divider():
            return (_DIVIDER,)


def _quote_lines(quote: Quote) -> Iterator[str]:
    yield f"> “{_fit(clean(quote.text), _LINE)}”"
    source = Span(quote.source, link=quote.url)
    yield f"> -# — {_span(source, _LINE)}"


def _table_lines(table: Table) -> Iterator[str]:
    """A line a row: Discord draws no tables, and monospaced ones break on a telephone."""
    if heads := [_fit(clean(column), _LABEL) for column in table.columns if clean(column)]:
        yield "-# " + " · ".join(heads)
    for row in table.rows:
        room = _LINE // max(len(row), 1)
        yield " · ".join(drawn for cell in row if (drawn := _line(cell, room)))


def _text_line(line: Line) -> str:
    """A line that is all muted is drawn small; within a line Discord cannot mute."""
    body = _line(line)
    small = body.strip() and all(span.muted for span in line if span.text.strip())
    return f"-# {body}" if small else body


def _line(line: Line, room: int = _LINE, *, preview: bool = True) -> str:
    """Spans one after another. An address shows a preview outside an embed, unless it is told not
    to."""
    drawn: list[tuple[str, bool]] = []
    for span in line:
        text = _span(span, room, preview=preview)
        room -= units(text)
        if text:
            drawn.append((text, bool(span.bold or span.struck or span.code)))
        if room < 40:
            break
    body = "".join(text for text, _ in drawn[:1])
    for (_, marked_before), (text, marked) in pairwise(drawn):
        body += _NO_MERGE + text if marked_before and marked else text
    return body


def _span(span: Span, room: int, *, preview: bool = True) -> str:
    if span.time is not None:
        return f"<t:{int(span.time.timestamp())}:f>"
    text = clean(span.text)
    if span.code:
        body = cut(text.replace("`", "'"), max(room - 2, 1))
        return f"`{body}`" if body.strip() else ""
    url = web_address(span.link)
    if len(url) + _SHORTEST_LABEL > room:
        url = ""
    body = _fit(text, room - len(url) - 6 if url else room)
    if not body.strip():
        return body
    if url:
        body = f"[{body}]({url})" if preview else f"[{body}](<{url}>)"
    if span.struck:
        body = f"~~{body}~~"
    return f"**{body}**" if span.bold else body


def _fit(text: str, room: int) -> str:
    """Escaped, and cut so that the escapes fit too."""
    escaped = escape(text)
    return escaped if units(escaped) <= room else escape(cut(text, max(room // 2, 1)))


def _pages(lines: Iterable[str], footer: str, most: int) -> tuple[str, ...]:
    """The footer stands on the last page, whatever had to be cut."""
    pages = [""]
    fits = partial(_fits, room=_PAGE - units(_CUT) - units(footer))
    for line in lines:
        if fits(pages[-1], line):
            pages[-1] += f"\n{line}" if pages[-1] else line
        elif len(pages) < most:
            pages.append(line)
        else:
            pages[-1] += f"\n{_CUT}"
            break
    if footer:
        pages[-1] += f"\n\n{footer}" if pages[-1] else footer
    return tuple(page or _NO_MERGE for page in pages)


def _fits(page: str, line: str, *, room: int) -> bool:
    return units(page) + 1 + units(line) <= room
