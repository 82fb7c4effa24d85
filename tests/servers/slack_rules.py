"""What Slack refuses in a message or a view. Lengths in UTF-16 code units, which is never less than
what Slack counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]

_STYLES = {"bold", "italic", "strike", "code", "underline"}
_INLINE = {"text", "link", "date", "emoji", "user", "channel"}
_MOST_CHARACTERS = 12_000


class Refused(Exception):
    """An `ok: false` answer."""

    def __init__(self, error: str, *messages: str) -> None:
        super().__init__(error, *messages)
        self.body: Json = {"ok": False, "error": error}
        if messages:
            self.body["response_metadata"] = {"messages": list(messages)}


def check_message(arguments: Json, *, update: bool = False) -> None:
    """Raises Refused."""
    text, blocks = arguments.get("text") or "", arguments.get("blocks") or []
    if update and length(text) > 4000:
        raise Refused("msg_too_long")
    if not text and not blocks:
        raise Refused("no_text")
    check_blocks(blocks, 50)


def check_blocks(blocks: list[Json], most: int) -> None:
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
    if sum(length(text) for text in texts(blocks)) > _MOST_CHARACTERS:
        raise Refused("msg_blocks_too_long")


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


def _divider(_block: Json) -> Iterator[str]:
    yield from ()


_CHECKS: dict[str, Callable[[Json], Iterator[str]]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "rich_text": _rich_text,
    "divider": _divider,
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
