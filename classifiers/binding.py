"""Ties the actors of a sentence to the act that governs it: who acts, for whom, against whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files

from classifiers.document import Sentence
from classifiers.lexicon import Mark
from classifiers.mentions import Kind, Mention


@dataclass(frozen=True, slots=True)
class Bound:
    """The actors around an act. Every group is in the order of the text."""

    subjects: tuple[Mention, ...]
    objects: tuple[Mention, ...]
    """Reached by "to", "for", "defend" and the like."""
    partners: tuple[Mention, ...]
    """Reached by "with"."""
    sources: tuple[Mention, ...]
    """Reached by "from"."""
    adversaries: tuple[Mention, ...]
    places: tuple[Mention, ...]
    others: tuple[Mention, ...]

    def without(self, gone: Sequence[Mention]) -> Bound:
        """The same without some of them."""
        kept = [[m for m in getattr(self, f.name) if m not in gone] for f in fields(self)]
        return Bound(*map(tuple, kept))


def free_mentions(sentence: Sentence) -> list[Mention]:
    """The mentions that name somebody: in "NATO-style" nobody is named, and in "NATO membership"
    no organisation acts."""
    taken = [m for m in sentence.marks if m.section in ("object", "act", "condition", "link")]
    return [
        mention
        for mention in sentence.mentions
        if not sentence.words(mention.end, sentence.end).startswith(_LIKENESS)
        and not (mention.kind is Kind.ORGANISATION and _is_within(mention, taken))
    ]


_LIKENESS = ("-style", "-like", "-type", "\u2011style", "\u2011like", "\u2011type")


def _is_within(mention: Mention, marks: Sequence[Mark]) -> bool:
    return any(
        m.start <= mention.start
        and mention.end <= m.end
        and m.end - m.start > mention.end - mention.start
        for m in marks
    )


def groups(sentence: Sentence, mentions: Sequence[Mention]) -> list[list[Mention]]:
    """Mentions joined as a list or a title: "Britain, France and Italy", "French president X"."""
    found: list[list[Mention]] = []
    for mention in mentions:
        if found and _joined(sentence, found[-1][-1], mention):
            found[-1].append(mention)
        else:
            found.append([mention])
    return found


@cache
def _joints() -> frozenset[str]:
    """What joins the names of a list."""
    text = (files("classifiers") / "data" / "joints.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if line[:1] != "#" for word in line.split())


def _joined(sentence: Sentence, left: Mention, right: Mention) -> bool:
    if left.code != right.code and (left.kind is Kind.PLACE) != (right.kind is Kind.PLACE):
        return False
    between = sentence.words(left.end, right.start)
    if sentence.is_title and sentence.modifiers_follow and {",", "、"} & set(between):
        return False  # there a comma stands for the particle of the subject
    if sentence.modifiers_follow and between == "-":
        return True
    words = between.replace(",", " , ").split()
    if not between and left.code != right.code:
        return left.end - left.start == right.end - right.start == 1  # of a word for several states
    if not words or all(word.lower() in _joints() for word in words):
        return True
    if left.code == right.code and len(words) <= 4 and "," not in words:
        return not any(left.end <= m.start < right.start for m in sentence.of("act"))
    official = any(
        m.concept == "cue.official" and left.end <= m.start < right.start for m in sentence.marks
    )
    return official and len(words) <= 4 and any(word.lower() in _joints() for word in words)


def link_of(sentence: Sentence, group: Sequence[Mention], reach: int = 3) -> str:
    """The name of the preposition or verb that leads to a group, at most `reach` words back; where
    particles follow, that of the one after the group or its title."""
    if sentence.modifiers_follow:
        return _link_after(sentence, group[-1].end)
    start = group[0].start
    nearest = ""
    for mark in sentence.of("link"):
        if mark.end <= start and sentence.apart(mark.end, start) < reach:
            nearest = mark.name
    return nearest


def _link_after(sentence: Sentence, place: int) -> str:
    titles = {m.start: m.end for m in sentence.marks if m.concept == "cue.official"}
    while (title := _next_word(sentence, place)) in titles:
        place = titles[title]
    nearest = (place, _next_word(sentence, place))
    return next((mark.name for mark in sentence.of("link") if mark.start in nearest), "")


def _next_word(sentence: Sentence, place: int) -> int:
    rest = sentence.words(place, sentence.end)
    return place + len(rest) - len(rest.lstrip())


_BEFORE_ITS_ACT = 2
"""Words between who stays away and the act that says so: "Norway does not sign"."""


def absent(sentence: Sentence) -> list[Mention]:
    """Those without whom others act: "without Hungary", "Bulgaria stays out"."""
    acts = [m for m in sentence.of("act") if m.name == "withhold"]
    found: list[Mention] = []
    for group in groups(sentence, free_mentions(sentence)):
        end = group[-1].end
        stays_out = any(
            end <= m.start and sentence.apart(end, m.start) <= _BEFORE_ITS_ACT for m in acts
        )
        if stays_out or link_of(sentence, group) == "without":
            found += group
    return found


def bind(sentence: Sentence, act: Mark) -> Bound:
    """Who stands in which relation to an act."""
    found: dict[str, list[Mention]] = {}
    subject = _subject(sentence, act)
    for group in groups(sentence, free_mentions(sentence)):
        if subject and group[0] is subject[0]:
            continue
        if sentence.modifiers_follow and {m.code for m in group} <= {m.code for m in subject}:
            continue  # its own troops or capital before the verb are no object
        relation = _relation(sentence, group, act)
        found.setdefault(relation, []).extend(group)
    return Bound(
        tuple(subject),
        *(
            tuple(found.get(name, ()))
            for name in ("object", "with", "from", "against", "place", "")
        ),
    )


def _relation(sentence: Sentence, group: Sequence[Mention], act: Mark) -> str:
    link = link_of(sentence, group)
    if link in ("with", "from", "against"):
        return link
    if link == "place" or (group[0].kind is Kind.PLACE and not link):
        return "place"
    if link in ("to", "of"):
        return "object"
    if sentence.modifiers_follow:
        return "object" if act.start - 2 <= group[-1].end <= act.start else ""
    return "object" if act.end <= group[0].start <= act.end + 2 else ""


def _subject(sentence: Sentence, act: Mark) -> list[Mention]:
    if sentence.modifiers_follow:
        return _first_free(sentence, act)
    agents = _agents(sentence, act)
    if agents:
        return agents
    before = [g for g in groups(sentence, free_mentions(sentence)) if g[0].end <= act.start]
    unlinked = [
        g
        for g in before
        if g[0].kind is not Kind.PLACE
        and not link_of(sentence, g, reach=2)
        and not _only_describes(sentence, g, act)
    ]
    if unlinked:
        return unlinked[-1]
    seated = [
        g
        for g in before
        if g[0].kind not in (Kind.SEAT, Kind.PLACE) and not _only_describes(sentence, g, act)
    ]
    return seated[-1] if seated else []


def _first_free(sentence: Sentence, act: Mark) -> list[Mention]:
    """Where the verb stands last, its subject is the first group that no particle makes another
    part of the sentence, and that is not the first part of a longer name."""
    for group in groups(sentence, free_mentions(sentence)):
        touches = any(m.start == group[-1].end for m in sentence.mentions)
        of_host = touches and group[-1].kind is Kind.SEAT
        if group[0].end <= act.start and not of_host and not link_of(sentence, group):
            return group
    return []


def _only_describes(sentence: Sentence, group: Sequence[Mention], act: Mark) -> bool:
    """Whether an adjective is too far from the act to be of those who act: in "to prevent a
    Russian victory, talks on sending forces" no Russian sends."""
    distance = sentence.apart(group[-1].end, act.start)
    return group[-1].kind is Kind.ADJECTIVE and distance > 5


def _agents(sentence: Sentence, act: Mark) -> list[Mention]:
    """Those after "by", where the act is passive or a noun."""
    for group in groups(sentence, free_mentions(sentence)):
        if group[0].start < act.end or link_of(sentence, group, reach=2) != "by":
            continue
        if sentence.apart(act.end, group[0].start) <= 6:
            return group
    return []
