"""What Slack refuses in a message or a view. Lengths in UTF-16 code units, which is never less than
what Slack counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]

_STYLES = {"bold", "italic", "strike", "code", "underline"}
_INLINE = {"text", "link", "date", "emoji", "user", "usergroup", "broadcast", "channel"}
_MOST_CHARACTERS = 12_000


class Refused(Exception):
    """An `ok: false` answer."""

    def __init__(self, error: str, *messages: str) -> None:
        super().__init__(error, *messages)
        self.body: Json = {"ok": False, "error": error}
        if messages:
            self.body["errors"] = list(messages)
            self.body["response_metadata"] = {"messages": [f"[ERROR] {m}" for m in messages]}


def check_message(arguments: Json, *, update: bool = False) -> None:
    """Raises Refused."""
    text, blocks = arguments.get("text") or "", arguments.get("blocks") or []
    if update and length(text) > 4000:
        raise Refused("msg_too_long")
    if not text and not blocks:
        raise Refused("no_text")
    check_blocks(blocks, 50)


def check_blocks(blocks: list[Json], most: int, *, view: bool = False) -> None:
    """Raises Refused."""
    if len(blocks) > most:
        raise Refused("invalid_blocks", f"no more than {most} items allowed")
    wrong = [
        f"{fault} [json-pointer:/blocks/{n}]" for n, b in enumerate(blocks) for fault in _block(b)
    ]
    ids = [e["action_id"] for b in blocks if b["type"] == "actions" for e in b["elements"]]
    if len(set(ids)) < len(ids):
        wrong.append("duplicate action_id")
    if wrong:
        raise Refused("invalid_blocks", *wrong)
    if not view and any(block["type"] == "input" for block in blocks):
        raise Refused("invalid_blocks", "unsupported type: input")
    if not view and sum(length(text) for text in texts(blocks)) > _MOST_CHARACTERS:
        raise Refused("msg_blocks_too_long")


def check_view(view: Json) -> None:
    """Raises Refused."""
    kind, blocks = view.get("type"), view.get("blocks") or []
    allowed = {"type", "callback_id", "private_metadata", "blocks"}
    allowed |= {"title", "submit", "close"} if kind == "modal" else set()
    wrong = [f"unknown: {name}" for name in set(view) - allowed]
    if kind not in {"modal", "home"} or not blocks:
        wrong.append("a view needs a type and blocks")
    if kind == "modal":
        wrong += _text(view.get("title"), 24, {"plain_text"})
    for name in ("submit", "close"):
        wrong += _text(view[name], 24, {"plain_text"}) if name in view else []
    wrong += [
        f"{name} is too long"
        for name, most in (("callback_id", 255), ("private_metadata", 3000))
        if length(view.get(name) or "") > most
    ]
    inputs = [block for block in blocks if block["type"] == "input"]
    if inputs and "submit" not in view:
        wrong.append("a form needs a submit button")
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(set(ids)) < len(ids):
        wrong.append("duplicate block_id")
    if wrong:
        raise Refused("invalid_arguments", *wrong)
    check_blocks(blocks, 100, view=True)


def texts(part: Any) -> Iterator[str]:
    """Every text that a reader sees, and every address, anywhere in blocks."""
    if isinstance(part, dict):
        for name, value in part.items():
            if isinstance(value, str) and name in {"text", "url", "fallback"}:
                yield value
            else:
                yield from texts(value)
    elif isinstance(part, list):
        for item in part:
            yield from texts(item)


def length(text: str) -> int:
    """UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _block(block: Json) -> Iterator[str]:
    check = _CHECKS.get(str(block.get("type")))
    if check is None:
        yield f"unsupported type: {block.get('type')}"
    else:
        yield from check(block)


def _header(block: Json) -> Iterator[str]:
    yield from _text(block.get("text"), 150, {"plain_text"})


def _section(block: Json) -> Iterator[str]:
    fields = block.get("fields") or []
    if not block.get("text") and not fields:
        yield "missing text"
    if block.get("text"):
        yield from _text(block["text"], 3000)
    if len(fields) > 10:
        yield "too many fields"
    for field in fields:
        yield from _text(field, 2000)


def _context(block: Json) -> Iterator[str]:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= 10:
        yield "context takes 1 to 10 elements"
    for element in elements:
        yield from _text(element, 3000)


