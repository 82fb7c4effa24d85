"""The pictures of the documents, and what they are made with."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from bot.cards import Ask, Form, FormField
from bot.discord_chat.forms import modal
from bot.slack_chat.forms import form_view
from tests.render.forms_html import discord_modal, slack_view
from tests.render.frames import Filled, Said, Typed, page
from tests.render.shell import Terminal, as_svg

ROOT = Path(__file__).parents[2]
PICTURES = sorted((ROOT / "docs" / "pictures").iterdir())
MOST = 1_500_000
FORM = Form(
    "add_route",
    "",
    "Add a route",
    (
        FormField("name", "Name", initial=("alerts",), hint="What commands call it"),
        FormField("mode", "When", Ask.CHOICE, (("a", "At once"), ("d", "Daily")), ("d",)),
        FormField("settings", "Further <settings>", Ask.LONG, required=False),
    ),
    "Add",
)


def test_every_picture_is_shown_somewhere() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    shown = {name for page in pages for name in re.findall(r"pictures/([\w.-]+)", page.read_text())}
    assert {picture.name for picture in PICTURES} - shown == set()


def test_the_pictures_are_light() -> None:
    assert sum(picture.stat().st_size for picture in PICTURES) < MOST


@pytest.mark.parametrize("picture", [p for p in PICTURES if p.suffix == ".svg"], ids=str)
def test_a_picture_of_a_terminal_tells_nothing_of_the_machine_it_was_taken_on(
    picture: Path,
) -> None:
    text = html.unescape(picture.read_text(encoding="utf-8"))
    assert not re.search(r"/(?:home|root|tmp|Users|work)\b", text)
    assert not re.search(r"xoxb-|xapp-\w|loopback", text)


def test_a_terminal_is_drawn_with_its_words_and_nothing_from_elsewhere() -> None:
    drawn = as_svg("a", "\x1b[31mred\x1b[0m & plain\nsecond\nthird", line="say it", lines=2)
    text = html.unescape(re.sub("<[^>]*>", "", drawn)).replace("\xa0", " ")
    assert "$ say it" in text
    assert "red & plain" in text
    assert "second" in text
    assert "third" not in text
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", drawn) == []


async def test_a_command_runs_at_a_terminal_of_its_own(tmp_path: Path) -> None:
    async with Terminal("pledgewatch --version", tmp_path, {}) as terminal:
        assert (await terminal.end()).startswith("pledgewatch, version ")


async def test_a_question_at_the_terminal_is_answered(tmp_path: Path) -> None:
    async with Terminal("pledgewatch erase-person terminal:ada", tmp_path, {}) as terminal:
        await terminal.type("[y/N]", "n")
        assert "Stopped." in await terminal.end()


def test_a_form_is_drawn_with_what_stands_in_it() -> None:
    for drawn in (slack_view(form_view(FORM, "C1")), discord_modal(modal(FORM).to_dict())):
        text = html.unescape(re.sub("<[^>]*>", "|", drawn))
        for words in ("Add a route", "alerts", "What commands call it", "Daily"):
            assert f"|{words}|" in text
        assert "Further <settings>" in text
        assert "At once" not in text


def test_what_one_person_sees_is_marked_on_both() -> None:
    slack = {"blocks": [{"type": "header", "text": {"text": "Hello"}}]}
    for platform, message in (("slack", slack), ("discord", {"content": "Hello"})):
        drawn = page(platform, "desk", [Typed("/pledges help"), Said(message, alone=True)], {})
        assert "/pledges help" in drawn
        assert "Hello" in drawn
        assert "👁" in drawn
        assert "👁" not in page(platform, "desk", [Said(message)], {})


def test_a_home_page_has_no_frame_of_a_form() -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    assert "modal" not in page("slack", "", [Filled(home)], {}).partition("<body")[2]
