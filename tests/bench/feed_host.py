"""A host of many feeds on loopback, in a process of its own.

Feed n, from the second round on: six of ten answer 304, three repeat the same bytes without
validators, one brings a new item in each round.
"""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from aiohttp import web

ITEMS = 50
_START = datetime(2026, 1, 1, tzinfo=UTC)
_TEXT = (
    "ministers of several states met in the capital to discuss the text of a joint statement on "
    "the defence of the region and said that further talks would follow within weeks while the "
    "opposition asked for a vote in parliament before any troops were sent abroad"
)
_WORDS = _TEXT.split()


def kind(feed: int) -> str:
    """How a feed behaves."""
    return "304" if feed % 10 < 6 else "same" if feed % 10 < 9 else "new"


def item(feed: int, number: int) -> str:
    """One item; its text depends on nothing but the two numbers."""
    turn = (feed * 7 + number * 13) % len(_WORDS)
    words = " ".join((_WORDS[turn:] + _WORDS[:turn]) * 2)
    url = f"https://outlet{feed}.example/articles/{number}"
    return (
        f"<item><title>Report {number} of outlet {feed}: {words[:60]}</title><link>{url}</link>"
        f'<guid isPermaLink="false">tag:{feed},{number}</guid>'
        f"<description>&lt;p&gt;{words}&lt;/p&gt;&lt;p&gt;&lt;a href=&quot;{url}&quot;&gt;Read "
        f"on&lt;/a&gt;&lt;/p&gt;</description><category>World</category>"
        f"<pubDate>{format_datetime(_START + timedelta(minutes=number))}</pubDate></item>\n"
    )


def document(feed: int, round_: int) -> bytes:
    """The feed as it stands in a round, newest item first."""
    newest = ITEMS + (round_ if kind(feed) == "new" else 0)
    items = "".join(item(feed, number) for number in range(newest, newest - ITEMS, -1))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" '
        'xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f"<title>Outlet {feed}</title><link>https://outlet{feed}.example/</link>"
        f"<language>en</language>\n{items}</channel></rss>"
    ).encode()


class FeedHost:
    """Serves /feed/N; GET /next begins the next round."""

    def __init__(self) -> None:
        self.round = 0

    async def feed(self, request: web.Request) -> web.Response:
        """Answer one poll."""
        number = int(request.match_info["number"])
        headers = {"ETag": '"1"'} if kind(number) == "304" else {}
        if headers and request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304, headers=headers)
        body = document(number, self.round)
        return web.Response(body=body, headers=headers, content_type="application/rss+xml")

    async def next_round(self, request: web.Request) -> web.Response:
        """Begin the next round."""
        self.round += 1
        return web.Response(text="ok")


def main() -> None:
    """Be the host."""
    host = FeedHost()
    app = web.Application()
    app.router.add_get("/feed/{number}", host.feed)
    app.router.add_get("/next", host.next_round)
    serve(app)


def serve(app: web.Application) -> None:
    """Serve on a free port, printed on the first line, until killed."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
    print(listener.getsockname()[1], flush=True)  # noqa: T201 - the port, for the parent process
    web.run_app(app, sock=listener, print=None, access_log=None)


if __name__ == "__main__":
    main()
