"""Whatever strangers write in an article, its alert is whole, harmless and within every limit."""

from __future__ import annotations

import re
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from bot.alert_card import alert_card
from bot.cards import Card
from bot.discord_chat import drawing as discord
from bot.slack_chat import drawing as slack
from bot.terminal_chat import draw as draw_in_terminal
from bot.update_card import Update, update_card
from bot.words import languages
from classifiers.actors import directory
from classifiers.assessment import (
    Attribution,
    Claim,
    Condition,
    Direction,
    Evidence,
    LegalForm,
    Obligation,
    Specifics,
    Stage,
)
from storage.records import (
    CARD_FIELDS,
    ChangeKind,
    Development,
    LedgerChange,
    LedgerEntry,
    Route,
    Source,
    Style,
)
from tests.bot.cards_strategy import ADDRESSES, texts
from tests.builders import NOW, development
from tests.render.__main__ import on_discord, on_slack
from tests.servers.discord_rules import check_message as check_discord
from tests.servers.slack_rules import check_message as check_slack

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

ACTIVE = re.compile("class=(?:mention|bare|spoiler)")
ADDRESS = re.compile(r'href="([^"]*)"')
STEERING = re.compile("[\x00-\x09\x0b-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

codes = st.lists(st.sampled_from([*directory(), "NEW_PACT"]), max_size=30).map(tuple)
claims: st.SearchStrategy[Claim] = st.builds(
    Claim,
    stage=st.sampled_from(Stage),
    direction=st.sampled_from(Direction),
    committers=codes,
    beneficiaries=codes,
    non_signatories=codes,
    obligations=st.lists(st.sampled_from(Obligation), unique=True).map(tuple),
    legal_form=st.sampled_from(LegalForm),
    conditions=st.lists(st.sampled_from(Condition), unique=True).map(tuple),
    attribution=st.sampled_from(Attribution),
    specifics=st.builds(Specifics, scale=texts),
    left_open=st.lists(st.sampled_from(("scale", "mandate", "enforcement")), unique=True).map(
        tuple
    ),
    evidence=st.lists(
        st.builds(
            Evidence,
            field=st.sampled_from(("stage", "committers")),
            quote=texts,
            place=st.just("text"),
            start=st.just(0),
            end=st.just(1),
        ),
        max_size=2,
    ).map(tuple),
)
sources: st.SearchStrategy[Source] = st.builds(
    Source,
    article_id=st.integers(1, 99),
    outlet=texts,
    title=texts,
    url=st.sampled_from(ADDRESSES),
    published=st.none(),
    first_seen=st.just(NOW),
    role=st.sampled_from(("first", "further", "syndicated", "update", "denial", "correction")),
)
entries = st.builds(
    LedgerEntry,
    id=st.just(1),
    committer=st.just("FRA"),
    beneficiary=st.just("UKR"),
    obligation=st.sampled_from(Obligation),
    stage=st.sampled_from(Stage),
    status=st.just("active"),
    conditions=st.just(()),
    legal_form=st.just("treaty"),
    since=st.just(NOW),
    title=texts,
    development_id=st.none(),
    source=texts,
)
changes = st.builds(
    LedgerChange,
    committers=codes,
    beneficiaries=codes,
    direction=st.sampled_from(Direction),
    stage=st.sampled_from(Stage),
    before=st.lists(entries, max_size=1).map(tuple),
)
routes = st.builds(
    Route,
    name=st.just("desk"),
    channel=st.just("slack:C1"),
    style=st.sampled_from(Style),
    fields=st.lists(st.sampled_from(CARD_FIELDS), unique=True, max_size=3).map(tuple),
    language=st.sampled_from(languages()),
)


@st.composite
def developments(draw: st.DrawFn) -> Development:
    """What an article full of tricks may have made."""
    known = draw(st.lists(sources, min_size=1, max_size=3))
    made = draw(st.lists(claims, min_size=1, max_size=3))
    return replace(
        development(*made),
        lead=known[0],
        sources=tuple(known),
        changes=tuple(draw(st.lists(changes, max_size=2))),
        status=draw(st.sampled_from(("active", "denied", "corrected", "retracted", "withdrawn"))),
        revision=draw(st.integers(1, 3)),
        corrected_from=draw(st.one_of(st.none(), claims)),
    )


def hold(card: Card) -> None:
    """Every limit of both platforms, and nothing in it acts."""
    key = "k" * 24
    drawn = discord.draw(card, key)
    embed = drawn.embed()
    components: list[Any] = drawn.view(key).to_components()
    embeds = [embed.to_dict()] if embed else []
    check_discord({"content": drawn.content, "embeds": embeds, "components": components})
    on = slack.draw(card)
    check_slack({"text": on.text, "blocks": on.pages[0]}, update=True)
    assert not re.search(r"[<>]", on.text)
    for seen in (on_discord(card), on_slack(card)):
        assert not ACTIVE.search(seen)
        assert all(a.startswith(("http://", "https://")) for a in ADDRESS.findall(seen))


@settings(max_examples=60)
@given(developments(), routes)
def test_an_alert_of_any_article_is_harmless_and_fits(made: Development, route: Route) -> None:
    hold(alert_card(made, now=NOW, route=route))


@settings(max_examples=40)
@given(developments(), routes, claims, st.sampled_from([*ChangeKind][1:]))
def test_a_reply_to_any_article_is_harmless_and_fits(
    made: Development, route: Route, before: Claim, kind: ChangeKind
) -> None:
    hold(update_card(made, Update(kind, before, made.claims[0]), route))


@settings(max_examples=25)
@given(developments(), routes)
def test_an_alert_of_any_article_steers_no_terminal(made: Development, route: Route) -> None:
    screen = StringIO()
    Console(file=screen, width=80, color_system=None).print(
        draw_in_terminal(alert_card(made, now=NOW, route=route))
    )
    assert not STEERING.search(screen.getvalue())


@settings(max_examples=60)
@given(developments(), routes)
def test_a_headline_names_what_happened_whatever_the_article_says(
    made: Development, route: Route
) -> None:
    card = alert_card(made, now=NOW, route=route)
    outside = [s.title for s in made.sources if len(s.title) > 20]
    assert card.headline.strip()
    assert not any(title in card.headline for title in outside), "it is made of fields alone"
