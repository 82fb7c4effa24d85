"""Text as the encoder reads it: words in lower case, without accents, taken apart into pieces.

The pieces are BERT's (Devlin and others, 2019): the longest that the vocabulary has, from the left;
what does not begin a word bears "##".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

LANGUAGE = "en"
"""Whose words the encoder knows."""
UNKNOWN, START, END = "[UNK]", "[CLS]", "[SEP]"
_WORD = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+|[^\w\s]|_")
"""Letters with the accents that follow them, or one sign."""
_PLAIN_SIGNS = str.maketrans(
    dict.fromkeys("’‘‚", "'") | dict.fromkeys("“”„«»", '"') | dict.fromkeys("–—", "-")
)
_LONGEST_WORD = 40
"""In letters; nothing longer is a word."""
_MARK = "Mn"


class Piece(NamedTuple):
    """A piece and where its word stands in the text."""

    number: int
    start: int
    end: int


class Vocabulary:
    """The pieces that the encoder knows, each with its number."""

    def __init__(self, pieces: Mapping[str, int]) -> None:
        self._pieces = dict(pieces)
        self.start, self.end = pieces[START], pieces[END]
        self._unknown = pieces[UNKNOWN]
        # News repeats its words: most are taken apart once.
        self._apart = lru_cache(maxsize=4096)(self._take_apart)

    def pieces(self, text: str) -> Iterator[Piece]:
        """The pieces of a text in its order."""
        for match in _WORD.finditer(text):
            for number in self._apart(match.group()):
                yield Piece(number, match.start(), match.end())

    def _take_apart(self, word: str) -> tuple[int, ...]:
        plain = _plain(word)
        if len(plain) > _LONGEST_WORD:
            return (self._unknown,)
        found: list[int] = []
        start = 0
        while start < len(plain):
            number, start = self._longest(plain, start)
            if number is None:
                return (self._unknown,)
            found.append(number)
        return tuple(found)

    def _longest(self, word: str, start: int) -> tuple[int | None, int]:
        prefix = "##" if start else ""
        for end in range(len(word), start, -1):
            number = self._pieces.get(prefix + word[start:end])
            if number is not None:
                return number, end
        return None, start


def _plain(word: str) -> str:
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFD", word.lower().translate(_PLAIN_SIGNS))
    return "".join(letter for letter in apart if unicodedata.category(letter) != _MARK)
