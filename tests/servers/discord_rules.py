"""What Discord refuses in a message, with its code 50035. Lengths in UTF-16 code units, which is
never less than what Discord counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


class Refused(Exception):
    """An answer with an error code of Discord's."""

    def __init__(self, status: int, code: int, message: str, errors: Json | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body: Json = {"message": message, "code": code}
        if errors:
            self.body["errors"] = errors


def check_message(payload: Json) -> None:
    """Raises Refused."""
    wrong = {**_embeds(payload), **_components(payload)}
    if _length(payload.get("content")) > 2000:
        wrong["content"] = "Must be 2000 or fewer in length."
    if len(str(payload.get("nonce") or "")) > 25:
        wrong["nonce"] = "Must be 25 or fewer in length."
    if wrong:
        errors = {
            field: {"_errors": [{"code": "BASE_TYPE_BAD_LENGTH", "message": text}]}
            for field, text in wrong.items()
        }
        raise Refused(400, 50035, "Invalid Form Body", errors)
    if not (payload.get("content") or payload.get("embeds") or payload.get("sticker_ids")):
        raise Refused(400, 50006, "Cannot send an empty message")


def check_commands(commands: list[Json]) -> None:
    """Raises Refused where the table of commands breaks a limit."""
    wrong: Json = {}
    if len(commands) > 100:
        wrong["commands"] = "Too many."
    for command in commands:
        if sum(_command_size(part) for part in [command]) > 8000:
            wrong[command["name"]] = "Too long altogether."
        wrong.update(_command_faults(command))
    if wrong:
        raise Refused(
            400, 50035, "Invalid Form Body", {k: {"_errors": [v]} for k, v in wrong.items()}
        )


def check_modal(modal: Json) -> None:
    """Raises Refused."""
    fields = modal.get("components") or []
    wrong = [
        name for name, limit in (("custom_id", 100), ("title", 45)) if not _fits(modal, name, limit)
    ]
    if not 1 <= len(fields) <= 5:
        wrong.append("components")
    wrong += [f"components.{n}.{part}" for n, f in enumerate(fields) for part in _field_faults(f)]
    names = [(field.get("component") or {}).get("custom_id") for field in fields]
    if len(set(names)) < len(names):
        wrong.append("components.custom_id")
    if wrong:
        errors = {part: {"_errors": [{"code": "BASE_TYPE_BAD_LENGTH"}]} for part in wrong}
        raise Refused(400, 50035, "Invalid Form Body", errors)


def _field_faults(label: Json) -> Iterator[str]:
    if label.get("type") != 18 or not _fits(label, "label", 45):
        yield "label"
    if "description" in label and not _fits(label, "description", 100):
        yield "description"
    inner = label.get("component") or {}
    if not _fits(inner, "custom_id", 100):
        yield "component.custom_id"
    if inner.get("type") == 4:
        yield from _text_faults(inner)
    elif inner.get("type") == 3:
        yield from _select_faults(inner)
    else:
        yield "component.type"


def _text_faults(text: Json) -> Iterator[str]:
    if not 1 <= text.get("max_length", 4000) <= 4000 or text.get("style") not in {1, 2}:
        yield "component.max_length"
    if _length(text.get("value")) > 4000:
        yield "component.value"


def _select_faults(select: Json) -> Iterator[str]:
    options = select.get("options") or []
    values = [option.get("value") for option in options]
    most = select.get("max_values", 1)
    if not 1 <= len(options) <= 25 or len(set(values)) < len(values):
        yield "component.options"
    if not all(_fits(o, "label", 100) and _fits(o, "value", 100) for o in options):
        yield "component.options"
    if not select.get("min_values", 1) <= most <= len(options):
        yield "component.max_values"
    if sum(bool(option.get("default")) for option in options) > most:
        yield "component.options.default"


def _fits(part: Json, name: str, most: int) -> bool:
    return 1 <= _length(part.get(name)) <= most


def _embeds(payload: Json) -> Json:
    embeds = payload.get("embeds") or []
    wrong: Json = {}
    if len(embeds) > 10:
        wrong["embeds"] = "Must be 10 or fewer in length."
    for number, embed in enumerate(embeds):
        fields = embed.get("fields") or []
        measured = {
            "title": (embed.get("title"), 256),
            "description": (embed.get("description"), 4096),
            "footer.text": ((embed.get("footer") or {}).get("text"), 2048),
            "author.name": ((embed.get("author") or {}).get("name"), 256),
            **{f"fields.{i}.name": (f.get("name"), 256) for i, f in enumerate(fields)},
            **{f"fields.{i}.value": (f.get("value"), 1024) for i, f in enumerate(fields)},
        }
        wrong.update(
            {
                f"embeds.{number}.{name}": f"Must be {limit} or fewer in length."
                for name, (text, limit) in measured.items()
                if _length(text) > limit
            }
        )
        if len(fields) > 25:
            wrong[f"embeds.{number}.fields"] = "Must be 25 or fewer in length."
        if not any(text for text, _ in measured.values()):
            wrong[f"embeds.{number}"] = "This field is required"
    if sum(_embed_size(embed) for embed in embeds) > 6000:
        wrong["embeds"] = "Embed size exceeds maximum size of 6000"
    return wrong


def _embed_size(embed: Json) -> int:
    fields = embed.get("fields") or []
    texts = [
        embed.get("title"),
        embed.get("description"),
        (embed.get("footer") or {}).get("text"),
        (embed.get("author") or {}).get("name"),
        *(f.get("name") for f in fields),
        *(f.get("value") for f in fields),
    ]
    return sum(map(_length, texts))


def _components(payload: Json) -> Json:
    rows = payload.get("components") or []
    buttons = [button for row in rows for button in row.get("components", [])]
    ids = [button.get("custom_id", "") for button in buttons]
    wrong: Json = {}
    if len(rows) > 5 or any(not 1 <= len(row.get("components", [])) <= 5 for row in rows):
        wrong["components"] = "Must be between 1 and 5 in length."
    if len(set(ids)) < len(ids):
        wrong["components.custom_id"] = "Component custom id cannot be duplicated"
    for number, button in enumerate(buttons):
        if not 1 <= _length(button.get("custom_id")) <= 100:
            wrong[f"components.{number}.custom_id"] = "Must be between 1 and 100 in length."
        if not 1 <= _length(button.get("label")) <= 80:
            wrong[f"components.{number}.label"] = "Must be between 1 and 80 in length."
    return wrong


def _command_faults(command: Json) -> Json:
    wrong: Json = {}
    name = command["name"]
    if not 1 <= len(name) <= 32 or name != name.lower():
        wrong[name] = "Name is invalid."
    if not 1 <= _length(command.get("description")) <= 100:
        wrong[f"{name}.description"] = "Must be between 1 and 100 in length."
    options = command.get("options") or []
    if len(options) > 25 or len(command.get("choices") or []) > 25:
        wrong[f"{name}.options"] = "Must be 25 or fewer in length."
    for option in options:
        wrong.update(_command_faults(option))
    return wrong


def _command_size(command: Json) -> int:
    own = _length(command["name"]) + _length(command.get("description"))
    choices = sum(
        _length(c["name"]) + _length(str(c["value"])) for c in command.get("choices") or []
    )
    return own + choices + sum(map(_command_size, command.get("options") or []))


def _length(text: str | None) -> int:
    return len((text or "").encode("utf-16-le", "surrogatepass")) // 2
