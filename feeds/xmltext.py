"""What is done to the text of an XML feed before and beside feedparser."""

from __future__ import annotations

import html.entities
import re

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_BAD_REFERENCE = re.compile(
    r"&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]));", re.I
)
_HEAD = re.compile(r"<\w")
_ENTITY = re.compile(r"<!\[CDATA\[.*?\]\]>|<!--.*?-->|&([A-Za-z][A-Za-z0-9]{1,31});", re.DOTALL)
_XML_ENTITIES = frozenset({"lt", "gt", "amp", "quot", "apos"})
_ENTRY = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>/]", re.IGNORECASE)
_SKIP_HOURS = re.compile(r"<skipHours\b[^>]*>([^\0]{0,2000}?)</skipHours", re.IGNORECASE)
_SKIP_DAYS = re.compile(r"<skipDays\b[^>]*>([^\0]{0,2000}?)</skipDays", re.IGNORECASE)
_HOUR = re.compile(r"<hour>\s*(\d{1,2})\s*<", re.IGNORECASE)
_DAY = re.compile(r"<day>\s*(\w{6,9})\s*<", re.IGNORECASE)
_DAYS = frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})


def cleaned(text: str) -> str:
    """The document without what makes a strict parser give up and does not matter: characters
    that XML forbids, white space before the root (which costs feedparser the square of its
    length), entities that HTML defines and XML does not."""
    text = _BAD_REFERENCE.sub("", _FORBIDDEN.sub("", text))
    root = _HEAD.search(text)
    cut = root.start() if root else len(text)
    head = re.sub(r"\s{2,}", "\n", text[:cut])
    body = text[cut:]
    if "<!ENTITY" not in head and re.search(r"&(?!lt;|gt;|amp;|quot;|apos;|#)\w+;", body):
        body = _ENTITY.sub(_as_character, body)
    return head + body


def allowed_in_xml(text: str) -> str:
    """The text without the characters that no XML document may hold."""
    return _FORBIDDEN.sub("", text)


def _as_character(match: re.Match[str]) -> str:
    name = match[1]
    if name is None or name in _XML_ENTITIES:
        return match[0]
    code = html.entities.name2codepoint.get(name)
    return chr(code) if code else match[0]


def count_entries(text: str) -> int:
    """How many entries a document seems to have; never fewer than it has."""
    return sum(1 for _ in _ENTRY.finditer(text))


def skipped_hours(text: str) -> frozenset[int]:
    """Hours (UTC) in which the publisher asks not to be polled; 24 is another name of 0."""
    block = _SKIP_HOURS.search(text)
    hours = {int(hour) % 24 for hour in _HOUR.findall(block[1])} if block else set()
    return frozenset(hours)


def skipped_days(text: str) -> frozenset[str]:
    """Days (UTC), in lower case, on which the publisher asks not to be polled."""
    block = _SKIP_DAYS.search(text)
    return frozenset(d.lower() for d in _DAY.findall(block[1])) & _DAYS if block else frozenset()
