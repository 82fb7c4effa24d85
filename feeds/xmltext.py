"""What is done to the text of an XML feed before and beside feedparser."""

from __future__ import annotations

import html.entities
import re
from collections.abc import Iterator

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_FORBIDDEN_BYTES = bytes(code for code in range(32) if code not in (9, 10, 13))
_FORBIDDEN_ABOVE = ("\ufffe", "\uffff")
_BAD_REFERENCE = re.compile(
    r"&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]));", re.I
)
_ROOT = re.compile(r"<\w")
_HTML_ENTITY = re.compile(r"&(?!lt;|gt;|amp;|quot;|apos;|#)([A-Za-z][A-Za-z0-9]{1,31});")
_BARE_AMPERSAND = re.compile(r"&(?!(?:lt|gt|amp|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)")
_DOCTYPE = re.compile(
    r"(?:\s*+(?><!--.*?-->|<\?.*?\?>))*+\s*+(?P<start><!DOCTYPE\b)", re.IGNORECASE | re.DOTALL
)
_SUBSET_END = re.compile(r"\]\s*>")
_SAFE_ENTITY = re.compile(
    r"""<!ENTITY\s+(\w{1,32})\s+(?:"([^"&%<>]{1,40}|&\#\w{1,8};)"|'([^'&%<>]{1,40}|&\#\w{1,8};)')\s*>"""
)
_LITERAL = re.compile(r"<!\[CDATA\[|<!--")
_ENDS = {"<![CDATA[": "]]>", "<!--": "-->"}
_ENTRY = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>/]", re.IGNORECASE)
_HOUR = re.compile(r"<hour>\s*(\d{1,2})\s*<", re.IGNORECASE)
_DAY = re.compile(r"<day>\s*(\w{6,9})\s*<", re.IGNORECASE)
_DAYS = frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})
_LONGEST_SKIP = 2_000
"""Characters: 24 hours with their tags take a third of it."""


def cleaned(text: str) -> str:
    """The document without what makes a strict parser give up and does not matter: characters
    that XML forbids, white space before the root (which costs feedparser the square of its
    length), entities that HTML defines and XML does not."""
    text = allowed_in_xml(text)
    if "&#" in text:
        text = _BAD_REFERENCE.sub("", text)
    text, own = _without_doctype(text)
    root = _ROOT.search(text)
    start = root.start() if root else len(text)
    head = re.sub(r"\s{2,}", "\n", text[:start])
    return head + _with_entities(text[start:], own)


def with_ampersands_escaped(text: str) -> str:
    """The document with each "&" that begins no reference known to XML written as one, as in
    addresses that were put into an attribute as they are."""
    return "".join(
        piece if literal else _BARE_AMPERSAND.sub("&amp;", piece)
        for piece, literal in _pieces(text)
    )


def _without_doctype(text: str) -> tuple[str, dict[str, str]]:
    """The document without its document type, and the entities that this declares: only short
    ones that refer to no other, so that nothing can be blown up and nothing is fetched."""
    start = _DOCTYPE.match(text)
    if start is None:
        return text, {}
    mark = re.compile(r"[\[>]").search(text, start.end())
    end = mark if mark is None or mark[0] == ">" else _SUBSET_END.search(text, mark.end())
    if end is None:
        return text, {}
    subset = text[start.end() : end.end()]
    own = {name: first or second for name, first, second in _SAFE_ENTITY.findall(subset)}
    return text[: start.start("start")] + text[end.end() :], own


def _with_entities(body: str, own: dict[str, str]) -> str:
    """The body with entities that XML does not know as characters."""
    if not _HTML_ENTITY.search(body):
        return body

    def character(match: re.Match[str]) -> str:
        code = html.entities.name2codepoint.get(match[1])
        return own.get(match[1]) or (chr(code) if code else match[0])

    return "".join(
        piece if literal else _HTML_ENTITY.sub(character, piece) for piece, literal in _pieces(body)
    )


def allowed_in_xml(text: str) -> str:
    """The text without the characters that no XML document may hold."""
    data = text.encode("utf-8", "ignore")  # drops lone surrogates
    if len(data.translate(None, _FORBIDDEN_BYTES)) == len(data) and not any(
        character in text for character in _FORBIDDEN_ABOVE
    ):
        return data.decode("utf-8")
    return _FORBIDDEN.sub("", text)


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The text in order, with whether a piece is a CDATA section or a comment."""
    position = 0
    while found := _LITERAL.search(text, position):
        end = text.find(_ENDS[found[0]], found.end())
        if end < 0:
            break
        yield text[position : found.start()], False
        yield text[found.start() : end], True
        position = end
    yield text[position:], False


def count_entries(text: str) -> int:
    """How many entries a document seems to have; never fewer than it has."""
    return len(_ENTRY.findall(text))


def skipped_hours(text: str) -> frozenset[int]:
    """Hours (UTC) in which the publisher asks not to be polled; 24 is another name of 0."""
    return frozenset(int(hour) % 24 for hour in _HOUR.findall(_block(text, "skipHours")))


def skipped_days(text: str) -> frozenset[str]:
    """Days (UTC), in lower case, on which the publisher asks not to be polled."""
    return frozenset(day.lower() for day in _DAY.findall(_block(text, "skipDays"))) & _DAYS


def _block(text: str, name: str) -> str:
    """The content of the first element of this name; empty where there is none."""
    start = re.search(rf"<{name}\b", text, re.IGNORECASE)
    if start is None:
        return ""
    block = text[start.end() : start.end() + _LONGEST_SKIP]
    end = re.search(rf"</{name}\b", block, re.IGNORECASE)
    return block[: end.start()] if end else ""