def _actions(block: Json) -> Iterator[str]:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= 25:
        yield "actions takes 1 to 25 elements"
    for element in elements:
        yield from _button(element)


def _rich_text(block: Json) -> Iterator[str]:
    for element in block.get("elements") or []:
        yield from _rich(element)


def _image(block: Json) -> Iterator[str]:
    if not 1 <= length(block.get("alt_text") or "") <= 2000:
        yield "alt_text must be between 1 and 2000 characters"
    if not (block.get("slack_file") or {}).get("id"):
        yield "an image needs a file"


def _divider(_block: Json) -> Iterator[str]:
    yield from ()


def _input(block: Json) -> Iterator[str]:
    yield from _text(block.get("label"), 2000, {"plain_text"})
    if "hint" in block:
        yield from _text(block["hint"], 2000, {"plain_text"})
    element = block.get("element") or {}
    if not 1 <= length(element.get("action_id") or "") <= 255:
        yield "action_id must be between 1 and 255 characters"
    check = {
        "plain_text_input": _text_input,
        "static_select": _select,
        "multi_static_select": _select,
    }.get(str(element.get("type")))
    yield from check(element) if check else ["unsupported element"]


def _text_input(element: Json) -> Iterator[str]:
    if not 1 <= element.get("max_length", 1) <= 3000:
        yield "max_length must be between 1 and 3000"
    if "initial_value" in element and not 1 <= length(element["initial_value"]) <= 3000:
        yield "initial_value must be between 1 and 3000 characters"


def _select(element: Json) -> Iterator[str]:
    options = element.get("options") or []
    if not 1 <= len(options) <= 100:
        yield "options must have between 1 and 100 items"
    for option in options:
        yield from _text(option.get("text"), 75)
        if not 1 <= length(option.get("value") or "") <= 150:
            yield "value must be between 1 and 150 characters"
    initial = element.get("initial_options", [element.get("initial_option")])
    if "initial_options" in element and not initial:
        yield "initial_options must not be empty"
    if any(option not in options for option in initial if option is not None):
        yield "an initial option must be one of the options"


_CHECKS: dict[str, Callable[[Json], Iterator[str]]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "rich_text": _rich_text,
    "input": _input,
    "divider": _divider,
    "image": _image,
}


def _text(
    text: Json | None, most: int, kinds: frozenset[str] | set[str] = frozenset()
) -> Iterator[str]:
    if not isinstance(text, dict) or text.get("type") not in (kinds or {"plain_text", "mrkdwn"}):
        yield "must be a text object"
    elif not 1 <= length(text.get("text") or "") <= most:
        yield f"must be between 1 and {most} characters"


def _button(button: Json) -> Iterator[str]:
    if button.get("type") != "button":
        return
    yield from _text(button.get("text"), 75, {"plain_text"})
    if not 1 <= length(button.get("action_id") or "") <= 255:
        yield "action_id must be between 1 and 255 characters"
    if length(button.get("value") or "") > 2000:
        yield "value must be at most 2000 characters"
    if button.get("style") not in {None, "primary", "danger"}:
        yield "invalid style"


def _rich(element: Json) -> Iterator[str]:
    kind = element.get("type")
    if kind == "rich_text_list":
        for item in element.get("elements") or []:
            yield from _rich(item)
        return
    if kind not in {"rich_text_section", "rich_text_quote", "rich_text_preformatted"}:
        yield f"unsupported rich text: {kind}"
        return
    if not element.get("elements"):
        yield "elements must not be empty"
    for part in element.get("elements") or []:
        yield from _inline(part)


def _inline(part: Json) -> Iterator[str]:
    if part.get("type") not in _INLINE:
        yield f"unsupported element: {part.get('type')}"
    if part.get("type") == "text" and not part.get("text"):
        yield "text must not be empty"
    if part.get("type") == "link" and not 1 <= length(part.get("url") or "") <= 3000:
        yield "url must be between 1 and 3000 characters"
    if part.get("type") == "date" and not (
        part.get("fallback") and isinstance(part.get("timestamp"), int)
    ):
        yield "a date needs a timestamp and a fallback"
    if set(part.get("style") or {}) - _STYLES:
        yield "unknown style"
