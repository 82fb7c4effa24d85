"""An article's page to the article's text. The one importer of trafilatura.

Pure and synchronous; the service runs it in worker processes, as it does parsing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from urllib.parse import urlsplit

from feeds.charset import decode
from feeds.limits import TEXT_CHARS, TITLE_CHARS
from feeds.text import one_line, truncated
from feeds.word_lists import lines_of

_SHORTEST = 250
"""Characters; what is shorter is a caption, a video's page or an error, and no article."""
_SHORT = 2_000
"""Below this a page that speaks of subscriptions shows a beginning, not the article."""
_FEW = 1_000
"""Below this a page that speaks of cookies is the question, not the article."""
_MOST_MARKUP = 3_000_000
_NOT_FREE = re.compile(r'"isAccessibleForFree"\s*:\s*"?\s*false', re.IGNORECASE)
_CONSENT_HOST = re.compile(r"^(?:consent|guce|privacy|cmp)\.", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>([^<]{0,300})", re.IGNORECASE)
_SHARED_TITLE = re.compile(
    r"""<meta[^>]{0,200}property=["']og:title["'][^>]{0,200}content=["']([^"']{1,500})""",
    re.IGNORECASE,
)
_SECTION = re.compile(r"\[(\w+)\]")


class PageKind(StrEnum):
    """What a page turned out to be."""

    ARTICLE = "article"
    PAYWALL = "paywall"
    CONSENT = "consent"
    BLOCK = "block"
    """A question whether one is a robot, or a refusal."""
    EMPTY = "empty"
    """No text to speak of."""


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of a page, and what it is; the text is empty unless it is an article."""

    kind: PageKind
    text: str = ""
    title: str = ""
    """The page's own, whatever it is."""


def extract(body: bytes, *, url: str, content_type: str = "") -> PageText:
    """Find the article on a page. `url` is where the page came from, after redirects."""
    import trafilatura  # costs a tenth of a second, and only the workers need it

    markup = decode(body, content_type)[0][:_MOST_MARKUP]
    found = trafilatura.extract(
        markup, url=url, include_comments=False, include_tables=False, favor_precision=True
    )
    text = "\n".join(line.strip() for line in (found or "").splitlines() if line.strip())
    kind = _kind(markup, text, url)
    body_text = truncated(text, TEXT_CHARS) if kind is PageKind.ARTICLE else ""
    return PageText(kind, body_text, _title(markup))


def _title(markup: str) -> str:
    """What the page gives to be shared by, or else its title."""
    found = _SHARED_TITLE.search(markup) or _TITLE.search(markup)
    return truncated(one_line(found[1]), TITLE_CHARS) if found else ""


def _kind(markup: str, text: str, url: str) -> PageKind:
    title = match[1].lower() if (match := _TITLE.search(markup)) else ""
    said = f"{title}\n{text}".lower()
    if _CONSENT_HOST.match(urlsplit(url).hostname or ""):
        return PageKind.CONSENT
    if len(text) < _SHORT and (_NOT_FREE.search(markup) or _says(said, "paywall")):
        return PageKind.PAYWALL
    if len(text) < _FEW and _says(said, "block"):
        return PageKind.BLOCK
    if len(text) < _FEW and _says(said, "consent"):
        return PageKind.CONSENT
    return PageKind.ARTICLE if len(text) >= _SHORTEST else _of_whole_page(markup)


def _of_whole_page(markup: str) -> PageKind:
    """Why a page has no article in it. Cookies say nothing here: most footers speak of them."""
    said = markup[:300_000].lower()
    for kind in (PageKind.PAYWALL, PageKind.BLOCK):
        if _says(said, kind.value):
            return kind
    return PageKind.EMPTY


def _says(text: str, section: str) -> bool:
    return any(phrase in text for phrase in _phrases()[section])


@cache
def _phrases() -> dict[str, tuple[str, ...]]:
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in lines_of("not_the_article.txt"):
        if head := _SECTION.fullmatch(line):
            current = sections.setdefault(head[1], [])
        else:
            current.append(line)
    return {name: tuple(lines) for name, lines in sections.items()}
