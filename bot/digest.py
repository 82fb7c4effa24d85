"""The digest: developments gathered by beneficiary, the biggest change first. Pure.

It is one message; what does not fit there stands in replies to it. Which development stands where
is decided by `laid_out` alone, in a measure that is never less than what a platform counts, so that
no platform's drawing cuts anything. `brief` answers with the same lines.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.alert_card import DEFAULTS
from bot.cards import Block, Button, Card, Line, Picture, Span, Text
from bot.claim_words import NO_COMMITMENT, RETREATS, named
from bot.digest_lines import Entry, entry_lines, state_of
from bot.digest_room import Page, room
from bot.words import Words, words
from classifiers.assessment import Direction, Head
from storage.records import Development, DigestItem, Held, LedgerChange, Mode, Route, Style

_HEADS = (
    Head.WITHDRAWN,
    Head.RATIFIED,
    Head.SIGNED,
    Head.IMPLEMENTED,
    Head.WEAKENED,
    Head.REFUSED,
    Head.PLEDGED,
    Head.REAFFIRMED,
    Head.PROPOSED,
    Head.DEMANDED,
    Head.HEDGED,
    Head.DISCUSSED,
)
"""The weightiest first: what binds or unbinds, then what is said."""
_NO_STEP = NO_COMMITMENT | {Direction.REAFFIRMED}
_LINES = {Style.FULL: 3, Style.COMPACT: 2, Style.LINE: 1}
_ROOMY = 12
"""More developments than this have two lines each at most."""
_CLOSE = 2
"""Developments of more lines than this need room between them."""
_OPENED = 5
"""Buttons for the biggest changes."""
_NAMED = 3
"""Groups that the headline names."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What a route tells at once."""

    entries: tuple[Entry, ...]
    since: datetime
    until: datetime
    route: Route = DEFAULTS

    @classmethod
    def of(
        cls,
        told: Iterable[tuple[DigestItem, Development]],
        *,
        since: datetime,
        until: datetime,
        route: Route,
    ) -> Digest:
        """From what the store kept for the route."""
        entries = tuple(
            Entry(development, item.why, item.before, bool(item.what)) for item, development in told
        )
        return cls(entries, since, until, route)


@dataclass(frozen=True, slots=True)
class Group:
    """What concerns one beneficiary, the biggest change first."""

    beneficiary: str
    """Empty where none is named."""
    entries: tuple[Entry, ...]


# --- the order


def grouped(entries: Iterable[Entry]) -> tuple[Group, ...]:
    """By beneficiary. One for several stands with that of them which most concern."""
    ordered = sorted(entries, key=significance, reverse=True)
    common = Counter(c for e in ordered for c in e.development.claims[0].beneficiaries)
    groups: dict[str, list[Entry]] = {}
    for entry in ordered:
        codes = entry.development.claims[0].beneficiaries
        groups.setdefault(max(codes, key=lambda c: common[c], default=""), []).append(entry)
    return tuple(Group(code, tuple(members)) for code, members in groups.items())


def significance(entry: Entry) -> tuple[int, int, float]:
    """How big a change is: stages moved, weight of the head word, confidence."""
    development = entry.development
    weight = len(_HEADS) - _HEADS.index(development.head) if development.head in _HEADS else 0
    return distance(entry), weight, development.confidence


def distance(entry: Entry) -> int:
    """Stages between what stood, in the ledger or in what the channel knew, and what stands."""
    claim = entry.development.claims[0]
    alone = LedgerChange(claim.committers, claim.beneficiaries, claim.direction, claim.stage, ())
    since_told = abs(claim.stage - entry.before.stage) if entry.before else 0
    return max(since_told, *map(_step, entry.development.changes or (alone,)))


def _step(change: LedgerChange) -> int:
    """A retreat puts all at stake that stood; words alone move nothing."""
    before = change.before[0].stage if change.before else 0
    if change.direction in _NO_STEP:
        return 0
    if change.direction in RETREATS and before:
        return int(before)
    return abs(change.stage - before)


# --- what stands in which message


def laid_out(digest: Digest, alt: str = "") -> list[list[int]]:
    """The ids of the developments that stand in the main message, then in each reply. `alt` is what
    is said of the picture."""
    say, most = words(digest.route.language), _lines_each(digest)
    page = Page(room([*_opening(digest, say), (Span(alt),)]))
    pages = [page]
    for group in grouped(digest.entries):
        heading = _heading(group, say)
        for entry in group.entries:
            lines = entry_lines(entry, say, most, _zone(digest))
            if not page.takes(entry.development.id, heading, lines):
                page = Page()
                pages.append(page)
                page.takes(entry.development.id, heading, lines)
    return [page.ids for page in pages]


# --- the cards


def digest_card(
    digest: Digest, here: Collection[int], *, picture: Picture | None = None, parts: int = 1
) -> Card:
    """The main message, with the developments of these ids; the counts are of all."""
    say = words(digest.route.language)
    groups = grouped(digest.entries)
    blocks: list[Block] = [Text(tuple(_opening(digest, say)))]
    blocks += [picture] if picture else []
    blocks += _bodies(digest, here, say)
    first = [entry.development.short_id for group in _only(groups, here) for entry in group.entries]
    return Card(
        headline=_headline(digest, groups, say),
        blocks=tuple(blocks),
        buttons=tuple(Button("details", name, name) for name in first[:_OPENED]),
        footer=_below(digest, here, say) if parts > 1 else (),
    )


