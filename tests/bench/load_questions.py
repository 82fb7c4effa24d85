"""What is asked of the service under load: every command of the table, many in several ways."""

# ruff: noqa: S608 - what is put together are numbers and clauses of ours

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from classifiers.assessment import Direction
from tests.bench.load_feeds import FEEDS
from tests.bench.storage import MATTERS, STATES, VERBS, News
from tests.servers.script import FROM_UNFOLLOW_TO_HELD, Options

_NEWS_SEED = 1


@dataclass(frozen=True, slots=True)
class Facts:
    """What commands can be asked of, drawn anew for each."""

    platform: str
    host: str
    dice: Random
    news: News
    names: tuple[str, ...]
    """Short ids of developments, newest first."""
    shared: tuple[tuple[str, str], ...]
    """Developments of several articles, each with one of them."""
    addresses: tuple[str, ...]
    """Of articles."""
    entries: tuple[int, ...]
    """Of the ledger."""
    feedback: tuple[int, ...]
    """That waits."""

    @property
    def name(self) -> str:
        """Any development."""
        return self.dice.choice(self.names)

    @property
    def state(self) -> str:
        """Any country, the frequent ones more often."""
        return self.dice.choice(STATES[: self.dice.choice((5, 70))])

    @property
    def spare(self) -> str:
        """A feed to do things with."""
        return f"Spare-{self.platform}"

    def word(self, of: int) -> str:
        """One of so many of the most frequent words."""
        return self.dice.choice(self.news.words[:of])


