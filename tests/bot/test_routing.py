"""Which channels are told of a change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.routing import hold, matches, plan
from classifiers.assessment import Direction, Head, Obligation, Stage
from storage.records import (
    ChangeKind,
    DeliveryKind,
    Held,
    Mode,
    NewDelivery,
    NewDigestItem,
    Route,
    RoutingFacts,
)
from tests.builders import article, change, claim, development

DESK = Route(name="desk", channel="slack:C1")


NOW = datetime(2026, 1, 7, 12, tzinfo=UTC)


def told(*channels: str) -> RoutingFacts:
    return RoutingFacts(NOW, told=frozenset(channels))


def sent(planned: Sequence[NewDelivery | NewDigestItem]) -> list[NewDelivery]:
    """All of a plan, none of which is held."""
    assert not [one for one in planned if isinstance(one, NewDigestItem)]
    return [one for one in planned if isinstance(one, NewDelivery)]


def held(planned: Sequence[NewDelivery | NewDigestItem]) -> list[NewDigestItem]:
    """What a plan holds for digests."""
    return [one for one in planned if isinstance(one, NewDigestItem)]


@pytest.mark.parametrize(
    ("route", "passes"),
    [
        (Route("all", "terminal"), True),
        (Route("r", "terminal", beneficiaries=("UKR",)), True),
        (Route("r", "terminal", beneficiaries=("TWN",)), False),
        (Route("r", "terminal", committers=("FRA", "GBR")), True),
        (Route("r", "terminal", committers=("USA",)), False),
        (Route("r", "terminal", directions=(Direction.NEW,)), True),
        (Route("r", "terminal", directions=(Direction.REFUSED,)), False),
        (Route("r", "terminal", min_stage=Stage.PLEDGE), True),
        (Route("r", "terminal", min_stage=Stage.POLITICAL_TEXT), False),
        (Route("r", "terminal", min_confidence=0.95), False),
        (Route("r", "terminal", obligations=(Obligation.TROOP_DEPLOYMENT,)), True),
        (Route("r", "terminal", obligations=(Obligation.ARMS_SUPPLY,)), False),
        (Route("r", "terminal", heads=(Head.PLEDGED, Head.SIGNED)), True),
        (Route("r", "terminal", heads=(Head.WITHDRAWN,)), False),
        (Route("r", "terminal", sources=("example TIMES ", "Gazette")), True),
        (Route("r", "terminal", sources=("Gazette",)), False),
        (Route("r", "terminal", words="ceasefire HOLDS"), True),  # in the quotation
        (Route("r", "terminal", words="^france pledges"), True),  # in the title
        (Route("r", "terminal", words="Budapest"), False),
    ],
)
def test_a_route_lets_pass_what_meets_its_filters(route: Route, passes: bool) -> None:
    assert matches(route, development()) is passes


@pytest.mark.parametrize(("language", "passes"), [("uk", True), ("en", False), ("", True)])
def test_a_route_for_a_language_asks_for_that_of_the_report(language: str, passes: bool) -> None:
    route = Route("r", "terminal", languages=("uk", "ru"))
    assert matches(route, development(), language) is passes


def test_the_report_at_hand_decides_on_the_language() -> None:
    route = Route("r", "terminal", languages=("uk",))
    assert plan(change(), [route], told()) == []
    assert len(plan(change(article=article(language="uk")), [route], told())) == 1


def test_the_head_word_too_must_be_that_of_the_claim_that_passes() -> None:
    withdrawn = claim(direction=Direction.WITHDRAWN)
    pledge_to_taiwan = claim(beneficiaries=("TWN",))
    route = Route("r", "terminal", beneficiaries=("TWN",), heads=(Head.WITHDRAWN,))
    assert not matches(route, development(withdrawn, pledge_to_taiwan))


def test_the_filters_of_a_route_must_hold_for_one_claim_together() -> None:
    pledge_to_moldova = claim(beneficiaries=("MDA",), stage=Stage.PLEDGE)
    talk_on_ukraine = claim(beneficiaries=("UKR",), stage=Stage.TALK)
    route = Route("r", "terminal", beneficiaries=("UKR",), min_stage=Stage.PLEDGE)
    assert not matches(route, development(pledge_to_moldova, talk_on_ukraine))


def test_a_later_claim_of_an_article_opens_a_route_too() -> None:
    route = Route("r", "terminal", committers=("USA",))
    withheld = claim(committers=("USA",), direction=Direction.WITHHELD)
    assert matches(route, development(claim(), withheld))


def test_a_new_development_is_an_alert_in_each_matching_channel() -> None:
    routes = [DESK, Route("b", "discord:2", beneficiaries=("TWN",)), Route("c", "terminal")]
    planned = sent(plan(change(), routes, told()))
    assert [(d.kind, d.channel, d.route) for d in planned] == [
        (DeliveryKind.ALERT, "slack:C1", "desk"),
        (DeliveryKind.ALERT, "terminal", "c"),
    ]


def test_two_routes_to_one_channel_make_one_alert() -> None:
    planned = plan(change(), [DESK, Route("other", "slack:C1")], told())
    assert len(planned) == 1


def test_the_instant_one_of_two_routes_to_a_channel_decides() -> None:
    daily = Route("daily", "slack:C1", mode=Mode.DAILY)
    (only,) = sent(plan(change(), [daily, DESK], told()))
    assert (only.kind, only.route) == (DeliveryKind.ALERT, "desk")


def test_a_silent_article_tells_nobody() -> None:
    assert plan(change(alert=False), [DESK], told()) == []


def test_a_further_source_redraws_the_alert_and_says_nothing_more() -> None:
    planned = sent(plan(change(ChangeKind.SOURCE), [DESK], told("slack:C1")))
    assert [d.kind for d in planned] == [DeliveryKind.EDIT]


@pytest.mark.parametrize("kind", [ChangeKind.UPDATE, ChangeKind.DENIAL, ChangeKind.CORRECTION])
def test_a_change_of_substance_redraws_the_alert_and_replies_to_it(kind: ChangeKind) -> None:
    planned = sent(plan(change(kind, what="stage 2 > 3"), [DESK], told("slack:C1")))
    assert [d.kind for d in planned] == [DeliveryKind.EDIT, DeliveryKind.REPLY]
    assert planned[1].payload.items() >= {"kind": str(kind), "what": "stage 2 > 3"}.items()


def test_a_development_that_grew_into_a_route_is_an_alert_there() -> None:
    binding_only = Route("binding", "terminal", min_stage=Stage.SIGNED_BINDING)
    grown = development(claim(stage=Stage.SIGNED_BINDING))
    planned = sent(
        plan(change(ChangeKind.UPDATE, development=grown), [DESK, binding_only], told("slack:C1"))
    )
    assert (DeliveryKind.ALERT, "terminal") in [(d.kind, d.channel) for d in planned]


# --- digests


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (Mode.HOURLY, datetime(2026, 1, 7, 13, tzinfo=UTC)),
        (Mode.DAILY, datetime(2026, 1, 8, 5, tzinfo=UTC)),  # 07:00 in Kyiv
        (Mode.WEEKLY, datetime(2026, 1, 12, 5, tzinfo=UTC)),
    ],
)
def test_a_route_with_a_digest_holds_its_alerts_for_it(mode: Mode, expected: datetime) -> None:
    route = Route("digest", "slack:C1", mode=mode, zone="Europe/Kyiv")
    assert plan(change(), [route], told()) == [
        NewDigestItem("slack:C1", "digest", Held.MODE, expected)
    ]


def test_of_two_digests_the_earlier_one_tells_it() -> None:
    weekly = Route("weekly", "slack:C1", mode=Mode.WEEKLY)
    hourly = Route("hourly", "slack:C1", mode=Mode.HOURLY)
    (item,) = held(plan(change(), [weekly, hourly], told()))
    assert item.route == "hourly"


DIGESTED = RoutingFacts(NOW, digested=frozenset({"slack:C1"}))
DAILY = Route("daily", "slack:C1", mode=Mode.DAILY)


def test_what_a_digest_told_is_not_repeated_by_a_further_source() -> None:
    assert plan(change(ChangeKind.SOURCE), [DAILY], DIGESTED) == []


def test_an_update_of_what_a_digest_told_stands_in_the_next_one() -> None:
    (item,) = held(plan(change(ChangeKind.UPDATE, what="stage 2 > 3"), [DAILY], DIGESTED))
    assert (item.route, item.what) == ("daily", "stage 2 > 3")


def test_an_update_that_changes_nothing_for_a_reader_stands_in_none() -> None:
    assert plan(change(ChangeKind.UPDATE, what=""), [DAILY], DIGESTED) == []


def test_a_denial_reaches_those_that_a_digest_told_even_past_the_filters() -> None:
    only_new = replace(DAILY, directions=(Direction.NEW,))
    opposite = development(claim(direction=Direction.WITHDRAWN))
    denial = change(ChangeKind.UPDATE, development=opposite, what="new > withdrawn")
    assert len(held(plan(denial, [only_new], DIGESTED))) == 1
    assert plan(denial, [only_new], told()) == []


def test_where_alerts_go_out_at_once_an_update_of_what_a_digest_told_is_an_alert() -> None:
    (alert,) = sent(plan(change(ChangeKind.UPDATE, what="stage 2 > 3"), [DESK], DIGESTED))
    assert alert.kind is DeliveryKind.ALERT


# --- quiet hours and the ceiling

NIGHT = Route("night", "slack:C1", quiet="11:00-14:00", urgent=(Head.WITHDRAWN,))


def test_quiet_hours_hold_an_alert_until_they_end() -> None:
    (item,) = held(plan(change(), [NIGHT], told()))
    assert (item.why, item.due) == (Held.QUIET, datetime(2026, 1, 7, 14, tzinfo=UTC))


def test_what_is_urgent_breaks_quiet_hours() -> None:
    withdrawn = development(claim(direction=Direction.WITHDRAWN))
    assert sent(plan(change(development=withdrawn), [NIGHT], told()))[0].kind is DeliveryKind.ALERT


def test_a_route_that_is_awake_speaks_for_one_that_is_quiet() -> None:
    assert sent(plan(change(), [NIGHT, DESK], told()))[0].route == "desk"


def test_in_quiet_hours_an_alert_is_kept_true_and_its_reply_waits_for_the_digest() -> None:
    planned = plan(change(ChangeKind.UPDATE, what="stage 2 > 3"), [NIGHT], told("slack:C1"))
    (item,) = held(planned)
    assert [p.kind for p in planned if isinstance(p, NewDelivery)] == [DeliveryKind.EDIT]
    assert (item.why, item.what) == (Held.QUIET, "stage 2 > 3")


def test_an_urgent_update_is_a_reply_even_at_night() -> None:
    withdrawn = development(claim(direction=Direction.WITHDRAWN))
    urgent = change(ChangeKind.UPDATE, development=withdrawn, what="new > withdrawn")
    planned = sent(plan(urgent, [NIGHT], told("slack:C1")))
    assert [d.kind for d in planned] == [DeliveryKind.EDIT, DeliveryKind.REPLY]


CAPPED = Route("capped", "slack:C1", ceiling=3, urgent=(Head.WITHDRAWN,))


@given(st.integers(1, 50), st.integers(0, 100))
def test_a_ceiling_holds_what_is_above_it_until_the_full_hour(ceiling: int, recent: int) -> None:
    route = replace(CAPPED, ceiling=ceiling)
    stop = hold(route, Head.PLEDGED, RoutingFacts(NOW, recent={"capped": recent}))
    assert (stop is not None) is (recent >= ceiling)
    if stop is not None:
        assert (stop.why, stop.due) == (Held.CEILING, NOW + timedelta(hours=1))


@given(st.integers(1, 8), st.integers(1, 40))
def test_a_burst_makes_as_many_alerts_as_the_ceiling_and_one_digest(ceiling: int, n: int) -> None:
    route, alerts, dues = replace(CAPPED, ceiling=ceiling), 0, set()
    for second in range(n):
        facts = RoutingFacts(NOW + timedelta(seconds=second), recent={"capped": alerts})
        (one,) = plan(change(), [route], facts)
        alerts += isinstance(one, NewDelivery)
        dues |= {one.due} if isinstance(one, NewDigestItem) else set()
    assert alerts == min(n, ceiling)
    assert len(dues) == (n > ceiling)


def test_what_is_urgent_is_told_above_the_ceiling() -> None:
    assert hold(CAPPED, Head.WITHDRAWN, RoutingFacts(NOW, recent={"capped": 9})) is None


def test_what_is_above_the_ceiling_shortly_before_quiet_hours_waits_for_their_end() -> None:
    route = replace(CAPPED, quiet="12:30-15:00")
    stop = hold(route, Head.PLEDGED, RoutingFacts(NOW, recent={"capped": 3}))
    assert stop is not None
    assert stop.due == NOW + timedelta(hours=3)


# --- mutes, followers, mentions


def test_a_muted_story_keeps_its_alert_true_and_says_nothing() -> None:
    facts = replace(told("slack:C1"), muted=frozenset({"slack:C1", "terminal"}))
    update = change(ChangeKind.UPDATE, what="stage 2 > 3")
    planned = sent(plan(update, [DESK, Route("t", "terminal")], facts))
    assert [(d.kind, d.channel) for d in planned] == [(DeliveryKind.EDIT, "slack:C1")]


def test_a_muted_story_stands_in_no_digest() -> None:
    facts = replace(DIGESTED, muted=frozenset({"slack:C1"}))
    assert plan(change(ChangeKind.UPDATE, what="stage 2 > 3"), [DAILY], facts) == []


def test_a_muted_route_is_as_none() -> None:
    asleep = replace(DESK, muted_until=NOW + timedelta(hours=1))
    assert plan(change(), [asleep], told()) == []
    assert len(plan(change(), [asleep], RoutingFacts(NOW + timedelta(hours=1)))) == 1


def test_the_alert_of_a_muted_route_is_kept_true_without_a_reply() -> None:
    asleep = replace(DESK, muted_until=NOW + timedelta(hours=1))
    planned = sent(plan(change(ChangeKind.UPDATE, what="x"), [asleep], told("slack:C1")))
    assert [d.kind for d in planned] == [DeliveryKind.EDIT]


FOLLOWED = RoutingFacts(NOW, followers={"discord:@1": "", "slack:@U1": "slack:C1"})


@pytest.mark.parametrize("kind", [ChangeKind.UPDATE, ChangeKind.DENIAL, ChangeKind.CORRECTION])
def test_who_follows_a_development_is_told_that_it_moved(kind: ChangeKind) -> None:
    planned = sent(plan(change(kind, what="stage 2 > 3"), [], FOLLOWED))
    assert [(d.kind, d.channel) for d in planned] == [
        (DeliveryKind.FOLLOW, "discord:@1"),
        (DeliveryKind.FOLLOW, "slack:@U1"),
    ]
    assert planned[0].payload.items() >= {"kind": str(kind), "what": "stage 2 > 3"}.items()


def test_a_follower_is_told_in_the_words_of_the_route_where_they_asked() -> None:
    other = Route("other", "slack:C1", beneficiaries=("MDA",))
    planned = sent(plan(change(ChangeKind.UPDATE, what="x"), [other, DESK], FOLLOWED))
    routes = {d.channel: d.route for d in planned if d.kind is DeliveryKind.FOLLOW}
    assert routes == {"discord:@1": "", "slack:@U1": DESK.name}


def test_a_further_source_moves_nothing_for_a_follower() -> None:
    assert plan(change(ChangeKind.SOURCE), [], FOLLOWED) == []


def test_a_silent_article_tells_no_follower() -> None:
    assert plan(change(ChangeKind.UPDATE, what="x", alert=False), [], FOLLOWED) == []


CALLING = Route(
    "calling",
    "slack:C1",
    mention="slack:!subteam^S1",
    mention_heads=(Head.SIGNED,),
    mention_min_stage=Stage.SIGNED_BINDING,
)
SIGNED = development(claim(stage=Stage.SIGNED_BINDING))


@pytest.mark.parametrize(
    ("route", "stage", "mention"),
    [
        (CALLING, Stage.SIGNED_BINDING, {"mention": "!subteam^S1"}),
        (CALLING, Stage.POLITICAL_TEXT, {}),  # signed, but not binding
        (CALLING, Stage.IN_FORCE, {}),  # ratified: another head word
        (replace(CALLING, mention_heads=()), Stage.SIGNED_BINDING, {}),
        (replace(CALLING, mention=""), Stage.SIGNED_BINDING, {}),
        (replace(CALLING, mention="discord:@&7"), Stage.SIGNED_BINDING, {}),
    ],
)
def test_an_alert_calls_somebody_under_the_named_conditions_only(
    route: Route, stage: Stage, mention: dict[str, str]
) -> None:
    (alert,) = sent(plan(change(development=development(claim(stage=stage))), [route], told()))
    assert alert.payload == mention


def test_an_update_calls_when_it_meets_the_conditions_and_not_again() -> None:
    grown = change(ChangeKind.UPDATE, development=SIGNED, what="stage 2 > 4")
    _, reply = sent(plan(grown, [CALLING], told("slack:C1")))
    assert reply.payload["mention"] == "!subteam^S1"
    further = replace(grown, previous=SIGNED)
    _, reply = sent(plan(further, [CALLING], told("slack:C1")))
    assert "mention" not in reply.payload
