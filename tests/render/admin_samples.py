"""The admins' cards: the first message, routes, what they would have told, the audit, the home."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot.admin_answers import service_status
from bot.audit_answers import audited, undone
from bot.cards import Button, Card, Tone
from bot.feed_admin import starter_tags
from bot.feed_lists import starter_set
from bot.home import admin_home, member_home
from bot.notices import notice_card
from bot.reply import say_so, with_buttons
from bot.route_answers import compared, listing, one, tried
from bot.route_test import SPAN, Comparison, trial
from bot.welcome import sample_card, welcome_card
from classifiers.assessment import Head, Stage
from feeds.article import Feed
from feeds.schedule import FeedState
from storage.records import AuditEntry, Mode, Origin, Route, StoredFeed, StoreFigures
from storage.replay import Reported
from tests.builders import NOW
from tests.render.digest_samples import some_developments

DESK = Route(
    "ukraine desk",
    "slack:C024BE91L",
    beneficiaries=("UKR", "MDA"),
    min_stage=Stage.PLEDGE,
    quiet="22:00-07:00",
    zone="Europe/Kyiv",
    urgent=(Head.WITHDRAWN,),
    origin=Origin.CHAT,
    space="T1",
)
BALTICS = Route(
    "baltics",
    "slack:C0000001",
    beneficiaries=("EST", "LVA", "LTU"),
    mode=Mode.WEEKLY,
    origin=Origin.CHAT,
    disabled="this Slack channel is archived",
)
FIXED = Route("everything", "slack:C0000002", ceiling=6)
ROUTES = (BALTICS, FIXED, DESK)
NAMES = {"slack:C024BE91L": "#ukraine", "slack:C0000001": "#baltics"}
FIGURES = StoreFigures(
    52, 2, 48_213, 1_204, 3, 0, NOW, NOW, NOW - timedelta(hours=1), "006_opinions"
)
FEEDS = tuple(
    StoredFeed(
        number,
        Feed(f"https://times.example/{number}.xml", f"Times {number}"),
        FeedState(failures=failures, failure_text="answered 404" if failures else ""),
        Origin.CHAT,
        paused=False,
        added=NOW,
    )
    for number, failures in enumerate((0, 0, 9))
)


def _entry(number: int, action: str, subject: str, **changes: object) -> AuditEntry:
    usual = AuditEntry(number, NOW, "U1", "Olha", "slack", "T1", action, subject, None, None)
    return replace(usual, **changes)  # type: ignore[arg-type] # the caller knows the fields


def admin_samples() -> Iterator[tuple[str, Card]]:
    """Name and card."""
    developments = some_developments()
    reported = [
        Reported(d, NOW - timedelta(days=3 * n), "en", 0.9) for n, d in enumerate(developments)
    ]
    strict = replace(DESK, beneficiaries=("UKR",), min_stage=Stage.SIGNED_BINDING)
    changes = ["beneficiaries UKR,MDA → UKR", "min_stage 2 → 4"]
    status = service_status(
        FIGURES, {"slack": "", "discord": "reconnecting"}, version="0.4", uptime=timedelta(days=3)
    )
    yield "the first message", welcome_card("slack:C1", feeds=0)
    yield "a sample of an alert", sample_card(NOW)
    yield "a route added", with_next(one("Route “ukraine desk” added.", DESK, names=NAMES).card)
    yield "routes", listing(ROUTES, NOW, everything=False, names=NAMES).card
    yield "no routes", listing((), NOW, everything=False).card
    yield "what a route would have told", tried([trial(DESK, reported)], SPAN).card
    yield "what routes would have told", tried([trial(r, reported) for r in ROUTES], SPAN).card
    comparison = Comparison(trial(DESK, reported), trial(strict, reported))
    yield "a change tried", compared(comparison, SPAN, changes).card
    yield "a question before a removal", _question()
    yield "the audit", audited(_entries(), everything=False).card
    yield "a change undone", undone(_entries()[1]).card
    yield "starter feeds", starter_tags(starter_set()).card
    yield "a channel lost", notice_card("Nothing more is sent to #wire: archived", "Unarchive it.")
    yield "a channel found", notice_card("Alerts go to #alerts again", "", good=True)
    yield "an admin's home", admin_home(status, FEEDS, ROUTES, NOW, NAMES)
    yield "an admin's first home", admin_home(status, (), (), NOW, {})
    yield "a member's home", member_home(developments[:4], developments[:1])


def with_next(card: Card) -> Card:
    """With the buttons that lead on."""
    labels = ("Edit", "Send a sample", "Try on 30 days", "Undo")
    return replace(card, buttons=tuple(Button("x", label, label) for label in labels))


def _question() -> Card:
    detail = "#ukraine: to Ukraine or Moldova · stage 2 and up. Nothing more is sent by it."
    asked = say_so("Remove the route “ukraine desk”?", detail=detail, tone=Tone.OPEN)
    yes = Button("confirm", "x", "Remove", danger=True)
    return with_buttons(asked, (yes, Button("cancel", "", "Cancel"))).card


def _entries() -> list[AuditEntry]:
    return [
        _entry(19, "undo", "17: feeds remove Example Times", name="Ana"),
        _entry(18, "routes edit", "ukraine desk", before={"min_stage": 2}, after={"mode": "daily"}),
        _entry(17, "feeds remove", "Example Times", before={"feed": 3}, undone_by=19),
        _entry(
            16, "withdraw", "UKR-142", before={"status": "active"}, after={"status": "withdrawn"}
        ),
        _entry(15, "feeds import", "12 feeds", after={"feeds": [1]}),
    ]
