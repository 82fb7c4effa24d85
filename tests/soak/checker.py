"""What the feeds published against what each channel shows. Pure, but for reading the platforms."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tests.servers import LoopbackDiscord, LoopbackSlack
from tests.soak.news import Sequel

_SLUG = re.compile(r"([A-Z][a-z]+)-(?:first|second)")
_TWO_SOURCES = "2 sources"


@dataclass(frozen=True, slots=True)
class Expected:
    """A development in one channel."""

    channel: str
    mark: str
    sequel: Sequel


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
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    spurious: list[str] = field(default_factory=list)
    unedited: list[str] = field(default_factory=list)
    """A second report that the alert does not show."""
    replies: list[str] = field(default_factory=list)
    """An update without its reply, with two, before its alert, or in another's thread."""

    @property
    def clean(self) -> bool:
        """Whether every promise was kept."""
        return not any((self.lost, self.duplicated, self.spurious, self.unedited, self.replies))


def check(expected: Sequence[Expected], shown: Iterable[Shown]) -> Verdict:
    """Every expected alert once, with its edit and its reply, and nothing else."""
    verdict = Verdict(len(expected))
    alerts: dict[tuple[str, str], list[Shown]] = defaultdict(list)
    replies: dict[tuple[str, str], list[Shown]] = defaultdict(list)
    wanted = {(e.channel, e.mark) for e in expected}
    for message in shown:
        places = [(message.channel, mark) for mark in message.marks]
        if len(places) != 1 or places[0] not in wanted:
            verdict.spurious.append(f"{message.channel} {message.id} {sorted(message.marks)}")
            continue
        (replies if message.parent else alerts)[places[0]].append(message)
    for one in expected:
        _judge(one, alerts[one.channel, one.mark], replies[one.channel, one.mark], verdict)
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
    if one.sequel is not Sequel.NONE and _TWO_SOURCES not in alerts[0].text:
        verdict.unedited.append(name)
    due = one.sequel is Sequel.UPDATE
    if len(replies) != due:
        verdict.replies.append(f"{name}: {len(replies)}")
    elif due and (replies[0].parent != alerts[0].id or replies[0].at < alerts[0].at):
        verdict.replies.append(f"{name}: misplaced")


def shown_in(slack: LoopbackSlack, discord: LoopbackDiscord) -> list[Shown]:
    """Everything that stands on both platforms."""
    return [*_in_slack(slack), *_in_discord(discord)]


def _in_slack(slack: LoopbackSlack) -> Iterable[Shown]:
    for name, channel in slack.channels.items():
        for message in channel.messages:
            text = json.dumps({"text": message["text"], "blocks": message["blocks"]})
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
                text=json.dumps({k: message.get(k) for k in ("content", "embeds")}),
                parent=str(channel.id) if channel.parent else str(below),
            )


def latencies(shown: Iterable[Shown], read_at: Mapping[str, float]) -> list[float]:
    """Seconds from the moment that a feed was first read with a development in it to its alert in
    each channel, sorted."""
    return sorted(
        message.at - read_at[mark]
        for message in shown
        for mark in message.marks
        if not message.parent and mark in read_at
    )


def quantile(values: Sequence[float], share: float) -> float:
    """Of sorted values; 0 where there are none."""
    return values[min(int(share * len(values)), len(values) - 1)] if values else 0.0
