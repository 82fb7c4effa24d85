"""`/metrics`: the Prometheus text format, version 0.0.4. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import accumulate

from bot import __version__
from bot.meters import Histogram
from bot.vitals import Vitals
from storage.records import StoreFigures

Labels = Mapping[str, str]
Sample = tuple[Labels, float]


def metrics(vitals: Vitals, now: datetime) -> str:
    """All that is known, as one page."""
    return "\n".join([*_process(vitals, now), *_work(vitals), *_stored(vitals, now)]) + "\n"


def _process(vitals: Vitals, now: datetime) -> Iterator[str]:
    yield from _one("info", "gauge", "The program.", [({"version": __version__}, 1)])
    uptime = (now - vitals.started).total_seconds()
    yield from _gauge("up_seconds", "Time since the start.", uptime)
    yield from _gauge("scheduler_idle_seconds", "Time since the last tick.", vitals.idle)
    lag = vitals.lag
    yield from _gauge("loop_lag_worst_seconds", "Longest hold of the event loop.", lag.worst)
    text = "Longest hold of the event loop within the last minute."
    yield from _gauge("loop_lag_recent_seconds", text, lag.lately)
    text = "Most that the loop's own thread computed between two looks."
    yield from _gauge("loop_busy_worst_seconds", text, lag.busiest)
    text = "Holds of the event loop of over 50 ms."
    yield from _total("loop_blocked_total", text, lag.blocked)
    text = "How long the event loop was held, measured 20 times a second."
    yield from _histogram("loop_lag_seconds", text, [({}, lag.held)])


def _work(vitals: Vitals) -> Iterator[str]:
    meters = vitals.meters
    yield from _count("polls_total", "Polls of feeds.", "outcome", meters.polls)
    yield from _count("poll_failures_total", "Failed polls.", "class", meters.poll_failures)
    yield from _histogram("poll_seconds", "How long a poll took.", [({}, meters.poll_seconds)])
    yield from _count(
        "articles_seen_total", "Articles that polls brought.", "kind", meters.articles
    )
    sent = [({"chat": chat, "kind": kind}, n) for (chat, kind), n in meters.sent.items()]
    yield from _one("messages_sent_total", "counter", "Messages posted.", sent)
    alerts = sum(n for (_, kind), n in meters.sent.items() if kind == "alert")
    yield from _total("alerts_total", "Alerts posted.", alerts)
    failed = [
        ({"chat": chat, "class": kind}, n) for (chat, kind), n in meters.send_failures.items()
    ]
    yield from _one("send_failures_total", "counter", "Failed attempts to post.", failed)
    took = [({"chat": chat}, histogram) for chat, histogram in meters.send_seconds.items()]
    yield from _histogram("send_seconds", "How long a platform took to take a message.", took)
    text = "From the record of an alert to its post."
    yield from _histogram("alert_delay_seconds", text, [({}, meters.alert_seconds)])
    up = [({"chat": name}, float(not why)) for name, why in vitals.chats.items()]
    yield from _one("chat_up", "gauge", "Whether a chat sends and hears.", up)
    if vitals.opinions is not None:
        asked = vitals.opinions
        yield from _gauge(
            "second_opinion_up", "Whether the language model is asked.", float(not asked.paused)
        )
        yield from _total("second_opinions_total", "Opinions given.", asked.given)
        yield from _total("second_opinion_failures_total", "Failed calls.", asked.failed)


def _stored(vitals: Vitals, now: datetime) -> Iterator[str]:
    figures = vitals.figures
    up = float(figures is not None)
    yield from _gauge("database_up", "Whether the database answers.", up)
    yield from _gauge("database_answer_seconds", "How long it took.", vitals.answer_seconds)
    if vitals.last_backup is not None:
        age = (now - vitals.last_backup).total_seconds()
        yield from _gauge("backup_age_seconds", "Age of the newest scheduled copy.", age)
    if figures is not None:
        yield from _figures(figures, now)


def _figures(figures: StoreFigures, now: datetime) -> Iterator[str]:
    yield from _gauge("feeds", "Subscribed feeds.", figures.feeds)
    yield from _gauge("feeds_failing", "Feeds that fail.", figures.feeds_failing)
    yield from _gauge("articles", "Articles kept.", figures.articles)
    yield from _gauge("developments", "Developments known.", figures.developments)
    yield from _gauge("deliveries_waiting", "Messages that wait.", figures.waiting)
    yield from _gauge("deliveries_dead", "Messages given up.", figures.dead)
    oldest = figures.oldest_waiting
    age = max((now - oldest).total_seconds(), 0.0) if oldest else 0.0
    yield from _gauge("delivery_age_seconds", "Age of the oldest that waits.", age)


def _gauge(name: str, text: str, value: float) -> Iterator[str]:
    yield from _one(name, "gauge", text, [({}, value)])


def _total(name: str, text: str, value: float) -> Iterator[str]:
    yield from _one(name, "counter", text, [({}, value)])


def _count(name: str, text: str, label: str, counts: Mapping[str, int]) -> Iterator[str]:
    yield from _one(name, "counter", text, [({label: key}, n) for key, n in counts.items()])


def _one(name: str, kind: str, text: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP pledgewatch_{name} {text}"
    yield f"# TYPE pledgewatch_{name} {kind}"
    for labels, value in samples:
        yield f"pledgewatch_{name}{_labels(labels)} {value:.12g}"


def _histogram(name: str, text: str, series: Iterable[tuple[Labels, Histogram]]) -> Iterator[str]:
    yield f"# HELP pledgewatch_{name} {text}"
    yield f"# TYPE pledgewatch_{name} histogram"
    for labels, histogram in series:
        bounds = [f"{bound:g}" for bound in histogram.bounds] + ["+Inf"]
        for bound, count in zip(bounds, accumulate(histogram.counts), strict=True):
            yield f"pledgewatch_{name}_bucket{_labels({**labels, 'le': bound})} {count}"
        yield f"pledgewatch_{name}_sum{_labels(labels)} {histogram.total:.12g}"
        yield f"pledgewatch_{name}_count{_labels(labels)} {sum(histogram.counts)}"


def _labels(labels: Labels) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
