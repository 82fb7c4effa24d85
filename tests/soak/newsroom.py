"""The outlets and desks of a run: what was published where, and what is expected of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import zip_longest
from xml.sax.saxutils import escape

from tests.servers import LoopbackDiscord, LoopbackSlack
from tests.soak.checker import Expected, Shown, shown_in
from tests.soak.faults import Outlets
from tests.soak.news import COMMITTERS, THRESHOLD, Item, Sequel, Story
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

[discord]
token = "{discord.token}"
api_url = "{discord.api_url}"

[slack]
bot_token = "{slack.bot_token}"
app_token = "{slack.app_token}"
api_url = "{slack.api_url}"
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
"""


@dataclass
class Newsroom:
    """Loopback platforms and outlets, and the stories of the run."""

    stories: Sequence[Story]
    outlets: Outlets
    slack: LoopbackSlack
    discord: LoopbackDiscord
    told: list[Story] = field(default_factory=list)
    sequels: set[str] = field(default_factory=set)
    """Marks whose second report is out."""
    _items: dict[str, list[tuple[Item, datetime]]] = field(
        default_factory=lambda: {path: [] for path in _PATHS}
    )
    _places: dict[str, tuple[str, int]] = field(default_factory=dict)
    """By mark: the path of the first report, and its number there."""

    @property
    def urls(self) -> list[str]:
        """Of all feeds."""
        return [self.outlets.url(path) for path in _PATHS]

    def config(self) -> str:
        """A config.toml with its feeds and routes."""
        for number in range(DESKS):
            self.slack.add_channel(f"C{number}")
            self.discord.add_channel(100 + number)
        text = _CONFIG.format(threshold=THRESHOLD, discord=self.discord, slack=self.slack)
        for number, url in enumerate(self.urls):
            text += _FEED.format(url=url, number=number)
        for number in range(DESKS):
            codes = str(list(COMMITTERS[number::DESKS])).replace("'", '"')
            for channel in _channels(number):
                text += _ROUTE.format(channel=channel, committers=codes)
        return text

    def open(self) -> None:
        """Every feed has an item: the first poll alerts nobody and is over before the news."""
        for path in _PATHS:
            self.publish(path, Item("Rain in the north", "Showers until the weekend.", "rain"))

    def publish(self, path: str, item: Item) -> None:
        """A report comes out."""
        self._items[path].append((item, datetime.now(UTC)))
        self.outlets.show(path, _rss(self._items[path]), len(self._items[path]))

    def outlet_of(self, number: int) -> str:
        """The path of the outlet that tells a story first."""
        return f"/outlet-{number % FIRST_OUTLETS}"

    def tell(self, number: int) -> None:
        """The first report of a story."""
        story, path = self.stories[number], self.outlet_of(number)
        self.publish(path, story.first)
        self.told.append(story)
        self._places[story.mark] = path, len(self._items[path])

    def fresh(self) -> list[tuple[str, str]]:
        """Path and address of what stands in the feeds now."""
        return [
            (path, _address(item))
            for path, items in self._items.items()
            for item, _ in items[-_IN_FEED:]
        ]

    def tell_sequels(self, most: int, full: Collection[str]) -> None:
        """Second reports of what is known by now, but for outlets that are full; a second outlet
        that comes first would be the first."""
        marks = {mark for message in self.shown() for mark in message.marks}
        for number, story in enumerate(self.stories):
            path = f"/outlet-{FIRST_OUTLETS + number % SECOND_OUTLETS}"
            known = story.mark in marks and story.mark not in self.sequels
            if most and known and story.second is not None and path not in full:
                self.publish(path, story.second)
                self.sequels.add(story.mark)
                most -= 1

    def shown(self) -> list[Shown]:
        """Everything that stands on both platforms."""
        return shown_in(self.slack, self.discord)

    def expected(self) -> list[Expected]:
        """All alerts that the published reports call for."""
        return [
            Expected(
                channel, story.mark, story.sequel if story.mark in self.sequels else Sequel.NONE
            )
            for story in self.told
            for channel in _desk(story.committer)
        ]

    def expected_at_last(self) -> list[Expected]:
        """The same once every second report is out."""
        return [Expected(c, s.mark, s.sequel) for s in self.told for c in _desk(s.committer)]

    def posted(self, numbers: Iterable[int]) -> bool:
        """Whether the alerts of these stories stand in all their channels."""
        shown = Counter((m.channel, mark) for m in self.shown() for mark in m.marks)
        wanted = [self.stories[number] for number in numbers]
        return all(shown[c, story.mark] for story in wanted for c in _desk(story.committer))

    def read_at(self) -> dict[str, float]:
        """By mark: when its feed was first read with it."""
        return {
            mark: next(at for at, items in self.outlets.served[path] if items >= number)
            for mark, (path, number) in self._places.items()
            if any(items >= number for _, items in self.outlets.served[path])
        }


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