def facts_of(path: Path, platform: str, host: str, dice: Random) -> Facts:
    """Looked up in the file, beside the service."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:

        def column(sql: str) -> tuple[Any, ...]:
            return tuple(row[0] for row in db.execute(sql))

        last = db.execute("SELECT max(id) FROM developments").fetchone()[0]
        some = ", ".join(str(dice.randrange(1, last)) for _ in range(300))
        alive = "merged_into IS NULL AND status <> 'withdrawn'"
        names = f"SELECT short_id FROM developments WHERE {alive}"
        shared = db.execute(
            "SELECT d.short_id, max(a.id) FROM developments d JOIN articles a"
            f" ON a.development_id = d.id WHERE d.id IN ({some}) AND {alive}"
            " GROUP BY d.id HAVING count(*) > 1"
        )
        return Facts(
            platform,
            host,
            dice,
            News(_NEWS_SEED),
            column(f"{names} ORDER BY id DESC LIMIT 100") + column(f"{names} AND id IN ({some})"),
            tuple((str(name), str(article)) for name, article in shared),
            column(f"SELECT url FROM articles WHERE id IN ({some})"),
            column("SELECT id FROM ledger WHERE standing = 'pending' ORDER BY id DESC LIMIT 200")
            or (1,),
            column("SELECT id FROM feedback WHERE state = 'waiting'") or (1,),
        )


SCRIPT: tuple[tuple[str, Callable[[Facts], Options]], ...] = (
    ("pledges latest", lambda f: {}),
    ("pledges latest", lambda f: {"beneficiary": f.state, "since": "7d"}),
    ("pledges latest", lambda f: {"beneficiary": f.state, "committer": f.state}),
    ("pledges latest", lambda f: {"committer": f.state, "min_stage": "implemented"}),
    ("pledges latest", lambda f: {"direction": f.dice.choice(tuple(Direction)).value}),
    ("pledges latest", lambda f: {"direction": "breached", "min_stage": "in_force"}),
    ("pledges search", lambda f: {"query": f.word(20)}),
    ("pledges search", lambda f: {"query": f"{f.word(2000)} {f.word(2000)}"}),
    ("pledges search", lambda f: {"query": f'"{f.news.prose(2)}"'}),
    ("pledges search", lambda f: {"query": f"{f.word(500)[:4]}*"}),
    ("pledges search", lambda f: {"query": f"{f.word(50)} -{f.word(50)}"}),
    ("pledges search", lambda f: {"query": f"{f.dice.choice(MATTERS)} to:{f.state}"}),
    ("pledges search", lambda f: {"query": f"{f.dice.choice(VERBS)} from:{f.state} since:30d"}),
    ("pledges search", lambda f: {"query": f"to:{f.state} stage:>=3 since:2023-01-01"}),
    ("pledges search", lambda f: {"query": "until:2022-01-01"}),
    ("pledges search", lambda f: {"query": "is:withdrawn lang:fr"}),
    ("pledges show", lambda f: {"reference": f.name}),
    ("pledges show", lambda f: {"reference": "XYZ-999999"}),
    ("pledges status", lambda f: {"beneficiary": f.state}),
    ("pledges status", lambda f: {"beneficiary": "Ukraine"}),
    ("pledges compare", lambda f: {"first": f.state, "second": "France"}),
    ("pledges compare", lambda f: {"first": "USA", "second": "GBR"}),
    ("pledges timeline", lambda f: {"actor": "USA", "beneficiary": "UKR"}),
    ("pledges timeline", lambda f: {"actor": f.state}),
    ("pledges matrix", lambda f: {}),
    ("pledges matrix", lambda f: {"beneficiary": f.state}),
    ("pledges brief", lambda f: {}),
    ("pledges brief", lambda f: {"since": "7d"}),
    ("pledges brief", lambda f: {"since": "2024-01-01"}),
    ("pledges why", lambda f: {"reference": f.name}),
    ("pledges why", lambda f: {"reference": f.dice.choice(f.addresses)}),
    ("pledges whynot", lambda f: {"reference": f.dice.choice(f.addresses)}),
    ("pledges submit", lambda f: {"url": f"{f.host}/missed-{f.dice.randrange(10**9)}"}),
    ("pledges follow", lambda f: {"reference": f.name}),
    ("pledges follow", lambda f: {}),
    *FROM_UNFOLLOW_TO_HELD,
    ("pledgewatch feeds release", lambda f: {"feed": f"Outlet {f.dice.randrange(FEEDS)}"}),
    ("pledgewatch feeds discard", lambda f: {"feed": f"Outlet {f.dice.randrange(FEEDS)}"}),
    ("pledgewatch feeds import", lambda f: {"source": f"{f.host}/list-{f.platform}.opml"}),
    ("pledgewatch feeds export", lambda f: {}),
    ("pledgewatch feeds test", lambda f: {"url": f"{f.host}/feed/13"}),
    ("pledgewatch routes list", lambda f: {}),
    ("pledgewatch routes add", lambda f: {"name": f.spare, "settings": "to=UKR min_stage=2"}),
    ("pledgewatch routes edit", lambda f: {"route": f.spare, "settings": "min_stage=3"}),
    ("pledgewatch routes mute", lambda f: {"route": f.spare, "span": "2h"}),
    ("pledgewatch routes unmute", lambda f: {"route": f.spare}),
    ("pledgewatch routes test", lambda f: {}),
    ("pledgewatch routes test", lambda f: {"route": f.spare, "settings": "min_stage=1"}),
    ("pledgewatch routes test", lambda f: {"route": f.spare, "settings": "threshold=0.4 days=90"}),
    ("pledgewatch routes sample", lambda f: {"route": f.spare}),
    ("pledgewatch routes enable", lambda f: {"route": f.spare}),
    ("pledgewatch routes remove", lambda f: {"route": f.spare}),
    ("pledgewatch deliveries", lambda f: {"state": "dead"}),
    ("pledgewatch deliveries", lambda f: {}),
    ("pledgewatch retry", lambda f: {}),
    ("pledgewatch merge", lambda f: {"wrong": f.names[-2], "into": f.names[-3]}),
    ("pledgewatch undo", lambda f: {}),
    ("pledgewatch split", lambda f: dict(zip(("reference", "articles"), f.shared[0], strict=True))),
    ("pledgewatch withdraw", lambda f: {"reference": f.names[-1], "note": "a satire"}),
    ("pledgewatch reinstate", lambda f: {"reference": f.names[-1]}),
    ("pledgewatch ledger pending", lambda f: {}),
    ("pledgewatch ledger confirm", lambda f: {"entry": f.dice.choice(f.entries), "note": "seen"}),
    ("pledgewatch ledger reject", lambda f: {"entry": f.dice.choice(f.entries), "note": "wrong"}),
    ("pledgewatch feedback list", lambda f: {}),
    ("pledgewatch feedback accept", lambda f: {"feedback": f.dice.choice(f.feedback)}),
    ("pledgewatch feedback refuse", lambda f: {"feedback": f.dice.choice(f.feedback)}),
    ("pledgewatch audit", lambda f: {"since": "7d"}),
    ("pledgewatch stats", lambda f: {}),
    ("pledgewatch stats", lambda f: {"by": "route"}),
    ("pledgewatch stats", lambda f: {"by": "source", "since": "2021-01-01"}),
    ("pledgewatch help", lambda f: {"command": "feeds add"}),
)
"""In an order in which they make sense."""
