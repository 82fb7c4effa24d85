"""Tells by the words about a name whether it is the actor's: another's surname, a common word."""

from __future__ import annotations

import re
from functools import cache

from classifiers.actors import followed, shouted_words, titles
from classifiers.matching import fold

_NAME_BEFORE = re.compile(r"([^\W\d_][\w'’-]*)[ \xa0]$")
_NAME_AFTER = re.compile(r"[ \xa0]([^\W\d_][\w’'-]*)")
_WORD = re.compile(r"[^\W\d_]{4,}")
_WINDOW = 80
"""Letters to either side of a name by which it is told whether every word has a capital."""
_FEW_WORDS, _MOST_CAPITALISED = 4, 0.9


@cache
def _titles() -> re.Pattern[str]:
    words = "|".join(re.escape(word).replace(r"\*", r"[\w-]*") for word in titles())
    return re.compile(f"(?:{words})")


def is_somebody_else(text: str, start: int, end: int) -> bool:
    """Whether a further name touches a surname: Petro Poroshenko is not the Petro of Bogotá."""
    window = text[max(0, start - _WINDOW) : end + _WINDOW]
    words = _WORD.findall(window)
    capitalised = sum(word[0].isupper() for word in words)
    if len(words) >= _FEW_WORDS and capitalised >= _MOST_CAPITALISED * len(words):
        return False
    after = _NAME_AFTER.match(text, end)
    if after and after[1][0].isupper() and not after[1].isupper():
        return True
    before = _NAME_BEFORE.search(text[max(0, start - _WINDOW) : start])
    if before is None or not before[1][0].isupper() or before[1].isupper():
        return False
    return not (before[1].endswith(("'s", "’s", "'", "’")) or _titles().fullmatch(fold(before[1])))


def is_shouted(term: str, text: str, start: int, end: int, language: str) -> bool:
    """Whether a word may be a common one that is in capitals as its neighbours are."""
    if shouted_words().get(term, frozenset()).isdisjoint({"all", language}):
        return False
    near = text[max(0, start - _WINDOW) : start] + text[end : end + _WINDOW]
    return near.isupper()


@cache
def _words_after(term: str) -> re.Pattern[str]:
    words = "|".join(re.escape(word).replace(r"\*", r"\w*") for word in followed()[term])
    return re.compile(rf"\s*(?:$|[^\w\s]|(?:{words})\b)")


def is_followed(term: str, text: str, end: int) -> bool:
    """Whether a name ends a phrase, or a word follows without which it means something else: the
    27 leaders, the 27 agreed; not the 27 officers."""
    return term not in followed() or _words_after(term).match(text, end) is not None
