"""Splits a text into sentences by their offsets, and tells the words in them."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from classifiers.language_file import language_file, languages

# An end is a stop with its closing quotes, then space, then what may begin a sentence; or a line.
# Neither a run of stops nor one of spaces is tried from its middle, which would take the square of
# its length.
_END = re.compile(
    r"(?<![.!?…。！？])[.!?…。！？]++[\"'”’»)\]]*+(?=\s++[\"'“„‘«(\[–—-]*+\s*+[\w$€£])"
    r"|(?<!\s)(?=[^\S\n]*+\n)\s++|(?<=[。！？])"
)
_LONGEST = 1200
"""Characters. Newspapers' sentences are shorter, and what reads a sentence may take the
square of its length; a longer one is cut between two words."""
_LAST_WORD = re.compile(r"[\w.&]+$")
WORD = re.compile(r"\w+(?:['’]\w+)?")
UNSPACED_WORD = re.compile(
    r"[\u4e00-\u9fff々]+|[\u30a1-\u30ff]+|[\u3041-\u309f]+|[^\W\u3041-\u30ff\u4e00-\u9fff]+"
)
"""Where no space tells words apart, the change from one script to another does it roughly."""


def word_of(language: str) -> re.Pattern[str]:
    """The pattern of a word of a language that has a file."""
    return WORD if language_file(language).words_are_spaced else UNSPACED_WORD


def split(text: str) -> list[tuple[int, int]]:
    """(start, end) of every sentence, surrounding space left out."""
    spans: list[tuple[int, int]] = []
    begin = 0
    for match in _END.finditer(text):
        if "\n" not in match.group() and _continues(text, match.start(), match.end()):
            continue
        _append(spans, text, begin, match.end())
        begin = match.end()
    _append(spans, text, begin, len(text))
    return spans


def _continues(text: str, stop: int, end: int) -> bool:
    """Whether the stop belongs to an abbreviation or initial, or the next word goes on in lower
    case."""
    following = text[end:].lstrip("\"'“„‘«([–—- \t")[:1]
    if following.islower():
        return True
    if text[stop : stop + 1] != ".":
        return False
    last = _LAST_WORD.search(text, max(0, stop - 20), stop)
    word = last.group() if last else ""
    return word.lower() in _abbreviations() or (len(word) == 1 and word.isupper())


@cache
def _abbreviations() -> frozenset[str]:
    text = (files("classifiers") / "data" / "abbreviations.txt").read_text(encoding="utf-8")
    own = (word for language in languages() for word in language_file(language).abbreviations)
    return frozenset((*text.split(), *own))


def _append(spans: list[tuple[int, int]], text: str, begin: int, end: int) -> None:
    while end - begin > _LONGEST:
        space = text.rfind(" ", begin + _LONGEST // 2, begin + _LONGEST)
        cut = space if space > 0 else begin + _LONGEST
        _append_bare(spans, text, begin, cut)
        begin = cut
    _append_bare(spans, text, begin, end)


def _append_bare(spans: list[tuple[int, int]], text: str, begin: int, end: int) -> None:
    while begin < end and text[begin].isspace():
        begin += 1
    while end > begin and text[end - 1].isspace():
        end -= 1
    if begin < end:
        spans.append((begin, end))
