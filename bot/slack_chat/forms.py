"""A form, or a card, as a Slack view; and what a form that was sent off says.

Slack takes 24 characters in a view's title and buttons, 2,000 of a label, 3,000 of a text, 75 of an
option, 3,000 of private metadata, and 100 blocks. What a view means stands in it, so that one that
was opened before a restart can be sent off after it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.cards import Ask, Card, Form, FormField, Line, Text
from bot.chat import Submission
from bot.outside_text import clean, cut
from bot.slack_chat.drawing import ACTION_PREFIX, Json, draw

NAME = "Pledgewatch"
_TITLE = 24
_HEADER = 150
_LABEL = 2000
_HINT = 2000
_TEXT = 3000
_OPTION = 75
_ERROR = 300
_MOST_FIELDS = 5
_MOST_OPTIONS = 25
_PAGES = 2
_BLOCKS = 100
_FAULT = "fault"
_TRY = "#"
"""Between a field's name and the number of the try: Slack keeps what was typed into a block, and
forgets it for the answer, unless the block has a new name."""
_LONGEST_NUMBER = 4
_KEPT = ("type", "callback_id", "private_metadata", "title", "submit", "close")


def form_view(form: Form, channel: str) -> Json:
    """The form as a modal, which remembers the channel where it was asked for."""
    title = clean(form.title).strip() or NAME
    long = [{"type": "header", "text": _plain(title, _HEADER)}] if len(title) > _TITLE else []
    return {
        "type": "modal",
        "callback_id": f"{ACTION_PREFIX}:{form.action}",
        "private_metadata": json.dumps({"value": form.value, "channel": channel}),
        "title": _plain(title, _TITLE),
        "submit": _plain(form.submit, _TITLE),
        "close": _plain("Cancel", _TITLE),
        "blocks": [*long, *map(_input, form.fields)],
    }


def card_view(card: Card, channel: str) -> Json:
    """A card as a modal."""
    return {
        "type": "modal",
        "callback_id": f"{ACTION_PREFIX}:",
        "private_metadata": json.dumps({"channel": channel}),
        "title": _plain(NAME, _TITLE),
        "close": _plain("Close", _TITLE),
        "blocks": _blocks(card),
    }


def home_view(card: Card) -> Json:
    """A card as the app's home page."""
    return {"type": "home", "blocks": _blocks(card)}


def channel_of(view: Mapping[str, Any]) -> str:
    """The channel where this view was asked for; empty where that was the home page."""
    return str(_metadata(view).get("channel") or "")


def submission(view: Mapping[str, Any]) -> Submission | None:
    """What was sent off, or None where it is no form of ours."""
    prefix, _, action = str(view.get("callback_id") or "").partition(":")
    if prefix != ACTION_PREFIX or not action:
        return None
    answers = dict(list(_answers(view))[:_MOST_FIELDS])
    return Submission(action, str(_metadata(view).get("value") or ""), answers)


def refusal(view: Mapping[str, Any], card: Card) -> Json:
    """The answer to a submission that is wrong: at the field that is at fault, where the card names
    one, else above the form."""
    for block in _blocks_of(view):
        if block.get("type") == "input" and _name(block.get("block_id")) == card.field != "":
            words = {block["block_id"]: cut(_sentence(card), _ERROR)}
            return {"response_action": "errors", "errors": words}
    return {"response_action": "update", "view": with_fault(view, card)}


def with_fault(view: Mapping[str, Any], card: Card) -> Json:
    """The form once more, with what was typed, and what is wrong with it above."""
    given = dict(_answers(view))
    blocks = [b for b in _blocks_of(view) if b.get("block_id") != _FAULT]
    fault = {
        "type": "section",
        "block_id": _FAULT,
        "text": _plain(f"⚠️ {_sentence(card)}", _TEXT),
    }
    kept = {name: view[name] for name in _KEPT if view.get(name) is not None}
    return {**kept, "blocks": [fault, *(_refilled(block, given) for block in blocks)]}


def _blocks(card: Card) -> list[Json]:
    return [block for page in draw(card, pages=_PAGES).pages for block in page][:_BLOCKS]


