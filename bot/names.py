"""Countries and organisations by any name that people type for them."""

from __future__ import annotations

import re

from classifiers.actors import resolve as by_name
from classifiers.language_file import languages
from classifiers.matching import fold
from classifiers.mentions import find_mentions

_SHORTEST = 4
"""In Latin letters; a shorter word is a code or none of a country's names."""
_PUNCTUATION = " .,;:!?\"'()[]"
_ARTICLE = re.compile(r"(?:l['’]|(?:the|der|die|das|den|dem|la|le|les|el|los|las)\s+)", re.I)


def resolve(name: str) -> str | None:
    """The code of an actor by a name as it stands in a sentence ("Україні", "der Ukraine"), else
    None. The first call builds indexes: not for the event loop."""
    name = name.strip(_PUNCTUATION)
    if code := by_name(name):
        return code
    bare = _ARTICLE.sub("", name, count=1) if _ARTICLE.match(name) else name
    return by_name(bare) or _inflected(bare)


def _inflected(name: str) -> str | None:
    if len(name) < _SHORTEST and name.isascii():
        return None
    folded = fold(name)
    for language in languages():
        for mention in find_mentions(name, folded, language, None, capitalised=False):
            if mention.start == 0 and mention.end == len(name):
                return mention.code
    return None
