"""What a person sees, before any platform draws it.

Every text in a card is plain: an adapter escapes it for its platform. A link, bold type or a time
is a property of a `Span`, never markup within a text, so that nothing in an article can format
itself.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Tone(StrEnum):
    """The colour of a card's edge."""

    BINDING = "binding"
    """Green: signed, in force, delivered."""
    POLITICAL = "political"
    """Blue: pledged, declared, reaffirmed."""
    OPEN = "open"
    """Amber: discussed, proposed, demanded, hedged."""
    NEGATIVE = "negative"
    """Red: refused, withheld, weakened, withdrawn."""
    PLAIN = "plain"
    ERROR = "error"


MARKS = {
    Tone.BINDING: "🟢",
    Tone.POLITICAL: "🔵",
    Tone.OPEN: "🟠",
    Tone.NEGATIVE: "🔴",
    Tone.PLAIN: "",
    Tone.ERROR: "⚠️",
}
"""A tone as a sign, where there is no coloured edge."""


@dataclass(frozen=True, slots=True)
class Span:
    """A run of plain text with one look."""

    text: str
    bold: bool = False
    muted: bool = False
    code: bool = False
    struck: bool = False
    link: str = ""
    """An http(s) address; the text is its label."""
    time: datetime | None = None
    """Shown in the reader's own zone where the platform can; `text` is the fallback."""


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph of lines."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Verbatim words of a source."""

    text: str
    source: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Fields:
    """Labelled lines: "Conditions", "Left open" ..."""

    rows: tuple[tuple[str, Line], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings, for platforms to draw as well as they can."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True, slots=True)
class Divider:
    """A thin line."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG. One a card: the platforms show no more than one well."""

    png: bytes
    alt: str
    """What it shows, for those who cannot see it."""
    name: str = "chart.png"


Block = Text | Quote | Fields | Table | Divider | Picture


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press under a card."""

    action: str
    value: str
    label: str
    danger: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One message or answer. Without blocks it is a single line: headline, then footer."""

    headline: str
    """Can be read alone, in a notification."""
    blocks: tuple[Block, ...] = ()
    tone: Tone = Tone.PLAIN
    buttons: tuple[Button, ...] = ()
    footer: Line = ()
    private: bool = False
    """An answer that only the asker sees."""
    replaces: bool = False
    """An answer to a button of an earlier answer, which it replaces where only the presser sees
    that; else it stands by itself. It is one message long."""
    void: str = ""
    """Why it no longer stands, "DENIED": drawn before the headline, which is struck through."""
    mention: str = ""
    """Whom to call, in the platform's own terms ("@&123", "!subteam^S1"); the only mention that
    a card ever makes."""
    field: str = ""
    """The form's field that is at fault, where a submission is answered with tone ERROR."""
    picture: Callable[[], Awaitable[Picture | None]] | None = dataclasses.field(
        default=None, compare=False
    )
    """Draws what is added to an answer once its words are shown: nobody waits for a drawing. None
    comes of it where that failed."""


def picture_of(card: Card) -> Picture | None:
    """The one among its blocks that is drawn; a second one stands as its alternative text."""
    return next((block for block in card.blocks if isinstance(block, Picture)), None)


class Ask(StrEnum):
    """What a field of a form takes."""

    TEXT = "text"
    LONG = "long"
    CHOICE = "choice"
    CHOICES = "choices"


@dataclass(frozen=True, slots=True)
class FormField:
    """One question of a form."""

    name: str
    label: str
    ask: Ask = Ask.TEXT
    options: tuple[tuple[str, str], ...] = ()
    """(value, label), for a choice; at most 25."""
    initial: tuple[str, ...] = ()
    hint: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class Form:
    """A modal: at most five fields, Discord's limit."""

    action: str
    value: str
    """Comes back with the answers, such as a development's short id."""
    title: str
    fields: tuple[FormField, ...]
    submit: str = "Save"