def part_card(digest: Digest, here: Collection[int], *, part: int, parts: int) -> Card:
    """A reply to the main message, with the developments of these ids. `part` 1 is the first."""
    say = words(digest.route.language)
    number = _phrase(say, "part", part=part + 1, of=parts)
    return Card(
        headline=_phrase(say, "continued", title=_title(digest, say)),
        blocks=tuple(_bodies(digest, here, say)),
        footer=(Span(number),),
    )


def brief(developments: Sequence[Development], *, since: datetime, until: datetime) -> Digest:
    """A digest of what there is now, of no route."""
    return Digest(tuple(Entry(d) for d in developments), since, until)


def brief_card(digest: Digest) -> Card:
    """A digest now, for whoever asks."""
    say = words()
    when = _moment(digest.since, say, _zone(digest)).text
    count = say.count("developments", len(digest.entries))
    here = {entry.development.id for entry in digest.entries}
    blocks = (Text((_counts(digest, say),)), *_bodies(digest, here, say, apart=True))
    return Card(f"Since {when}: {count}", blocks)


def _headline(digest: Digest, groups: Sequence[Group], say: Words) -> str:
    """Can be read alone in a notification."""
    most = [f"{_whom(group, say)} {len(group.entries)}" for group in groups[:_NAMED]]
    return _phrase(
        say,
        "notified",
        title=_title(digest, say),
        developments=say.count("developments", len(digest.entries)),
        most=", ".join(most) + ", …" * bool(groups[_NAMED:]),
    )


def _title(digest: Digest, say: Words) -> str:
    day = say.date(digest.until.astimezone(_zone(digest)))
    return _phrase(say, "titled", title=say("digest", _kind(digest)), date=day)


def _kind(digest: Digest) -> str:
    """What the title says: how often it comes, else why it does."""
    if digest.route.mode is not Mode.INSTANT:
        return str(digest.route.mode)
    reasons = {entry.why for entry in digest.entries} - {Held.MODE}
    return str(*reasons) if len(reasons) == 1 else "mixed"


def _opening(digest: Digest, say: Words) -> Iterator[Line]:
    """The period, the counts by direction, and why it was held."""
    zone = _zone(digest)
    begin, end = _moment(digest.since, say, zone), _moment(digest.until, say, zone)
    yield (begin, Span(" – "), end)
    yield _counts(digest, say)
    held = Counter(entry.why for entry in digest.entries)
    reasons = [why for why in (Held.QUIET, Held.CEILING) if held[why] and why != _kind(digest)]
    if reasons:
        told = (_phrase(say, f"held_{why}", count=held[why]) for why in reasons)
        yield (Span(" · ".join(told), muted=True),)


def _counts(digest: Digest, say: Words) -> Line:
    """How many of each direction; what does not stand is counted as that."""
    states = Counter(state_of(entry.development, say) for entry in digest.entries)
    told = (_phrase(say, "counted", what=what, count=n) for what, n in states.most_common())
    return (Span(" · ".join(told) or say("digest", "empty"), bold=True),)


def _bodies(
    digest: Digest, here: Collection[int], say: Words, *, apart: bool = False
) -> Iterator[Block]:
    """A paragraph a beneficiary; `apart`, or where there is room, one a development."""
    most, zone = _lines_each(digest), _zone(digest)
    for group in _only(grouped(digest.entries), here):
        first, *others = (entry_lines(entry, say, most, zone) for entry in group.entries)
        if apart or most > _CLOSE:
            yield Text((_heading(group, say), *first))
            yield from map(Text, others)
        else:
            yield Text((_heading(group, say), *first, *itertools.chain(*others)))


def _only(groups: Iterable[Group], here: Collection[int]) -> Iterator[Group]:
    for group in groups:
        kept = tuple(entry for entry in group.entries if entry.development.id in here)
        if kept:
            yield replace(group, entries=kept)


def _heading(group: Group, say: Words) -> Line:
    return (Span(_whom(group, say).upper(), bold=True),)


def _whom(group: Group, say: Words) -> str:
    return named(group.beneficiary, say) if group.beneficiary else say.label("nobody")


def _below(digest: Digest, here: Collection[int], say: Words) -> Line:
    others = sum(entry.development.id not in here for entry in digest.entries)
    return (Span(_phrase(say, "below", developments=say.count("developments", others))),)


def _lines_each(digest: Digest) -> int:
    lines = _LINES[digest.route.style]
    return lines if len(digest.entries) <= _ROOMY else min(lines, 2)


def _zone(digest: Digest) -> ZoneInfo:
    return ZoneInfo(digest.route.zone)


def _moment(at: datetime, say: Words, zone: ZoneInfo) -> Span:
    """On the clock of the route, where the platform does not know the reader's."""
    local = at.astimezone(zone)
    return Span(f"{say.date(local)} {local:%H:%M} {local.tzname()}", time=at)


def _phrase(say: Words, key: str, **values: object) -> str:
    return say("digest", key).format(**values)
