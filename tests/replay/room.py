"""The outlets, channels and routes of a replay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from xml.sax.saxutils import escape

from tests.replay.news import OUTLETS, Item
from tests.servers import CHATS, FeedHost, LoopbackDiscord, LoopbackSlack

_IN_FEED = 40
BURST = 40
"""Items that come at once in the feed that is to be held."""
_CONFIG = """
[storage]
path = "pledgewatch.db"

[fetch]
allow_networks = ["127.0.0.0/8"]
host_gap = 0
per_host = 6

[admins]
notices = ["slack:CNOTICES"]

[log]
format = "json"
"""
_FEED = """
[[feeds]]
url = "{url}"
name = "{name}"
interval = "1m"
full_text = false
"""
_ROUTES = {
    "every": "",
    "hourly": 'mode = "hourly"',
    "quiet": 'quiet = "{quiet}"',
    "ceiling": 'ceiling = 4\nstyle = "compact"',
    "ukrainian": 'language = "uk"\nstyle = "line"',
    "french": 'language = "fr"\nstyle = "compact"',
    "german": 'language = "de"\nurgent = ["withdrawn"]\nmin_stage = 2',
    "daily": 'mode = "daily"\nat = "{at}"',
}
"""By name: the settings of a route, in a channel of its own on each platform."""


@dataclass
class Room:
    """Loopback platforms and a host of feeds."""

    host: FeedHost
    slack: LoopbackSlack
    discord: LoopbackDiscord
    published: int = 0
    _out: dict[str, list[tuple[str, str, str, datetime]]] = field(default_factory=dict)

    @property
    def feeds(self) -> dict[str, str]:
        """Names by path, of what the configuration subscribes to."""
        return {f"/outlet-{n}": outlet["name"] for n, outlet in enumerate(OUTLETS)} | {
            f"/burst-{platform}": f"Burst-{platform}" for platform in ("slack", "discord")
        }

    def config(self, now: datetime, span: timedelta) -> str:
        """A config.toml; quiet hours and the daily digest lie in the span."""
        self.slack.add_channel("CNOTICES")
        text = (_CONFIG + CHATS).format(discord=self.discord, slack=self.slack)
        for path, name in self.feeds.items():
            text += _FEED.format(url=self.host.url(path), name=name)
        minute = timedelta(minutes=1)
        times = {
            "quiet": f"{_clock(now + span * 0.2)}-{_clock(now + span * 0.5 + minute)}",
            "at": _clock(now + span * 0.6 + minute),
        }
        for number, (name, settings) in enumerate(_ROUTES.items()):
            for channel in (
                self.slack.add_channel(f"C{number}"),
                self.discord.add_channel(100 + number, name=name),
            ):
                route = f"{name}-{channel.partition(':')[0]}"
                text += f'\n[[routes]]\nname = "{route}"\nchannel = "{channel}"\n'
                text += settings.format(**times) + "\n"
        return text

    def open(self) -> None:
        """Every feed has an item: the first poll alerts nobody and is over before the news."""
        spare = [
            f"/{kind}-{p}" for kind in ("spare", "form", "listed") for p in ("slack", "discord")
        ]
        for path in (*self.feeds, *spare):
            self.spare(path)
        for platform in ("slack", "discord"):
            url = self.host.url(f"/listed-{platform}")
            self.host.publish(
                f"/list-{platform}.opml",
                f'<opml version="2.0"><body><outline text="Listed-{platform}" type="rss"'
                f' xmlUrl="{url}"/></body></opml>',
                content_type="text/x-opml",
            )
            self.host.publish(
                f"/missed-{platform}",
                "<html lang='en'><head><title>Iceland pledges to patrol for Estonia</title></head>"
                "<body><article><h1>Iceland pledges to patrol the sea for Estonia</h1><p>Iceland"
                " promised on Monday to send patrol ships to Estonia for two years, its foreign"
                " minister said in Tallinn. The pledge follows talks that began in spring.</p>"
                "</article></body></html>",
                content_type="text/html; charset=utf-8",
            )

    def spare(self, path: str) -> str:
        """A feed with an article of no interest; its address."""
        self._put(path, "rain", "Rain in the north", "Showers until the weekend.")
        return self.host.url(path)

    def publish(self, item: Item) -> None:
        """An article comes out."""
        self._put(f"/outlet-{item.outlet}", str(item.number), item.title, item.summary)
        self.published += 1

    def burst(self, platform: str, turn: int) -> None:
        """More at once than a feed brings."""
        for number in range(BURST):
            name = f"{turn}-{number}"
            self._put(f"/burst-{platform}", name, f"Tide table {name}", "High water at noon.")

    def _put(self, path: str, number: str, title: str, summary: str) -> None:
        out = [one for one in self._out.get(path, []) if one[0] != number]
        out.append((number, title, summary, datetime.now(UTC)))
        self._out[path] = out[-_IN_FEED:]
        self.host.publish(path, _rss(self.host.url(path), self._out[path]))


def _clock(when: datetime) -> str:
    return when.strftime("%H:%M")


def _rss(origin: str, out: Sequence[tuple[str, str, str, datetime]]) -> str:
    body = "".join(
        f"<item><title>{escape(title)}</title><description>{escape(summary)}</description>"
        f"<guid isPermaLink='false'>{origin}-{number}</guid><link>{origin}/{number}</link>"
        f"<pubDate>{format_datetime(at)}</pubDate></item>"
        for number, title, summary, at in reversed(out)
    )
    return f"<rss version='2.0'><channel><title>News</title>{body}</channel></rss>"
