"""What the feeds published against what each channel shows. Pure, but for reading the platforms."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tests.servers import LoopbackDiscord, LoopbackSlack
from tests.soak.news import Sequel

_SLUG = re.compile(r"([A-Z][a-z]+)-(?:first|further|signed|ratified)")
_A_WHILE = 10.0
_SHOWN = {
    Sequel.FURTHER: ("2 sources",),
    Sequel.SIGNED: ("2 sources", "stage 4 of 6"),
    Sequel.RATIFIED: ("2 sources", "stage 5 of 6"),
}
"""What an alert says once it was edited."""
_TOLD = {Sequel.SIGNED: "→ 4 signed", Sequel.RATIFIED: "→ 5 in force"}
"""What a reply says of an update."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A development in one channel."""

    channel: str
    mark: str
    sequels: tuple[Sequel, ...] = ()
    """Which came out since, in this order."""
    digest: bool = False
    """Whether the channel is told by digests alone."""
    changed: float = 0.0
    """When a feed was first read with the last update; seconds since 1970."""

    @property
    def updates(self) -> list[Sequel]:
        """The changes that are told, and not only shown."""
        return [sequel for sequel in self.sequels if sequel in _TOLD]


@dataclass(frozen=True, slots=True)
class Shown:
    """A message that stands in a channel or in a thread of it."""

    id: str
    channel: str
    at: float
    """Seconds since 1970."""
    text: str
    """All that the platform keeps of it."""
    parent: str = ""
    """The message that it replies to."""

    @property
    def marks(self) -> frozenset[str]:
        """The developments that it speaks of."""
        return frozenset(_SLUG.findall(self.text))


@dataclass(slots=True)
class Verdict:
    """What is wrong; each a list of channel and mark. Nothing wrong: all are empty."""

    expected: int = 0
    """Alerts."""
    told: int = 0
    """Developments in digests."""
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    spurious: list[str] = field(default_factory=list)
    unedited: list[str] = field(default_factory=list)
    """A later report that the alert does not show, or no digest tells."""
    replies: list[str] = field(default_factory=list)
    """Updates that lack their reply, have two, stand in a wrong order, before their alert, or in
    another's thread; parts of digests likewise."""

    @property
    def clean(self) -> bool:
        """Whether every promise was kept."""
        return not any((self.lost, self.duplicated, self.spurious, self.unedited, self.replies))


Messages = Mapping[tuple[str, str], list[Shown]]


def check(expected: Sequence[Expected], shown: Iterable[Shown]) -> Verdict:
    """Every expected alert once, with its edits and its replies in order, every development of a
    digest's channel once for each of its states, and nothing else."""
    verdict = Verdict(
        expected=sum(not one.digest for one in expected), told=sum(one.digest for one in expected)
    )
    tops: dict[tuple[str, str], list[Shown]] = defaultdict(list)
    replies: dict[tuple[str, str], list[Shown]] = defaultdict(list)
    wanted = {(one.channel, one.mark) for one in expected}
    digests = {one.channel for one in expected if one.digest}
    mains: dict[str, Shown] = {}
    for message in sorted(shown, key=lambda one: one.at):
        places = [(message.channel, mark) for mark in sorted(message.marks)]
        gathers = message.channel in digests
        if not places or not wanted.issuperset(places) or (len(places) > 1 and not gathers):
            verdict.spurious.append(f"{message.channel} {message.id} {sorted(message.marks)}")
            continue
        if gathers and message.parent and message.parent not in mains:
            verdict.replies.append(f"{message.channel} {message.id}: a part without its digest")
        mains[message.id] = message
        for place in places:
            (replies if message.parent and not gathers else tops)[place].append(message)
    for one in expected:
        place = one.channel, one.mark
        if one.digest:
            _judge_told(one, tops[place], verdict)
        else:
            _judge(one, tops[place], replies[place], verdict)
    return verdict


def _judge(
    one: Expected, alerts: Sequence[Shown], replies: Sequence[Shown], verdict: Verdict
) -> None:
    name = f"{one.channel} {one.mark}"
    if not alerts:
        verdict.lost.append(name)
        return
    if len(alerts) > 1:
        verdict.duplicated.append(name)
    if one.sequels and not all(part in alerts[0].text for part in _SHOWN[one.sequels[-1]]):
        verdict.unedited.append(name)
    told = [next((s for s in _TOLD if _tells(reply, one.mark, s)), None) for reply in replies]
    if told != one.updates:
        verdict.replies.append(f"{name}: {[str(sequel) for sequel in told]}")
    elif any(r.parent != alerts[0].id or r.at < alerts[0].at for r in replies):
        verdict.replies.append(f"{name}: misplaced")


def _tells(reply: Shown, mark: str, sequel: Sequel) -> bool:
    """Whether it says so, by the report that did."""
    return _TOLD[sequel] in reply.text and f"{mark}-{sequel}" in reply.text


def _judge_told(one: Expected, digests: Sequence[Shown], verdict: Verdict) -> None:
    """Once, and again for what has changed since; changes may have been told together."""
    name = f"digest {one.channel} {one.mark}"
    if not digests:
        verdict.lost.append(name)
    elif len(digests) > 1 + len(one.updates):
        verdict.duplicated.append(name)
    elif digests[-1].at < one.changed:
        verdict.unedited.append(name)


def shown_in(slack: LoopbackSlack, discord: LoopbackDiscord) -> list[Shown]:
    """Everything that stands on both platforms."""
    return [*_in_slack(slack), *_in_discord(discord)]


def _in_slack(slack: LoopbackSlack) -> Iterable[Shown]:
    for name, channel in slack.channels.items():
        for message in channel.messages:
            text = _plain({"text": message["text"], "blocks": message["blocks"]})
            thread = message.get("thread_ts") or ""
            yield Shown(message["ts"], f"slack:{name}", float(message["ts"]), text, thread)


def _in_discord(discord: LoopbackDiscord) -> Iterable[Shown]:
    for channel in discord.channels.values():
        for message in channel.messages:
            below = (message.get("message_reference") or {}).get("message_id") or ""
            yield Shown(
                id=message["id"],
                channel=f"discord:{channel.parent or channel.id}",
                at=datetime.fromisoformat(message["timestamp"]).timestamp(),
                text=_plain({k: message.get(k) for k in ("content", "embeds")}),
                parent=str(channel.id) if channel.parent else str(below),
            )


def _plain(message: object) -> str:
    return json.dumps(message, ensure_ascii=False).replace("\u00a0", " ")


def latencies(shown: Iterable[Shown], read_at: Mapping[str, float]) -> list[float]:
    """Seconds from the moment that a feed was first read with a development in it to its alert in
    each channel, sorted."""
    return sorted(
        message.at - read_at[mark]
        for message in shown
        for mark in message.marks
        if not message.parent and mark in read_at
    )


def busiest(shown: Iterable[Shown]) -> tuple[int, float]:
    """How many channels got messages, and how many a second one got at most, over ten seconds."""
    times: dict[str, list[float]] = defaultdict(list)
    for message in sorted(shown, key=lambda one: one.at):
        times[message.channel].append(message.at)
    most = max(
        (bisect_right(times[c], at + _A_WHILE) - n for c in times for n, at in enumerate(times[c])),
        default=0,
    )
    return len(times), most / _A_WHILE


def quantile(values: Sequence[float], share: float) -> float:
    """Of sorted values; 0 where there are none."""
    return values[min(int(share * len(values)), len(values) - 1)] if values else 0.0
