"""An answer in both forms: a card for people, plain data for scripts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bot.cards import Button, Card, Span, Text, Tone

ASK = "ask"
"""The action of a button that asks a question: its value is a page and the question."""
LONGEST_QUESTION = 70
"""Of one that a button carries by itself, in UTF-16 units: Discord takes 100 in all."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer in both forms."""

    card: Card
    data: Any
    """JSON, or a function that makes it: see `plain`."""
    ok: bool = True
    """False where the question could not be answered: the command line then exits with 1."""
    misused: bool = False
    """True where it was wrongly put: the command line then exits with 2."""

    def plain(self) -> Any:
        """What `--json` prints. Where it is long it is made only now: chats never ask for it."""
        return self.data() if callable(self.data) else self.data


def say_so(text: str, *, detail: str = "", tone: Tone = Tone.PLAIN, data: Any = None) -> Reply:
    """A sentence as an answer."""
    blocks = (Text(((Span(detail),),)),) if detail else ()
    message = {"message": text, **({"detail": detail} if detail else {})}
    return Reply(Card(text, blocks, tone, private=True), message if data is None else data)


def failure(text: str, remedy: str = "") -> Reply:
    """A question that could not be answered: why, and what to do."""
    card = say_so(text, detail=remedy, tone=Tone.ERROR).card
    return Reply(card, {"error": text, "remedy": remedy}, ok=False)


def as_sentence(text: str) -> str:
    """Words that stand within a sentence elsewhere, as one of their own; an address stays as it
    is."""
    if not text:
        return ""
    first = text.partition(" ")[0]
    begun = text if "://" in first else text[0].upper() + text[1:]
    return begun if begun.endswith((".", "?", "!")) else f"{begun}."


def misused(text: str) -> Reply:
    """A question that was wrongly put."""
    return replace(failure(text), misused=True)


def with_buttons(reply: Reply, buttons: tuple[Button, ...]) -> Reply:
    """The same answer with these buttons after those that it has."""
    return replace(reply, card=replace(reply.card, buttons=(*reply.card.buttons, *buttons)))


def ask_again(root: str, text: str, label: str) -> Button:
    """A button that asks `/root text` for its presser; no longer than `LONGEST_QUESTION`."""
    return Button(ASK, f"1 {root} {text}", label)


def replacing(reply: Reply) -> Reply:
    """The same answer in the place of the one whose button was pressed."""
    return replace(reply, card=replace(reply.card, replaces=True))


def at_fault(reply: Reply, field: str) -> Reply:
    """An answer to a form that says which of its fields is wrong."""
    return replace(reply, card=replace(reply.card, field=field))


def no_such(reference: str) -> Reply:
    """A development or article that is not known."""
    detail = "Give an id such as UKR-142, or the address of an article that a feed has brought."
    return failure(f"I do not know “{reference[:80]}”.", detail)


BROKEN = failure(
    "Something went wrong", "It was written to the log; try again, or tell the operator."
).card
