"""Whether two actors are bound to each other, confront each other, or neither."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from itertools import combinations

# Those whose undertaking changes a balance: the permanent five and the large alliances.
MAJOR = frozenset({"USA", "CHN", "RUS", "GBR", "FRA", "DEU", "NATO", "EU", "JPN", "UN"})


@cache
def _pairs() -> dict[frozenset[str], str]:
    path = files("classifiers") / "data" / "actors" / "relations.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8"))
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
