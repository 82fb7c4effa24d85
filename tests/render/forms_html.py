"""Forms, as both platforms show them, drawn to HTML."""

from __future__ import annotations

import html
from typing import Any

from tests.render import slack_html

Json = dict[str, Any]


def slack_view(view: Json) -> str:
    """A modal or a home page."""
    inputs = (b for b in view["blocks"] if b["type"] == "input")
    others = slack_html.message([b for b in view["blocks"] if b["type"] != "input"])
    if view["type"] == "home":
        return f"<div class=home>{others}</div>"
    title = html.escape(view["title"]["text"])
    close = _button(view["close"]["text"])
    send = _button(view["submit"]["text"], "primary") if "submit" in view else ""
    fields = "".join(map(_slack_field, inputs))
    return (
        f"<div class='modal slack'><header>{title}<span>×</span></header>{others}{fields}"
        f"<footer>{close}{send}</footer></div>"
    )


def _slack_field(block: Json) -> str:
    element = block["element"]
    label = block["label"]["text"] + (" (optional)" if block["optional"] else "")
    chosen = element.get("initial_options") or [element.get("initial_option")]
    words = [option["text"]["text"] for option in chosen if option]
    value = element.get("initial_value") or ", ".join(words)
    hint = (block.get("hint") or {}).get("text", "")
    choice = "select" in element["type"]
    return _field(label, value, hint, choice=choice, long=bool(element.get("multiline")))


def discord_modal(modal: Json) -> str:
    """A modal."""
    fields = "".join(map(_discord_field, modal["components"]))
    return (
        f"<div class='modal discord'><header>{html.escape(modal['title'])}<span>×</span></header>"
        f"{fields}<footer>{_button('Cancel')}{_button('Submit', 'primary')}</footer></div>"
    )


def _discord_field(label: Json) -> str:
    component = label["component"]
    chosen = [o["label"] for o in component.get("options", []) if o.get("default")]
    value = component.get("value") or ", ".join(chosen)
    required = " *" if component.get("required", True) else ""
    choice = component["type"] != 4
    return _field(
        label["label"] + required,
        value,
        label.get("description") or "",
        choice=choice,
        long=component.get("style") == 2,
    )


def _field(label: str, value: str, hint: str, *, choice: bool, long: bool) -> str:
    kind = " ".join(("value", *(["choice"] if choice else []), *(["long"] if long else [])))
    note = f"<small>{html.escape(hint)}</small>" if hint else ""
    return (
        f"<div class=field><label>{html.escape(label)}</label>"
        f"<div class='{kind}'>{html.escape(value) or '&nbsp;'}</div>{note}</div>"
    )


def _button(label: str, kind: str = "") -> str:
    return f"<span class='button {kind}'>{html.escape(label)}</span>"
