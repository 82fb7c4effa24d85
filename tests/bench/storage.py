"""Measures the database at size: `python -m tests.bench.storage [--articles N] [--developments N]`.

Fills a file with made-up news in the proportions of real feeds (a few words very common, most rare;
three reports a development), then times what people and the service ask of it. Prints a table;
with `--keep PATH` the file stays for another run, which then only measures.
"""

# ruff: noqa: T201, ASYNC240 - a table on standard output, and nobody else on the loop

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any

from bot.routing import plan
from classifiers.actors import directory
from classifiers.assessment import (
    Assessment,
    Claim,
    Direction,
    Evidence,
    Obligation,
    Stage,
    TrailStep,
)
from classifiers.story_book import StoryBook
from classifiers.story_report import report_of
from feeds.article import Article, Feed
from feeds.schedule import FeedState
from feeds.urls import canonical_url
from storage import articles as article_table
from storage.records import (
    Assessed,
    Filter,
    Mode,
    Origin,
    Route,
)
from storage.rows import Db
from storage.store import Store
from tests.bench.figures import Row, json_option, keep

BEGIN = datetime(2021, 1, 1, tzinfo=UTC)
DAYS = 1800
STATES = [code for code, actor in directory().items() if actor.is_state][:70]
NAMES = {"USA": "United States", "GBR": "Britain", "FRA": "France", "UKR": "Ukraine"}
VERBS = ["pledges", "signs", "ratifies", "extends", "suspends", "offers", "reaffirms"]
MATTERS = ["troops", "treaty", "missiles", "bases", "training", "guarantees", "ships"]
OBLIGATIONS = list(Obligation)
STAGES = [Stage.PLEDGE, Stage.POLITICAL_TEXT, Stage.SIGNED_BINDING, Stage.IN_FORCE]