def _plain(text: str, most: int) -> Json:
    return {"type": "plain_text", "text": cut(clean(text), most) or "…", "emoji": False}


def _input(field: FormField) -> Json:
    block: Json = {
        "type": "input",
        "block_id": field.name,
        "label": _plain(field.label, _LABEL),
        "optional": not field.required,
        "element": _element(field),
    }
    if field.hint:
        block["hint"] = _plain(field.hint, _HINT)
    return block


def _element(field: FormField) -> Json:
    if field.ask in {Ask.CHOICE, Ask.CHOICES}:
        options = [
            {"text": _plain(label, _OPTION), "value": value}
            for value, label in field.options[:_MOST_OPTIONS]
        ]
        several = field.ask is Ask.CHOICES
        kind = "multi_static_select" if several else "static_select"
        made: Json = {"type": kind, "action_id": field.name, "options": options}
        return _with_chosen(made, field.initial)
    element: Json = {
        "type": "plain_text_input",
        "action_id": field.name,
        "multiline": field.ask is Ask.LONG,
        "max_length": _TEXT,
    }
    return _with_text(element, field.initial)


def _with_text(element: Json, given: tuple[str, ...]) -> Json:
    kept = {name: value for name, value in element.items() if name != "initial_value"}
    return {**kept, "initial_value": cut(given[0], _TEXT)} if given and given[0] else kept


def _with_chosen(element: Json, given: tuple[str, ...]) -> Json:
    """Slack refuses an empty list of what is chosen."""
    one = element.get("type") == "static_select"
    kept = {n: v for n, v in element.items() if n not in {"initial_option", "initial_options"}}
    options = element.get("options")
    offered = options if isinstance(options, list) else []
    chosen = [o for o in offered if isinstance(o, Mapping) and o.get("value") in given]
    if not chosen:
        return kept
    return {**kept, "initial_option": chosen[0]} if one else {**kept, "initial_options": chosen}


def _refilled(block: Json, given: Mapping[str, tuple[str, ...]]) -> Json:
    element = block.get("element")
    if block.get("type") != "input" or not isinstance(element, dict):
        return block
    name, _, number = str(block.get("block_id")).partition(_TRY)
    fill = _with_text if element.get("type") == "plain_text_input" else _with_chosen
    tries = int(number) if number.isdecimal() and len(number) < _LONGEST_NUMBER else 1
    return {
        **block,
        "block_id": f"{name}{_TRY}{tries + 1}",
        "element": fill(element, given.get(name, ())),
    }


def _blocks_of(view: Mapping[str, Any]) -> list[Json]:
    blocks = view.get("blocks")
    return [b for b in blocks if isinstance(b, dict)] if isinstance(blocks, list) else []


def _answers(view: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    state = view.get("state")
    values = state.get("values") if isinstance(state, Mapping) else None
    for block, inputs in (values if isinstance(values, Mapping) else {}).items():
        for element in inputs.values() if isinstance(inputs, Mapping) else ():
            if isinstance(element, Mapping):
                yield _name(block), _given(element)


def _given(element: Mapping[str, Any]) -> tuple[str, ...]:
    several = element.get("selected_options")
    chosen = several if isinstance(several, list) and several else [element.get("selected_option")]
    options = [o.get("value") for o in chosen if isinstance(o, Mapping)]
    texts = [t.strip() for t in [element.get("value"), *options] if isinstance(t, str)]
    return tuple(text[:_TEXT] for text in texts[:_MOST_OPTIONS] if text)


def _name(block: object) -> str:
    return str(block).partition(_TRY)[0]


def _metadata(view: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        kept = json.loads(view.get("private_metadata") or "{}")
    except (TypeError, ValueError, RecursionError):
        return {}
    return kept if isinstance(kept, Mapping) else {}


def _sentence(card: Card) -> str:
    """A card's headline and paragraphs, on one line."""
    lines: list[Line] = [line for b in card.blocks if isinstance(b, Text) for line in b.lines]
    details = ("".join(span.text for span in line) for line in lines)
    return " ".join(clean(text) for text in (card.headline, *details) if text)
