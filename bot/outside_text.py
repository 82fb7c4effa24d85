"""Text from outside made harmless for any screen, and cut to what a platform takes."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, urlsplit

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])?")
_BREAKS = re.compile("[\n\r\t\v\f\x1c-\x1f\x85\u2028\u2029]+")
_REMOVED = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]")
_URL_SAFE = "/:?#[]@!$&'*+,;=%-._~"
_MAX_URL = 2000


def clean(text: str) -> str:
    """One line that moves no cursor and turns no neighbour around: no terminal sequences, no
    control characters, no overrides of direction, no halves of a surrogate pair."""
    return _REMOVED.sub("", _BREAKS.sub(" ", _ESCAPES.sub("", text)))


def storable(text: str) -> str:
    """The text without halves of a surrogate pair, which JSON can carry and no file can keep."""
    return text.encode("utf-8", "ignore").decode("utf-8")


def units(text: str) -> int:
    """Length in UTF-16 code units: never less than what a platform counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """At most `limit` code units, ended by an ellipsis where something is missing."""
    if units(text) <= limit:
        return text
    room, end = limit - 1, 0
    for char in text:
        room -= units(char)
        if room < 0:
            break
        end += 1
    while end and unicodedata.combining(text[end]):
        end -= 1
    return text[:end].rstrip() + "…"


def web_address(url: str) -> str:
    """An http(s) address with everything percent-encoded that could end it early; empty for
    anything else, and for what is too long to be a link."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    if parts.scheme.lower() not in {"http", "https"} or not parts.netloc:
        return ""
    rest = url.strip()[len(parts.scheme) :]
    encoded = parts.scheme.lower() + quote(rest.encode("utf-8", "replace"), safe=_URL_SAFE)
    return encoded if len(encoded) <= _MAX_URL else ""
