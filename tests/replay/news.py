"""The articles of a replay: texts of the labelled examples, in outlets that do not exist."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from classifiers.examples import Example, shipped

OUTLETS: tuple[dict[str, str], ...] = tuple(
    tomllib.loads(Path(__file__).with_name("outlets.toml").read_text("utf-8"))["outlets"]
)
_ENGLISH = 0.5
"""Share of the articles."""
_COPIES, _REVISED, _FOLLOWED = 0.2, 0.1, 0.15
"""Shares of the relevant articles: taken over by another outlet, written anew under the same
identity, followed by what the same states did next."""
_SOON = 0.1
"""Share of the span within which a copy comes."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that an outlet publishes."""

    number: int
    """Its identity: the same twice is an article that was written anew."""
    outlet: int
    title: str
    summary: str
    when: float
    """0 to 1, of the span."""


def items(count: int, dice: Random) -> list[Item]:
    """So many, in the order in which they come out; a third of them relevant."""
    wanted = count // 3
    copies, revised, pairs = (int(wanted * s) for s in (_COPIES, _REVISED, _FOLLOWED))
    relevant = _shuffled(dice, relevant=True)
    told = _developing(relevant, pairs)
    told += _mixed([e for e in relevant if e not in told], wanted - copies - revised - len(told))
    whens = [when for _ in range(pairs) for when in sorted((dice.random(), dice.random()))]
    whens += [dice.random() for _ in told[len(whens) :]]
    told += _mixed(_shuffled(dice, relevant=False), count - wanted)
    whens += [dice.random() for _ in told[len(whens) :]]
    first = [_item(n, e, when, dice) for n, (e, when) in enumerate(zip(told, whens, strict=True))]
    chosen = dice.sample(first[: wanted - copies - revised], copies + revised)
    again = [_copied(item, count + item.number, dice) for item in chosen[:copies]]
    again += [_revised(item, dice) for item in chosen[copies:]]
    return sorted([*first, *again], key=lambda item: item.when)


def _shuffled(dice: Random, *, relevant: bool) -> list[Example]:
    found = [e for e in shipped() if e.relevant is relevant]
    dice.shuffle(found)
    return found


def _developing(examples: Sequence[Example], pairs: int) -> list[Example]:
    """Two and two: the same states, the second further on."""
    known: dict[object, list[Example]] = defaultdict(list)
    found: list[Example] = []
    for example in examples:
        if len(found) == 2 * pairs:
            break
        claim = example.claims[0]
        before = known[example.article.language, claim.committers, claim.beneficiaries]
        if claim.beneficiaries and before and before[0].claims[0].stage != claim.stage:
            found += sorted((before.pop(), example), key=lambda e: e.claims[0].stage)
        else:
            before.append(example)
    return found


def _mixed(examples: Sequence[Example], count: int) -> list[Example]:
    """Half of them English, the rest of all other languages alike."""
    english = [e for e in examples if e.article.language == "en"]
    others: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        if example.article.language != "en":
            others[example.article.language].append(example)
    share = int(count * _ENGLISH)
    columns = zip(*others.values(), strict=False)
    return english[:share] + [e for column in columns for e in column][: count - share]


def _item(number: int, example: Example, when: float, dice: Random) -> Item:
    language = example.article.language
    of_language = [n for n, outlet in enumerate(OUTLETS) if outlet["language"] == language]
    told = example.article
    return Item(number, dice.choice(of_language), told.title, told.summary, when)


def _copied(item: Item, number: int, dice: Random) -> Item:
    elsewhere = dice.choice([n for n in range(len(OUTLETS)) if n != item.outlet])
    when = item.when + dice.random() * _SOON
    return replace(item, number=number, outlet=elsewhere, when=min(when, 1.0))


def _revised(item: Item, dice: Random) -> Item:
    """A headline that says so, and one sentence more."""
    summary = f"{item.summary} More was to be announced later in the day."
    when = min(item.when + dice.random() * _SOON, 1.0)
    return replace(item, title=f"{item.title} (updated)", summary=summary, when=when)
