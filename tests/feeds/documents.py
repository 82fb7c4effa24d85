"""Documents for the tests."""

from __future__ import annotations


def rss(*items: str, head: str = "<title>Feed</title>") -> bytes:
    """An RSS 2.0 document of these items."""
    return f'<rss version="2.0"><channel>{head}{"".join(items)}</channel></rss>'.encode()


def atom(*entries: str, head: str = "<title>Feed</title>") -> bytes:
    """An Atom 1.0 document of these entries."""
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{"".join(entries)}</feed>'.encode()
