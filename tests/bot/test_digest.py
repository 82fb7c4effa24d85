"""What a digest says and in which order, and how it is laid out in messages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards import Card, Picture, Text
from bot.digest import Digest, brief, brief_card, digest_card, grouped, laid_out, part_card
from bot.digest_lines import Entry
from bot.digest_picture import picture_plan
from bot.discord_chat import drawing as discord
from bot.outside_text import units
from bot.slack_chat import drawing as slack
from bot.words import languages
from classifiers.assessment import Direction, Stage
from storage.records import Development, DigestItem, Held, LedgerChange, LedgerEntry, Mode, Route
from storage.records import Style as CardStyle
from tests.bot.cards_strategy import ADDRESSES, texts
from tests.builders import NOW, claim, development, source
from tests.render.digest_samples import some_developments
from tests.servers import discord_rules, slack_rules

DAILY = Route("desk", "slack:C1", mode=Mode.DAILY, zone="Europe/Kyiv")
KEY = "k" * 24


def act(number: int = 1, stood: Stage | None = None, **changes: object) -> Development:
    """A development with this number; what stood in the ledger before it."""
    made = claim(**changes)
    before = LedgerEntry(
        id=1,
        committer=made.committers[0],
        beneficiary=made.beneficiaries[0],
        obligation=made.obligations[0],
        stage=stood or Stage.TALK,
        status="active",
        conditions=(),
        legal_form="treaty",
        since=NOW,
        title="Before",
        development_id=None,
        source="instrument",
    )
    parties = (made.committers, made.beneficiaries, made.direction, made.stage)
    change = LedgerChange(*parties, (before,) if stood else ())
    return development(made, id=number, short_id=f"X-{number}", changes=(change,))


def digest(*entries: Entry | Development, route: Route = DAILY, **changes: datetime) -> Digest:
    """Of a day."""
    made = tuple(e if isinstance(e, Entry) else Entry(e) for e in entries)
    spans = {"since": NOW - timedelta(days=1), "until": NOW} | changes
    return Digest(made, spans["since"], spans["until"], route)


def whole(made: Digest, **more: object) -> Card:
    """All of it in one message."""
    here = {entry.development.id for entry in made.entries}
    return digest_card(made, here, **more)  # type: ignore[arg-type]


def read(card: Card) -> str:
    """The words, line by line, with plain spaces."""
    blocks = [block for block in card.blocks if isinstance(block, Text)]
    lines = ("".join(span.text for span in line) for b in blocks for line in b.lines)
    return "\n".join(lines).replace("\u00a0", " ")


def order(made: Digest) -> list[list[str]]:
    return [[e.development.short_id for e in group.entries] for group in grouped(made.entries)]


# --- the order


def test_developments_stand_under_their_beneficiary() -> None:
    made = digest(act(1), act(2, beneficiaries=("MDA",)), act(3))
    assert sorted(order(made)) == [["X-1", "X-3"], ["X-2"]]


def test_one_for_several_stands_with_that_of_them_which_most_concern() -> None:
    made = digest(act(1, beneficiaries=("MDA", "UKR")), act(2), act(3, beneficiaries=("TWN",)))
    assert ["X-1", "X-2"] in order(made)


def test_the_biggest_step_in_the_ledger_comes_first_and_its_beneficiary_with_it() -> None:
    small = act(1, stood=Stage.PLEDGE, stage=Stage.POLITICAL_TEXT, beneficiaries=("MDA",))
    big = act(2, stood=Stage.PROPOSAL, stage=Stage.IN_FORCE)
    none = act(3, stood=Stage.IN_FORCE, stage=Stage.IN_FORCE, direction=Direction.REAFFIRMED)
    assert order(digest(small, none, big)) == [["X-2", "X-3"], ["X-1"]]


def test_a_withdrawal_weighs_as_much_as_what_stood() -> None:
    gone = act(1, stood=Stage.IN_FORCE, stage=Stage.PLEDGE, direction=Direction.WITHDRAWN)
    step = act(2, stood=Stage.PLEDGE, stage=Stage.SIGNED_BINDING)
    assert order(digest(step, gone)) == [["X-1", "X-2"]]


def test_of_equal_steps_the_weightier_word_comes_first_then_the_surer() -> None:
    refused = act(1, stage=Stage.TALK, direction=Direction.REFUSED)
    hedged = act(2, stage=Stage.TALK, direction=Direction.HEDGED)
    surer = replace(hedged, id=3, short_id="X-3", confidence=0.99)
    assert order(digest(hedged, surer, refused)) == [["X-1", "X-3", "X-2"]]


def test_a_step_since_the_channel_was_told_counts_too() -> None:
    moved = Entry(act(1, stood=Stage.IN_FORCE, stage=Stage.IN_FORCE), before=claim(), known=True)
    new = act(2, stood=Stage.PLEDGE, stage=Stage.POLITICAL_TEXT)
    assert order(digest(new, moved)) == [["X-1", "X-2"]]


# --- what it says


def test_the_headline_can_be_read_alone() -> None:
    card = whole(digest(act(1), act(2), act(3, beneficiaries=("MDA",))))
    assert card.headline.replace("\u00a0", " ") == (
        "Daily digest, 2 Mar 2026 · 3 developments · 🇺🇦 Ukraine 2, 🇲🇩 Moldova 1"
    )


def test_the_day_is_that_of_the_route() -> None:
    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    assert "3 Mar 2026" in whole(digest(act(), until=late)).headline


def test_the_period_is_told_on_the_clock_of_the_route() -> None:
    assert "1 Mar 2026 11:30 EET – 2 Mar 2026 11:30 EET" in read(whole(digest(act())))


def test_the_counts_by_direction_stand_on_top() -> None:
    refused = act(3, direction=Direction.REFUSED, stage=Stage.TALK)
    denied = replace(act(4), status="denied")
    lines = read(whole(digest(act(1), act(2), refused, denied))).splitlines()
    assert lines[1] == "new: 2 · refused: 1 · denied: 1"


def test_a_development_has_flags_head_word_stage_source_and_id() -> None:
    made = act(142, stood=Stage.PROPOSAL)
    card = whole(digest(made))
    assert read(card).splitlines()[2:] == [
        "🇺🇦 UKRAINE",
        "🔵 PLEDGED · troop deployment: 🇫🇷 France → 🇺🇦 Ukraine",
        "X-142  ●●○○○○  1 proposal → 2 pledge · ⚠ unconfirmed",
        "France pledges troops · Example Times, 2 Mar 2026",
    ]
    (group,) = card.blocks[1:]
    assert isinstance(group, Text)
    assert made.lead.url in [span.link for line in group.lines for span in line]


@pytest.mark.parametrize(
    ("style", "count"), [(CardStyle.FULL, 3), (CardStyle.COMPACT, 2), (CardStyle.LINE, 1)]
)
def test_a_development_has_as_many_lines_as_the_style_gives_it(
    style: CardStyle, count: int
) -> None:
    card = whole(digest(act(), route=replace(DAILY, style=style)))
    (group,) = card.blocks[1:]
    assert isinstance(group, Text)
    assert len(group.lines) == count + 1
    assert act().lead.url in [span.link for line in group.lines for span in line]


def test_what_has_changed_since_the_channel_was_told_is_said() -> None:
    signed = act(stage=Stage.POLITICAL_TEXT, committers=("FRA", "GBR"))
    told = read(whole(digest(Entry(signed, Held.QUIET, claim(), known=True))))
    assert "CHANGED · " in told
    assert "2 pledge → 3 political text" in told
    assert "now also United Kingdom" in told


def test_what_was_denied_meanwhile_is_struck_through() -> None:
    card = whole(digest(replace(act(), status="denied")))
    (group,) = card.blocks[1:]
    assert isinstance(group, Text)
    (struck,) = [span.text for line in group.lines for span in line if span.struck]
    assert struck.startswith("PLEDGED · troop deployment")


@pytest.mark.parametrize(
    ("mode", "reasons", "title"),
    [
        (Mode.HOURLY, (Held.MODE,), "Hourly digest"),
        (Mode.WEEKLY, (Held.MODE, Held.QUIET), "Weekly digest"),
        (Mode.INSTANT, (Held.QUIET,), "Held in quiet hours"),
        (Mode.INSTANT, (Held.CEILING,), "Above the hourly ceiling"),
        (Mode.INSTANT, (Held.CEILING, Held.QUIET), "Digest"),
        (Mode.INSTANT, (Held.MODE,), "Digest"),
    ],
)
def test_the_title_says_how_often_it_comes_or_why(
    mode: Mode, reasons: tuple[Held, ...], title: str
) -> None:
    entries = [Entry(act(n), why) for n, why in enumerate(reasons)]
    card = whole(digest(*entries, route=replace(DAILY, mode=mode)))
    assert card.headline.startswith(f"{title}, ")


def test_why_something_was_held_is_counted_where_the_title_does_not_say_it() -> None:
    route = replace(DAILY, mode=Mode.INSTANT)
    entries = [Entry(act(1), Held.QUIET), Entry(act(2), Held.QUIET), Entry(act(3), Held.CEILING)]
    told = read(whole(digest(*entries, route=route)))
    assert "held in quiet hours: 2 · above the hourly ceiling: 1" in told
    assert "held in" not in read(whole(digest(*entries[:2], route=route)))


def test_the_biggest_changes_open_with_a_button() -> None:
    card = whole(digest(*(act(n, stage=Stage(n % 7)) for n in range(9))))
    assert [(b.action, b.value) for b in card.buttons][:2] == [
        ("details", "X-6"),
        ("details", "X-5"),
    ]
    assert len(card.buttons) == 5


@pytest.mark.parametrize("language", [name for name in languages() if name != "en"])
def test_a_digest_is_in_the_language_of_its_route(language: str) -> None:
    route = replace(DAILY, language=language)
    entries = (Entry(act(1, stage=Stage.SIGNED_BINDING), Held.QUIET, claim(), known=True), act(2))
    made, english = digest(*entries, route=route), digest(*entries)
    there, here = whole(made), whole(english)
    assert there.headline != here.headline
    assert not {"digest", "developments", "new:", "CHANGED", "unconfirmed"} & set(
        read(there).split()
    )
    part = part_card(made, {1}, part=1, parts=2)
    assert part.headline != part_card(english, {1}, part=1, parts=2).headline


def test_a_digest_is_made_of_what_the_store_kept() -> None:
    item = DigestItem(142, 1, Held.QUIET, "stage 2 > 3", NOW, claim(), 1)
    (entry,) = Digest.of([(item, act(142))], since=NOW, until=NOW, route=DAILY).entries
    assert entry == Entry(act(142), Held.QUIET, claim(), known=True)


# --- the messages


def test_what_fits_is_one_message() -> None:
    made = digest(act(1), act(2))
    assert laid_out(made) == [[1, 2]]
    assert whole(made).footer == ()


def test_what_does_not_fit_stands_in_replies_each_development_once() -> None:
    made = digest(*some_developments(60))
    pages = laid_out(made)
    assert len(pages) > 2
    in_order = [e.development.id for group in grouped(made.entries) for e in group.entries]
    assert [number for page in pages for number in page] == in_order


def test_the_main_message_says_that_there_is_more_and_the_replies_which_part_they_are() -> None:
    made = digest(*some_developments(60))
    pages = laid_out(made)
    main = digest_card(made, pages[0], parts=len(pages))
    rest = 60 - len(pages[0])
    assert "".join(s.text for s in main.footer) == f"Continued in the thread: {rest} developments"
    part = part_card(made, pages[1], part=1, parts=len(pages))
    assert part.headline == "Daily digest, 2 Mar 2026, continued"
    assert "".join(s.text for s in part.footer) == f"part 2 of {len(pages)}"


def test_a_reply_names_the_beneficiary_again() -> None:
    made = digest(*(act(n) for n in range(60)))
    pages = laid_out(made)
    assert read(part_card(made, pages[1], part=1, parts=3)).startswith("🇺🇦 UKRAINE\n")


def messages(made: Digest, alt: str = "") -> list[Card]:
    """As they would be sent."""
    pages, picture = laid_out(made, alt), Picture(b"", alt) if alt else None
    main = digest_card(made, pages[0], picture=picture, parts=len(pages))
    rest = [part_card(made, p, part=n, parts=len(pages)) for n, p in enumerate(pages[1:], 1)]
    return [main, *rest]


def check(cards: list[Card]) -> None:
    """No platform cuts or refuses any."""
    for card in cards:
        (page,) = discord.draw(card, KEY).pages
        assert units(page) <= 4096
        drawn = discord.draw(card, KEY)
        embed = drawn.embed()
        assert embed is not None
        discord_rules.check_message(
            {
                "content": drawn.content,
                "embeds": [embed.to_dict()],
                "components": drawn.view(KEY).to_components(),
            }
        )
        (blocks,) = slack.draw(card).pages
        slack_rules.check_message({"text": slack.draw(card).text, "blocks": blocks})
        assert "the rest does not fit" not in page
        assert "the rest does not fit" not in str(blocks)


@pytest.mark.parametrize("style", CardStyle)
@pytest.mark.parametrize("language", languages())
def test_five_hundred_developments_break_no_limit_and_none_is_cut(
    style: CardStyle, language: str
) -> None:
    made = digest(*some_developments(500), route=replace(DAILY, style=style, language=language))
    cards = messages(made, "what the picture shows " * 17)
    check(cards)
    told = "\n".join(map(read, cards))
    assert all(told.count(f"{d.short_id}  ") == 1 for d in some_developments(500))


@given(
    st.lists(st.tuples(texts, texts, st.sampled_from(ADDRESSES)), min_size=1, max_size=14),
    st.sampled_from(CardStyle),
)
def test_whatever_the_articles_say_no_limit_is_broken_and_none_is_cut(
    reports: list[tuple[str, str, str]], style: CardStyle
) -> None:
    told = [
        replace(act(n, committers=("GBR", "FRA", "DEU", "POL", "ITA", "ESP", "ROU")), lead=report)
        for n, (title, outlet, url) in enumerate(reports)
        for report in [source(outlet, title=title, url=url)]
    ]
    check(messages(digest(*told, route=replace(DAILY, style=style))))


# --- the picture and the brief


def test_the_picture_shows_who_acted_towards_whom() -> None:
    back = act(2, direction=Direction.WITHDRAWN, stage=Stage.IN_FORCE, committers=("USA",))
    plan = picture_plan(digest(act(1), back))
    assert plan is not None
    assert (plan.columns, plan.doubtful) == (("Ukraine",), "refused or taken back")
    assert dict(plan.rows).keys() == {"United States", "France"}
    assert "France to Ukraine: new" in plan.alt


def test_who_was_only_asked_or_whose_act_was_denied_is_in_no_picture() -> None:
    asked = act(2, direction=Direction.DEMANDED, committers=("USA",))
    denied = replace(act(3, committers=("POL",)), status="denied")
    plan = picture_plan(digest(act(1), act(4, committers=("GBR",)), asked, denied))
    assert plan is not None
    assert "United States" not in str(plan.rows)
    assert "Poland" not in str(plan.rows)


def test_one_pair_needs_no_picture() -> None:
    assert picture_plan(digest(act())) is None


def test_a_picture_of_many_actors_is_cut_to_what_can_be_read() -> None:
    plan = picture_plan(digest(*some_developments(500)))
    assert plan is not None
    assert len(plan.alt) <= 400


def test_a_brief_has_the_lines_of_a_digest() -> None:
    made = [act(1), act(2, beneficiaries=("MDA",))]
    card = brief_card(brief(made, since=NOW - timedelta(days=1), until=NOW))
    assert card.headline == "Since 1 Mar 2026 09:30 UTC: 2 developments"
    assert read(whole(digest(*made))).splitlines()[2:] == read(card).splitlines()[1:]
