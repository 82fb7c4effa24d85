"""Who can make, receive or oppose a commitment: states, organisations, coalitions and their names.

Codes are ISO 3166-1 alpha-3, or an organisation's usual acronym; entities that few recognise and
states that are gone have codes of their own (`TRANSNISTRIA`, `SUN`). Names in other languages come
from the Unicode CLDR; seats of government are public record.
"""

from __future__ import annotations

import difflib
import json
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from classifiers.leaders import leaders
from classifiers.matching import terms_of

_DATA = files("classifiers") / "data" / "actors"


@dataclass(frozen=True, slots=True)
class Actor:
    """A state, an entity that claims to be one, or an organisation."""

    code: str
    iso2: str
    """Two letters of ISO 3166-1; empty for an organisation and where there are none."""
    names: tuple[str, ...]
    """English names, the one to display first."""
    adjectives: tuple[str, ...] = ()
    seats: tuple[str, ...] = ()
    """Capitals, seats of government and institutions whose name stands for the actor."""

    @property
    def is_state(self) -> bool:
        """Whether ISO has a code for it."""
        return bool(self.iso2)


def rows(name: str) -> list[list[str]]:
    """The lines of a tab-separated data file, without comments."""
    text = (_DATA / name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


@cache
def directory() -> dict[str, Actor]:
    """All actors by code."""
    states = [
        Actor(code, iso2, terms_of(names), terms_of(adjectives), terms_of(seats))
        for code, iso2, names, adjectives, seats in rows("countries.tsv")
    ]
    organisations = [
        Actor(code, "", terms_of(names), (), terms_of(seats))
        for code, names, seats in rows("organisations.tsv")
    ]
    return {actor.code: actor for actor in states + organisations}


@cache
def not_actors() -> tuple[str, ...]:
    """Names in which a place stands for a text, a sea or a newspaper, and not for a state."""
    return tuple(name for (name,) in rows("not_actors.txt"))


@cache
def exact_case() -> frozenset[str]:
    """Names that are common words in another spelling."""
    return frozenset(name for (name,) in rows("exact_case.txt"))


@cache
def shared_institutions() -> frozenset[str]:
    """Names of parliaments and the like that are one state's where no owner is named."""
    return frozenset(name for (name,) in rows("shared_institutions.txt"))


@cache
def shared_names() -> frozenset[str]:
    """Names of leaders and seats of government that many others bear."""
    return frozenset(name for (name,) in rows("shared_names.txt"))


@cache
def shouted_words() -> dict[str, frozenset[str]]:
    """Names that are common words in a text all in capitals -> the languages, or "all"."""
    return {name: frozenset(terms_of(languages)) for name, languages in rows("shouted.tsv")}


@cache
def followed() -> dict[str, tuple[str, ...]]:
    """Names that count only before some words or at the end of a phrase -> the words."""
    return {name: terms_of(words) for name, words in rows("followed.tsv")}


@cache
def titles() -> tuple[str, ...]:
    """Words with a capital that may stand before a surname and are no given name."""
    return tuple(word for (word,) in rows("titles.txt"))


@cache
def names_by_language() -> dict[str, dict[str, str]]:
    """Language -> code -> the state's usual name."""
    loaded: dict[str, dict[str, str]] = json.loads((_DATA / "names.json").read_text("utf-8"))
    return loaded


def plain(name: str) -> str:
    """A name as it is compared: no accents, case, points, article or surrounding space."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c))
    return " ".join(kept.split()).removeprefix("the ")


@cache
def _by_name() -> dict[str, str]:
    found: dict[str, str] = {}

    def add(name: str, code: str) -> None:
        key = plain(name)
        if key:
            found.setdefault(key, code)
            found.setdefault(key.replace(" ", ""), code)

    everybody = directory().values()
    for actor in everybody:
        add(actor.code, actor.code)
    for actor in everybody:
        for name in (*actor.names, *actor.adjectives, *actor.seats):
            add(name, actor.code)
    for actor in everybody:
        add(actor.iso2, actor.code)
    for names in names_by_language().values():
        for code, name in names.items():
            add(name, code)
    for leader in leaders():
        for name in leader.names:
            add(name, leader.code)
    return found


def resolve(name: str) -> str | None:
    """The code of an actor that goes by a name in any language known, or None.

    Takes codes, flags, names, adjectives, capitals and leaders; case, accents and points do
    not matter.
    """
    if flagged := _from_flag(name.strip()):
        return flagged
    key = plain(name)
    return _by_name().get(key) or _by_name().get(key.replace(" ", "")) if key else None


def display(code: str) -> str:
    """The English name of an actor; the code itself where it is unknown."""
    actor = directory().get(code)
    return actor.names[0] if actor else code.replace("_", " ")


_FLAGS = {"EU": "\U0001f1ea\U0001f1fa", "UN": "\U0001f1fa\U0001f1f3"}
_REGIONAL_A = 0x1F1E6


def flag(code: str) -> str:
    """An actor's flag as an emoji; empty where there is none."""
    if code in _FLAGS:
        return _FLAGS[code]
    actor = directory().get(code)
    if not actor or not actor.iso2:
        return ""
    return "".join(chr(_REGIONAL_A + ord(letter) - ord("A")) for letter in actor.iso2)


def _from_flag(text: str) -> str | None:
    letters = "".join(chr(ord(c) - _REGIONAL_A + ord("A")) for c in text if ord(c) >= _REGIONAL_A)
    if len(text) != 2 or len(letters) != 2:
        return None
    return next((a.code for a in directory().values() if a.iso2 == letters), letters or None)


def suggest(prefix: str, limit: int = 25) -> list[tuple[str, str]]:
    """(code, display name) of the actors that a prefix may mean, best first.

    A code or a display name that starts so comes first, then any other name, in any language.
    """
    key = plain(prefix)
    best: dict[str, tuple[int, str]] = {}
    for actor in directory().values():
        for rank, name in ((0, actor.code), (0, actor.names[0])):
            if plain(name).startswith(key):
                best[actor.code] = (rank, actor.names[0])
    if key:
        for name, code in _by_name().items():
            if name.startswith(key):
                best.setdefault(code, (1, display(code)))
    ranked = sorted(best.items(), key=lambda item: item[1])
    return [(code, name) for code, (_, name) in ranked[:limit]]


_ALIKE = 0.75
_MOST_ADDED = 2


def similar(name: str, most: int = 3) -> list[str]:
    """The codes of the actors whose names, in any language, are written much like this one, most
    alike first: what may have been meant. Takes some 10 ms."""
    key = plain(name)
    if len(key) < 3:
        return []
    near = [n for n in _by_name() if len(n) > 2 and abs(len(n) - len(key)) <= _MOST_ADDED]
    found = difflib.get_close_matches(key, near, n=most * 3, cutoff=_ALIKE)
    return list(dict.fromkeys(_by_name()[n] for n in found))[:most]
