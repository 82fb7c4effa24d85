"""A route's settings as people type them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.arguments import UsageError
from bot.channel_words import ChannelWords
from bot.route_settings import SETTINGS, difference, settings_text
from bot.route_words import read_route_words
from classifiers.actors import resolve
from classifiers.assessment import Direction, Head, Obligation, Stage
from storage.records import CARD_FIELDS, Mode, Route, Style

HERE = ChannelWords("slack", "slack:C024BE91L")
ROUTE = Route("desk", "slack:C1", beneficiaries=("UKR",))


def read(text: str, route: Route = ROUTE) -> Route:
    return read_route_words(text, resolve=resolve, channels=HERE).apply(route)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("to=POL", {"beneficiaries": ("POL",)}),
        ("to: Poland", {"beneficiaries": ("POL",)}),
        ("beneficiaries = Poland, Latvia", {"beneficiaries": ("POL", "LVA")}),
        ('to="South Korea",Japan', {"beneficiaries": ("KOR", "JPN")}),
        ("to=South Korea, New Zealand by=GBR", {"beneficiaries": ("KOR", "NZL")}),
        ("to Poland and Latvia from Germany", {"committers": ("DEU",)}),
        ("to Estland und Lettland", {"beneficiaries": ("EST", "LVA")}),
        ("Польща, Latvia", {"beneficiaries": ("POL", "LVA")}),
        ("stage>=3", {"min_stage": Stage.POLITICAL_TEXT}),
        ("stage 3", {"min_stage": Stage.POLITICAL_TEXT}),
        ("min_stage=in_force", {"min_stage": Stage.IN_FORCE}),
        ("confidence=80%", {"min_confidence": 0.8}),
        ("signed, ratified", {"heads": (Head.SIGNED, Head.RATIFIED)}),
        ("direction=withdrawn", {"directions": (Direction.WITHDRAWN,)}),
        ("troop deployment", {"obligations": (Obligation.TROOP_DEPLOYMENT,)}),
        ("daily at 07:30", {"mode": Mode.DAILY, "at": "07:30"}),
        ("weekly monday Europe/Kyiv", {"mode": Mode.WEEKLY, "zone": "Europe/Kyiv"}),
        ("when=week day=friday", {"mode": Mode.WEEKLY, "weekday": 4}),
        ("22:00-07:00", {"quiet": "22:00-07:00"}),
        ("quiet=22:00-07:00 urgent=refused", {"urgent": (Head.REFUSED,)}),
        ('words="article (4|5), again"', {"words": "article (4|5), again"}),
        ("max=5 compact", {"ceiling": 5, "style": Style.COMPACT}),
        ("show=quotation,change", {"fields": ("quotation", "change")}),
        ("language=uk", {"language": "uk"}),
        ("mention=<!subteam^S1|@desk> mention_on=signed", {"mention": "slack:!subteam^S1"}),
        ("mention=@here mention_on=signed", {"mention": "slack:!here"}),
        ("here", {"channel": "slack:C024BE91L"}),
        ("<#C0000001|alerts>", {"channel": "slack:C0000001"}),
        ("https://x.slack.com/archives/C0000001", {"channel": "slack:C0000001"}),
        ("rename=night", {"name": "night"}),
        ("only alerts to Poland", {"beneficiaries": ("POL",)}),
        ("mode = daily, to = Poland", {"mode": Mode.DAILY, "beneficiaries": ("POL",)}),
    ],
)
def test_settings_are_understood(text: str, expected: dict[str, object]) -> None:
    route = read(text)
    assert {name: getattr(route, name) for name in expected} == expected


def test_a_list_is_added_to_and_taken_from() -> None:
    assert read("to+=POL,LVA").beneficiaries == ("UKR", "POL", "LVA")
    assert read("to-=Ukraine to+=POL").beneficiaries == ("POL",)


@pytest.mark.parametrize("nothing", ["none", "all", "any", "", "off"])
def test_a_setting_is_put_back(nothing: str) -> None:
    assert read(f"to={nothing}").beneficiaries == ()
    assert read(f"quiet={nothing}", replace(ROUTE, quiet="22:00-07:00")).quiet == ""


def test_what_is_not_named_stays() -> None:
    route = replace(ROUTE, min_stage=Stage.PLEDGE, muted_until=None, disabled="archived")
    assert read("mode=daily", route) == replace(route, mode=Mode.DAILY)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("colour=red", "There is no setting “colour”"),
        ("benefciaries=UKR", "Did you mean “beneficiaries”?"),
        ("desk", "I do not understand “desk”"),
        ("to=Atlantis", "Atlantis"),
        ("min_stage=9", "must be the number or the name of a stage"),
        ("at=25:00", "at must be a time of day"),
        ("zone=Mars", "no time zone"),
        ('words="(a"', "words is no regular expression"),
        ("mode+=daily", "mode takes one value"),
        ("daily weekly", "two values for mode"),
        ("#alerts", "Paste the channel's link"),
        ("mention=discord:@&1 mention_on=signed", "mention calls nobody in slack:C1"),
        ("mention=@here", "mention_heads must say"),
        ("ceiling=-1", "ceiling must be at least 0"),
        ("discord:1 slack:C2", "two values for channel"),
    ],
)
def test_what_is_wrong_is_named_with_its_remedy(text: str, part: str) -> None:
    with pytest.raises(UsageError, match=r".") as caught:
        read(text)
    assert part in str(caught.value)


_CODES = st.lists(
    st.sampled_from(["UKR", "GBR", "TON", "AND", "BLR", "NATO", "EU", "USA"]), unique=True
).map(tuple)
_TEXT = st.text(st.characters(codec="utf-8", exclude_characters='"'), min_size=1, max_size=30)
_NAMES = _TEXT.map(lambda text: " ".join(text.split())).filter(
    lambda text: text and text.isprintable() and text.casefold() not in {"none", "all", "any"}
)


def _several(kind: type[Head] | type[Direction] | type[Obligation]) -> st.SearchStrategy[object]:
    known = [value for value in kind if value != "none"]  # that puts the default back
    return st.lists(st.sampled_from(known), unique=True, max_size=3).map(tuple)


@given(
    st.builds(
        Route,
        name=st.just("desk"),
        channel=st.just("slack:C1"),
        beneficiaries=_CODES,
        committers=_CODES,
        directions=_several(Direction),
        heads=_several(Head),
        obligations=_several(Obligation),
        urgent=_several(Head),
        min_stage=st.sampled_from(Stage),
        min_confidence=st.sampled_from([0.0, 0.25, 0.8, 1.0]),
        mode=st.sampled_from(Mode),
        style=st.sampled_from(Style),
        weekday=st.integers(0, 6),
        ceiling=st.integers(0, 1000),
        at=st.sampled_from(["00:00", "07:00", "23:59"]),
        quiet=st.sampled_from(["", "22:00-07:00"]),
        zone=st.sampled_from(["UTC", "Europe/Kyiv", "America/Argentina/Buenos_Aires"]),
        language=st.sampled_from(["en", "uk", "fr", "de"]),
        languages=st.sampled_from([(), ("en",), ("uk", "fr")]),
        fields=st.lists(st.sampled_from(CARD_FIELDS), unique=True).map(tuple),
        words=st.sampled_from(["", "article [45]", "a, b=c", "troops|jets"]),
        sources=st.sampled_from([(), ("Example Times",), ("A, B", "C=D")]),
    )
)
def test_settings_that_are_written_are_read_back(route: Route) -> None:
    plain = Route("desk", "slack:C1")
    assert read(settings_text(route), plain) == route


def test_the_difference_of_two_routes_makes_one_of_the_other() -> None:
    one = Route("desk", "slack:C1", min_stage=Stage.PLEDGE, beneficiaries=("UKR",), ceiling=3)
    other = Route("desk", "slack:C2", committers=("FRA", "DEU"), mode=Mode.DAILY, ceiling=3)
    for before, after in ((one, other), (other, one)):
        assert read(difference(before, after), before) == after
    assert difference(one, one) == ""


@given(st.text(max_size=200))
def test_any_text_is_understood_or_refused_in_words(text: str) -> None:
    try:
        read(text)
    except UsageError as error:
        assert str(error)  # noqa: PT017 - either outcome is right


@given(st.lists(st.sampled_from([*SETTINGS, "=", ":", ",", '"', "UKR", "2", "none"]), max_size=12))
def test_any_order_of_keys_and_signs_is_understood_or_refused(words: list[str]) -> None:
    for text in ("".join(words), " ".join(words)):
        try:
            read(text)
        except UsageError as error:
            assert str(error)  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize(
    ("text", "said"),
    [("Ukrane daily", "Did you mean “Ukraine”"), ("channel=#general", "Paste the channel's link")],
)
def test_what_was_meant_or_what_to_do_is_said(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read(text)
