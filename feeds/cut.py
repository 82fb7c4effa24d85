"""The fast path: entries that a feed has shown before are cut out of a document before it is
parsed, which is what costs.

The cut is made only where it is certain to change nothing. An entry is cut when its very bytes
stood in the document that was last read, below the same open tags; entries beside it are parsed
as if it were there. The document must have been, and must still be, well-formed; an entry that
brings a namespace of its own, which feedparser would carry over to the next, stops the cut. Since
identity is judged over a whole document, the marks of what was cut are remembered, and a new
entry that shares one with them has the whole document parsed after all.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_TOKEN = re.compile(r"<!\[CDATA\[|<!--|<\?|<!|<(/?)(item|entry)(?=[\s/>])")
_ENDS = {"<![CDATA[": "]]>", "<!--": "-->", "<?": "?>"}
_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<(/?)([\w:.-]++)([^<>]*?)(/?)>",
    re.DOTALL,
)
_LONGEST_HEAD = 100_000
_VERSION = b"\x01"
_CONTEXT = 8
_SPAN = 8
_MARK = 6
_MARKS = 3
_RECORD = _SPAN + _MARKS * _MARK


@dataclass(frozen=True, slots=True)
class Split:
    """A document taken apart: what is outside of the entries, and the entries' own text."""

    head: str
    spans: tuple[str, ...]
    tail: str
    context: str
    """The start tags that are open around the entries."""
    digests: tuple[bytes, ...]
    """Of the spans."""

    def without(self, known: Sequence[bool]) -> str:
        """The document without the entries that are known."""
        kept = (span for span, is_known in zip(self.spans, known, strict=True) if not is_known)
        return "".join((self.head, *kept, self.tail))


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of the entries of a document."""

    context: bytes = b""
    marks: dict[bytes, bytes] | None = None
    """Digest of an entry's text -> its marks, one after the other."""

    def knows(self, split: Split, url: str) -> list[bool]:
        """For each entry of a document, whether it is known, all to the letter."""
        if not self.marks or self.context != context_digest(split, url):
            return [False] * len(split.spans)
        return [digest in self.marks for digest in split.digests]

    def clashes(self, cut: Sequence[bytes], marks: Sequence[bytes]) -> bool:
        """Whether entries with these marks share one with those that were cut (digests)."""
        records = [(self.marks or {}).get(digest, b"") for digest in cut]
        taken = {mark for record in records for mark in _apart(record)}
        return any(mark in taken for own in marks for mark in _apart(own))

    def to_text(self) -> str:
        """For the feed's state."""
        records = b"".join(key + value for key, value in (self.marks or {}).items())
        return base64.b64encode(_VERSION + self.context + records).decode("ascii")

    @classmethod
    def from_text(cls, text: str) -> Memory:
        """The memory again; one of another version is none."""
        try:
            data = base64.b64decode(text, validate=True)
        except (ValueError, binascii.Error):
            return cls()
        start = len(_VERSION) + _CONTEXT
        if not data.startswith(_VERSION) or (len(data) - start) % _RECORD:
            return cls()
        records = (data[at : at + _RECORD] for at in range(start, len(data), _RECORD))
        return cls(data[1:start], {record[:_SPAN]: record[_SPAN:] for record in records})


def split(text: str) -> Split | None:
    """Take an XML document apart; None where it is not plain enough to be certain."""
    bounds = _bounds(text)
    if not bounds:
        return None
    head, tail = text[: bounds[0][0]], text[bounds[-1][1] :]
    between = (text[a[1] : b[0]] for a, b in pairwise(bounds))
    context = _open_tags(head)
    if context is None or any(gap.strip() for gap in between):
        return None
    spans = tuple(text[start:end] for start, end in bounds)
    if any("xmlns:" in span for span in spans):
        return None
    return Split(head, spans, tail, context, tuple(_digest(span, _SPAN) for span in spans))


def remember(split_: Split, url: str, marks: Sequence[bytes]) -> Memory:
    """The memory of a document whose entries bear these marks, in its order."""
    return Memory(context_digest(split_, url), dict(zip(split_.digests, marks, strict=True)))


def remember_more(
    memory: Memory, split_: Split, known: Sequence[bool], marks: Sequence[bytes]
) -> Memory:
    """The memory of a document of which only the unknown entries were parsed."""
    fresh = iter(marks)
    kept = memory.marks or {}
    records = {
        digest: kept[digest] if is_known else next(fresh)
        for digest, is_known in zip(split_.digests, known, strict=True)
    }
    return Memory(memory.context, records)


def mark(values: Sequence[str]) -> bytes:
    """The marks of an entry: what it could be confused with another by; "" marks nothing."""
    return b"".join(_digest(value, _MARK) if value else bytes(_MARK) for value in values)


def context_digest(split_: Split, url: str) -> bytes:
    """Everything that an entry's meaning takes from outside of it."""
    return _digest(f"{url}\0{split_.context}", _CONTEXT)


def _apart(record: bytes) -> list[bytes]:
    """Marks with their places, since an id is never confused with an address."""
    pieces = [record[at : at + _MARK] for at in range(0, len(record), _MARK)]
    return [bytes([place]) + piece for place, piece in enumerate(pieces) if any(piece)]


def _bounds(text: str) -> list[tuple[int, int]]:
    """Start and end of each entry; empty where they are not side by side."""
    found: list[tuple[int, int]] = []
    opened, name, position = -1, "", 0
    while token := _TOKEN.search(text, position):
        position = token.end()
        if token[2] is None:
            end = text.find(_ENDS[token[0]], position) if token[0] in _ENDS else -1
            if end < 0:
                return []
            position = end
        elif token[1]:
            if opened < 0 or token[2] != name:
                return []
            position = text.find(">", position) + 1
            if not position:
                return []
            found.append((opened, position))
            opened = -1
        else:
            if opened >= 0 or text[text.find(">", position) - 1] == "/":
                return []
            opened, name = token.start(), token[2]
    return found if opened < 0 else []


def _open_tags(head: str) -> str | None:
    """The start tags that are still open where the entries begin; None where that is unclear."""
    if len(head) > _LONGEST_HEAD or "<!DOCTYPE" in head or "<!ENTITY" in head:
        return None
    stack: list[tuple[str, str]] = []
    for tag in _TAG.finditer(head):
        if tag[2] is None or tag[4]:
            continue
        if not tag[1]:
            stack.append((tag[2], tag[0]))
        elif not stack or stack.pop()[0] != tag[2]:
            return None
    return "".join(text for _, text in stack) if 1 <= len(stack) <= 2 else None


def _digest(text: str, size: int) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=size).digest()
