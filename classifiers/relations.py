"""Whether two actors are bound to each other, confront each other, or neither."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from itertools import combinations

# Those whose undertaking changes a balance: the permanent five and the large alliances.
MAJOR = frozenset({"USA", "CHN", "RUS", "GBR", "FRA", "DEU", "NATO", "EU", "JPN", "UN"})


_WEIGHTS = {"great": 3, "large": 2, "small": 0}
_ORDINARY = 1


@cache
def _table() -> dict[str, dict[str, str]]:
    path = files("classifiers") / "data" / "actors" / "relations.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _pairs() -> dict[frozenset[str], str]:
    table = _table()
    found: dict[frozenset[str], str] = {}
    for members in table["allied"].values():
        for pair in combinations(members.split(), 2):
            found[frozenset(pair)] = "allied"
    for line in table["rival"].values():
        one, others = line.split(":")
        for other in others.split():
            found[frozenset({one, other})] = "rival"
    return found


def relation(left: str, right: str) -> str:
    """ "same", "allied", "rival" or "none"."""
    if left == right:
        return "same"
    return _pairs().get(frozenset({left, right}), "none")


@cache
def _weights() -> dict[str, int]:
    return {
        code: _WEIGHTS[name] for name, codes in _table()["weight"].items() for code in codes.split()
    }


def weight(code: str) -> int:
    """How much an actor weighs beside others: 0 for a small state to 3 for a great power or an
    alliance of many."""
    return _weights().get(code, _ORDINARY)


@cache
def formats() -> frozenset[str]:
    """Those who protect and are never protected: of 137 named in the examples two are."""
    return frozenset(_table()["formats"]["acting"].split())


@cache
def _threatened() -> frozenset[str]:
    rivals = [sorted(pair, key=weight) for pair, what in _pairs().items() if what == "rival"]
    weaker = {one for one, other in rivals if weight(one) < weight(other)}
    return frozenset(weaker.union(*(v.split() for v in _table()["sheltered"].values())))


def is_threatened(code: str) -> bool:
    """Whether somebody stronger rivals an actor, or a conflict at home calls for protection."""
    return code in _threatened()


@cache
def _parts() -> dict[str, str]:
    table = _table()
    members = dict.fromkeys(table["allied"]["NATO"].split(), "member")
    candidates = dict.fromkeys(table["accession"]["NATO"].split(), "candidate")
    return members | candidates | {"NATO": "alliance"}


def accession(code: str) -> str:
    """What an actor is to NATO's enlargement: "alliance", "candidate", "member" or "outsider"."""
    return _parts().get(code, "outsider")
