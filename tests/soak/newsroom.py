"""The outlets and desks of a run: what was published where, and what is expected of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import zip_longest
from math import inf
from xml.sax.saxutils import escape

from tests.servers import CHATS, LoopbackDiscord, LoopbackSlack
from tests.servers.budget import Budget
from tests.soak.checker import Expected, Shown, shown_in
from tests.soak.faults import Outlets
from tests.soak.news import COMMITTERS, THRESHOLD, Item, Story
from tests.soak.plan import DESKS, FIRST_OUTLETS, SECOND_OUTLETS

_PATHS = tuple(f"/outlet-{n}" for n in range(FIRST_OUTLETS + SECOND_OUTLETS))
_IN_FEED = 40
_CONFIG = """
[storage]
path = "pledgewatch.db"

[fetch]
allow_networks = ["127.0.0.0/8"]
host_gap = 0
per_host = 6
timeout = 5

[classifier]
threshold = {threshold}

[log]
format = "json"
"""
_FEED = """
[[feeds]]
url = "{url}"
name = "Outlet {number}"
interval = "1m"
full_text = false
"""
_ROUTE = """
[[routes]]
name = "{channel}"
channel = "{channel}"
committers = {committers}
mode = "{mode}"
"""
_DIGESTS = ("slack:CD", "discord:199")
_DIGESTED = COMMITTERS[::4]
"""Whose developments both of these are told as well, by the hour."""
_SLACK_BUDGET = 3, 3.0
"""Messages in so many seconds: about one a second, as Slack puts it."""
_DISCORD_BUDGET = 5, 5.0


@dataclass
class Newsroom:
    """Loopback platforms and outlets, and the stories of the run."""

    stories: Sequence[Story]
    outlets: Outlets
    slack: LoopbackSlack
    discord: LoopbackDiscord
    told: list[Story] = field(default_factory=list)
    sequels: Counter[str] = field(default_factory=Counter)
    """By mark: how many of the later reports are out."""
    _items: dict[str, list[tuple[Item, datetime]]] = field(
        default_factory=lambda: {path: [] for path in _PATHS}
    )
    _places: dict[str, tuple[str, int]] = field(default_factory=dict)
    """By slug: the path of a report, and its number there."""

    @property
    def urls(self) -> list[str]:
        """Of all feeds."""
        return [self.outlets.url(path) for path in _PATHS]

    def config(self) -> str:
        """A config.toml with its feeds and routes."""
        for number in range(DESKS):
            self.slack.add_channel(f"C{number}")
            self.discord.add_channel(100 + number)
        self.slack.add_channel("CD")
        self.discord.add_channel(199)
        self.slack.budget = Budget(*_SLACK_BUDGET)
        self.discord.budget = Budget(*_DISCORD_BUDGET)
        text = (_CONFIG + CHATS).format(threshold=THRESHOLD, discord=self.discord, slack=self.slack)
        for number, url in enumerate(self.urls):
            text += _FEED.format(url=url, number=number)
        for number in range(DESKS):
            for channel in _channels(number):
                text += _route(channel, COMMITTERS[number::DESKS], "instant")
        return text + "".join(_route(channel, _DIGESTED, "hourly") for channel in _DIGESTS)

    def open(self) -> None:
        """Every feed has an item: the first poll alerts nobody and is over before the news."""
        for path in _PATHS:
            self.publish(path, Item("Rain in the north", "Showers until the weekend.", "rain"))

    def publish(self, path: str, item: Item) -> None:
        """A report comes out."""
        self._items[path].append((item, datetime.now(UTC)))
        self._places[item.slug] = path, len(self._items[path])
        self.outlets.show(path, _rss(self._items[path]), len(self._items[path]))

    def outlet_of(self, number: int) -> str:
        """The path of the outlet that tells a story first."""
        return f"/outlet-{number % FIRST_OUTLETS}"

    def tell(self, number: int) -> None:
        """The first report of a story."""
        story = self.stories[number]
        self.publish(self.outlet_of(number), story.first)
        self.told.append(story)

    def fresh(self) -> list[tuple[str, str]]:
        """Path and address of what stands in the feeds now."""
        return [
            (path, _address(item))
            for path, items in self._items.items()
            for item, _ in items[-_IN_FEED:]
        ]

    def tell_sequels(self, most: int, full: Collection[str]) -> None:
        """Later reports of what is known by now, but for outlets that are full; a second outlet
        that comes first would be the first."""
        marks = {mark for message in self.shown() for mark in message.marks}
        for number, story in enumerate(self.stories):
            path = f"/outlet-{FIRST_OUTLETS + number % SECOND_OUTLETS}"
            out = self.sequels[story.mark]
            known = story.mark in marks and out < len(story.later)
            if most and known and path not in full:
                self.publish(path, story.later[out])
                self.sequels[story.mark] += 1
                most -= 1

    def shown(self) -> list[Shown]:
        """Everything that stands on both platforms."""
        return shown_in(self.slack, self.discord)

    def expected(self) -> list[Expected]:
        """All that the published reports call for."""
        return [one for story in self.told for one in self._expected_of(story)]

    def _expected_of(self, story: Story) -> Iterator[Expected]:
        out = story.later[: self.sequels[story.mark]]
        sequels = tuple(item.sequel for item in out if item.sequel)
        for channel in _desk(story.committer):
            yield Expected(channel, story.mark, sequels)
        updates = Expected("", story.mark, sequels).updates
        changed = self._read_at(out[-1].slug) if updates else 0.0
        for channel in _DIGESTS if story.committer in _DIGESTED else ():
            yield Expected(channel, story.mark, sequels, digest=True, changed=changed)

    @property
    def finished(self) -> bool:
        """Whether every later report is out."""
        return all(self.sequels[story.mark] == len(story.later) for story in self.told)

    def alerts(self, shown: Iterable[Shown]) -> list[Shown]:
        """Without the digests."""
        return [message for message in shown if message.channel not in _DIGESTS]

    def over_budget(self) -> dict[str, int]:
        """How many messages each platform refused since they came too fast."""
        budgets = {"slack": self.slack.budget, "discord": self.discord.budget}
        return {name: budget.refused for name, budget in budgets.items() if budget}

    def all_read(self) -> bool:
        """Whether every report was read."""
        return all(self._read_at(slug) < inf for slug in self._places if slug != "rain")

    def posted(self, numbers: Iterable[int]) -> bool:
        """Whether the alerts of these stories stand in all their channels."""
        shown = Counter((m.channel, mark) for m in self.shown() for mark in m.marks)
        wanted = [self.stories[number] for number in numbers]
        return all(shown[c, story.mark] for story in wanted for c in _desk(story.committer))

    def read_at(self) -> dict[str, float]:
        """By mark: when its feed was first read with it."""
        found = {story.mark: self._read_at(story.first.slug) for story in self.told}
        return {mark: at for mark, at in found.items() if at < inf}

    def _read_at(self, slug: str) -> float:
        path, number = self._places[slug]
        return next((at for at, items in self.outlets.served[path] if items >= number), inf)


def turns(stories: Sequence[Story]) -> list[list[Story]]:
    """One story for each desk, then the next for each, so that no channel gets two at once."""
    desks: dict[tuple[str, str], list[Story]] = {}
    for story in stories:
        desks.setdefault(_desk(story.committer), []).append(story)
    return [[s for s in turn if s is not None] for turn in zip_longest(*desks.values())]


def _channels(desk: int) -> tuple[str, str]:
    return f"slack:C{desk}", f"discord:{100 + desk}"


def _desk(committer: str) -> tuple[str, str]:
    return _channels(COMMITTERS.index(committer) % DESKS)


def _route(channel: str, committers: Sequence[str], mode: str) -> str:
    codes = str(list(committers)).replace("'", '"')
    return _ROUTE.format(channel=channel, committers=codes, mode=mode)


def _address(item: Item) -> str:
    return f"https://news.example/{item.slug}"


def _rss(items: Sequence[tuple[Item, datetime]]) -> bytes:
    body = "".join(
        f"<item><title>{escape(item.title)}</title><description>{escape(item.summary)}"
        f"</description><guid isPermaLink='false'>{item.slug}</guid>"
        f"<link>{_address(item)}</link>"
        f"<pubDate>{format_datetime(at - timedelta(seconds=1))}</pubDate></item>"
        for item, at in reversed(items[-_IN_FEED:])
    )
    return f"<rss version='2.0'><channel><title>News</title>{body}</channel></rss>".encode()
