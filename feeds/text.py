"""HTML to plain text, truncation, sentences. Linear in the length of what comes in, always."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import cache

from feeds.word_lists import lines_of

_TAG = re.compile(
    r"""<(?:
        (?P<comment>!--) | (?P<cdata>!\[CDATA\[) |
        (?P<close>/?)(?P<name>[a-zA-Z][\w:.-]*+)(?:"[^"<]*+"|'[^'<]*+'|[^<>"']|["'])*+(?:>|$) |
        [!?/][^<>]*+(?:>|$)
    )""",
    re.VERBOSE,
)
_SILENT = frozenset({"script", "style", "template", "noscript", "svg", "math", "iframe", "object"})
_BREAK = re.compile(
    r"address|article|aside|blockquote|br|center|d[dlt]|div|fieldset|fig(?:caption|ure)|footer|form|"
    r"h[1-6r]|header|li|main|nav|[ou]l|p|pre|section|table|t[dhr]"
)
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r" ?\n[ \n]*")
"""Where a run of other spaces is one already."""
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u2060\ufeff\u00ad\ud800-\udfff]"
)
_IN_PIECES = re.compile("\\w[\u0300-\u036f\u3099\u309a]{1,4}|[\u1100-\u11ff]{2,}")
"""Letters that are written apart from their accents, and syllables of Korean in their letters."""
_MOST_ROUNDS = 4
"""Feeds escape twice, at times three times; deeper is somebody's joke."""

_SENTENCE_END = re.compile(
    r"""(?:[.!?…]+["'”’»)\]]*(?=\s+["'“‘«„(\[]*[\w—–])|[。！？]["”’」』]*|\n)""", re.VERBOSE
)
_LAST_WORD = re.compile(r"[\w.]+$")
_ELLIPSIS = "…"

_WHOLE_ARTICLE = 1500
"""Characters; no summary is longer."""
_TEASER = 300


def plain(markup: str) -> str:
    """The text of a piece of HTML, or of text that may be HTML: blocks on lines of their own,
    white space collapsed, no tag and no entity left, not even one that was escaped twice."""
    for _ in range(_MOST_ROUNDS):
        before = markup
        if "<" in markup:
            markup = _without_tags(markup)
        if "&" in markup:
            markup = html.unescape(markup)
        if markup == before:
            break
    return _tidy(_without_tags(markup) if "<" in markup else markup)


def one_line(markup: str) -> str:
    """As `plain`, on one line: for titles and names."""
    return " ".join(plain(markup).split())


def teaser_and_text(summary: str, text: str) -> tuple[str, str]:
    """Summary and text as readers of articles expect them: some feeds put the whole article where
    its summary should be."""
    if text or len(summary) <= _WHOLE_ARTICLE:
        return summary, text
    first = [end for _, end in sentences(summary[: 4 * _TEASER]) if end <= _TEASER]
    return summary[: first[-1]] if first else truncated(summary, _TEASER), summary


def truncated(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words where there are any, "…" for the rest."""
    if len(text) <= limit:
        return text
    cut = text[: max(limit - 1, 0)]
    space = max(cut.rfind(" "), cut.rfind("\n"))
    kept = cut[:space] if space > limit // 2 else cut
    return kept.rstrip(" ,;:-–—\n") + _ELLIPSIS


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences, white space at their ends left out. A line is never joined with
    the next one; abbreviations and initials end no sentence."""
    spans = []
    start = 0
    for mark in _SENTENCE_END.finditer(text):
        if mark[0] == "." and _is_abbreviation(text[max(start, mark.start() - 12) : mark.start()]):
            continue
        spans.append((start, mark.end()))
        start = mark.end()
    spans.append((start, len(text)))
    return [trimmed for span in spans if (trimmed := _trim(text, *span))]


def _without_tags(markup: str) -> str:
    pieces = []
    position = 0
    while found := _TAG.search(markup, position):
        pieces.append(markup[position : found.start()])
        replacement, position = _past(markup, found)
        pieces.append(replacement)
    pieces.append(markup[position:])
    return "".join(pieces)


def _past(markup: str, found: re.Match[str]) -> tuple[str, int]:
    """What stands for a tag in the text, and where the text goes on."""
    if found["comment"]:
        return "", _after(markup, "-->", found.end())
    if found["cdata"]:
        start, end = found.end(), markup.find("]]>", found.end())
        return (markup[start:end], end + 3) if end >= 0 else (markup[start:], len(markup))
    name = (found["name"] or "").lower()
    if name in _SILENT and not found["close"] and not found[0].endswith("/>"):
        return " ", _after_element(markup, name, found.end())
    return ("\n" if _BREAK.fullmatch(name) else ""), found.end()


def _after(markup: str, mark: str, start: int) -> int:
    end = markup.find(mark, start)
    return end + len(mark) if end >= 0 else len(markup)


def _after_element(markup: str, name: str, start: int) -> int:
    end = re.compile(rf"</{re.escape(name)}\b[^<>]*>?", re.IGNORECASE).search(markup, start)
    return end.end() if end else len(markup)


def _tidy(text: str) -> str:
    if not text.isascii() or not text.isprintable():
        text = _composed(_INVISIBLE.sub("", text))
    text = _SPACES.sub(" ", text.replace("\r", "\n"))
    return _BLANK_LINES.sub("\n", text).strip()


def _composed(text: str) -> str:
    """Accents on their letters, as names are looked up (Unicode's NFC), piece by piece: of the
    whole at once the cost grows with the square of the longest heap of accents."""
    return _IN_PIECES.sub(lambda piece: unicodedata.normalize("NFC", piece[0]), text)


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    piece = text[start:end]
    stripped = piece.strip()
    if not stripped:
        return None
    start += len(piece) - len(piece.lstrip())
    return start, start + len(stripped)


def _is_abbreviation(before: str) -> bool:
    word = _LAST_WORD.search(before)
    if word is None:
        return False
    bare = word[0].lower()
    single = len(bare) == 1 and bare.isalpha() and word[0].isupper()
    return single or bare in _abbreviations() or bool(re.fullmatch(r"(?:\w\.)+\w", bare))


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(word for line in lines_of("abbreviations.txt") for word in line.split())