class News:
    """A repeatable source of made-up articles."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - repeatable, no secret
        letters = "aeiourtnslcdmpbgkfvh"
        self.words = [
            "".join(self.random.choices(letters, k=self.random.randint(3, 10)))
            for _ in range(60_000)
        ]
        # Zipf: the n-th word is 1/n as frequent as the first.
        self.weights = [1 / (n + 10) for n in range(len(self.words))]
        self.pool = self.random.choices(self.words, self.weights, k=2_000_000)

    def prose(self, words: int) -> str:
        start = self.random.randrange(len(self.pool) - words)
        return " ".join(self.pool[start : start + words])

    def article(self, number: int, when: datetime, title: str = "") -> Article:
        title = title or self.prose(9).capitalize()
        source = f"Outlet {self.random.randint(1, 400)}"
        # One in three comes with the whole page, the others with a teaser.
        full = self.random.random() < 1 / 3
        text = self.prose(self.random.randint(300, 700) if full else self.random.randint(0, 60))
        slug = "-".join(title.lower().split()[:5])
        url = f"https://outlet.example/{when:%Y/%m}/{slug}-{number}"
        return Article(
            keys=(f"id:{number:024x}", f"url:{number:024x}"),
            url=url,
            canonical_url=canonical_url(url),
            title=title,
            summary=self.prose(35),
            text=text,
            source=source,
            language="en",
            published=when,
            updated=None,
            content_digest=f"{number:024x}",
        )

    def claim(self) -> Claim:
        weights = [1 / (n + 1) for n in range(len(STATES))]
        committer, beneficiary = "USA", "USA"
        while committer == beneficiary:
            committer, beneficiary = self.random.choices(STATES, weights, k=2)
        quote = self.prose(15)
        return Claim(
            stage=self.random.choice(STAGES),
            direction=self.random.choice([Direction.NEW, Direction.STRENGTHENED]),
            committers=(committer,),
            beneficiaries=(beneficiary,),
            obligations=(self.random.choice(OBLIGATIONS),),
            confidence=0.8,
            evidence=tuple(
                Evidence(name, quote, "text", 10, 90) for name in ("stage", "committers")
            ),
        )

    def title(self, claim: Claim) -> str:
        one, other = claim.committers[0], claim.beneficiaries[0]
        verb, matter = self.random.choice(VERBS), self.random.choice(MATTERS)
        place = self.random.choice(self.words).capitalize()
        return (
            f"{NAMES.get(one, one)} {verb} {matter} for {NAMES.get(other, other)} at {place} "
            f"{self.random.choice(self.words)}"
        )

    def reports(self, number: int, when: datetime, claim: Claim) -> list[Assessed]:
        title = self.title(claim)
        made = []
        for n in range(3):
            article = self.article(number + n, when + timedelta(hours=n), title)
            assessment = Assessment(
                True, 0.9, (claim,), (title,), "en", (TrailStep("gate", "passed"),) * 6, "bench"
            )
            made.append(Assessed(article, assessment, alert=True))
        return made


IRRELEVANT = Assessment(
    False, 0.02, (), (), "en", (TrailStep("gate", "No word of a commitment was found."),), "bench"
)


ROUTES = [
    Route("desk", "slack:C1", ceiling=20, quiet="22:00-07:00", zone="Europe/Kyiv"),
    Route("all", "discord:2"),
    Route("digest", "discord:3", mode=Mode.DAILY, words=r"\b(troops|treaty)\b"),
    *(Route(f"desk {n}", f"slack:D{n}", beneficiaries=(state,)) for n, state in enumerate(STATES)),
]


async def fill(store: Store, news: News, total: int, developments: int) -> None:
    """Irrelevant articles in bulk, developments the way a poll brings them."""
    feed = await store.add_feed(Feed("https://outlet.example/feed"), origin=Origin.FILE, now=BEGIN)
    await store.sync_routes(ROUTES, now=BEGIN)
    rest = total - 3 * developments
    steps = 100
    number, began = 0, time.perf_counter()
    for step in range(steps):
        moment = BEGIN + timedelta(days=DAYS * step / steps)

        def bulk(db: Db, moment: datetime = moment, first: int = number) -> None:
            for n in range(rest // steps):
                when = moment + timedelta(minutes=n * DAYS * 1440 / rest)
                article = news.article(first + n, when)
                article_table.insert(db, feed.id, article, IRRELEVANT, when)

        await store._database.write(bulk)
        number += rest // steps
        for n in range(developments // steps):
            when = moment + timedelta(minutes=n * DAYS * 1440 / developments)
            batch = news.reports(number, when, news.claim())
            number += 3
            await store.record_poll(
                feed.id, batch, FeedState(), plan, now=when + timedelta(hours=3)
            )
        if step % 10 == 9:
            print(
                f"  filled {number:,} articles in {time.perf_counter() - began:.0f} s", flush=True
            )


async def timed(name: str, calls: Sequence[Callable[[], Awaitable[object]]], limit: float) -> Row:
    """Median and 95th percentile in milliseconds, against what is asked."""
    taken = []
    for call in calls:
        began = time.perf_counter()
        await call()
        taken.append((time.perf_counter() - began) * 1000)
    cuts = quantiles(taken, n=20)
    print(f"{name:34} median {cuts[9]:8.2f} ms   p95 {cuts[18]:8.2f} ms   (asked: {limit} ms)")
    return {"": name, "median, ms": cuts[9], "95th percentile, ms": cuts[18], "asked, ms": limit}


async def measure(path: Path) -> dict[str, Any]:
    """What people ask, and what the service does."""
    news = News(2)
    async with await Store.open(path, service=True) as store:
        figures = await store.figures()
        print(f"{figures.articles:,} articles, {figures.developments:,} developments")
        anything = Filter()
        rows: list[Row] = []
        pick = news.random.choice
        states = STATES[:30]
        rows.append(await timed("latest", [lambda: store.latest(anything)] * 60, 30))
        rows.append(
            await timed(
                "latest of a beneficiary",
                [lambda s=s: store.latest(Filter(beneficiary=s)) for s in states * 2],  # type: ignore[misc]
                30,
            )
        )
        rows.append(
            await timed(
                "status (ledger of a beneficiary)",
                [lambda s=s: store.ledger(beneficiary=s) for s in states * 2],  # type: ignore[misc]
                30,
            )
        )
        queries = [
            *(f"{pick(news.words[:200])}" for _ in range(30)),
            *(f"{pick(news.words[:2000])} {pick(news.words[:2000])}" for _ in range(30)),
            *(f'"{news.prose(2)}"' for _ in range(30)),
            *(f"{pick(VERBS)} {pick(MATTERS)} from:{pick(states)}" for _ in range(30)),
            *(f"to:{pick(states)} stage:>=3 since:2024-01-01" for _ in range(30)),
            *(f"{pick(news.words[:500])[:4]}*" for _ in range(30)),
        ]
        news.random.shuffle(queries)
        rows.append(
            await timed(
                "search",
                [lambda q=q: store.search(q, anything) for q in queries],  # type: ignore[misc]
                100,
            )
        )
        rows.append(await timed("figures", [store.figures] * 20, 30))
        (feed,) = await store.feeds()
        number = figures.articles + 10_000_000
        now = BEGIN + timedelta(days=DAYS + 1)
        fresh = [
            (item, now + timedelta(hours=n))
            for n in range(70)
            for item in news.reports(number + 3 * n, now + timedelta(hours=n), news.claim())
        ]
        rows.append(
            await timed(
                "insert with story, ledger, outbox",
                [
                    lambda item=item, when=when: store.record_poll(  # type: ignore[misc]
                        feed.id, [item], FeedState(), plan, now=when
                    )
                    for item, when in fresh
                ],
                5,
            )
        )
        text = await store._database.read(
            lambda db: db.execute(
                "SELECT sum(length(CAST(title || summary || text AS BLOB))) FROM articles"
            ).fetchone()[0]
        )
    size = path.stat().st_size
    ratio = size / text
    print(f"file {size / 1e6:,.0f} MB, text {text / 1e6:,.0f} MB, ratio {ratio:.2f} (asked: 2.5)")
    return {
        "articles": figures.articles,
        "developments": figures.developments,
        "file, MB": size / 1e6,
        "text in it, MB": text / 1e6,
        "file to text (asked: 2.5)": ratio,
        "questions and inserts": rows,
    }


def decisions(known: int) -> float:
    """Same-story decisions a second against so many known developments, index in memory."""
    news, book = News(3), StoryBook()
    for number in range(known):
        when = BEGIN + timedelta(minutes=number * DAYS * 1440 / known)
        claim = news.claim()
        article = news.article(number, when, news.title(claim))
        book.put(report_of(article, Assessment(True, 0.9, (claim,), (), "en"), when), number + 1)
    claims = [news.claim() for _ in range(2000)]
    reports = []
    for number, claim in enumerate(claims):
        when = BEGIN + timedelta(days=DAYS * news.random.random())
        article = news.article(number, when, news.title(claim))
        reports.append(report_of(article, Assessment(True, 0.9, (claim,), (), "en"), when))
    began = time.process_time()  # "a core": not what others do on the machine meanwhile
    for report in reports:
        book.decide(report)
    rate = len(reports) / (time.process_time() - began)
    print(
        f"same-story decisions against {known:,} developments: {rate:,.0f} a second (asked: 2,000)"
    )
    return rate


async def run(path: Path, total: int, developments: int) -> dict[str, Any]:
    """Fill where there is nothing yet, then measure."""
    if not path.exists():
        async with await Store.open(path) as store:
            await store._database.bare(lambda db: db.execute("PRAGMA synchronous = OFF"))
            await fill(store, News(1), total, developments)
    return await measure(path)


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--developments", type=int, default=50_000)
    parser.add_argument("--known", type=int, default=100_000)
    parser.add_argument("--keep", type=Path)
    json_option(parser)
    given = parser.parse_args()
    told = f"same-story decisions a second against {given.known:,} developments (asked: 2,000)"
    found: dict[str, Any] = {told: decisions(given.known)}
    with tempfile.TemporaryDirectory() as folder:
        path = given.keep or Path(folder) / "bench.db"
        found |= asyncio.run(run(path, given.articles, given.developments))
    keep(given.json, found)


if __name__ == "__main__":
    main()
