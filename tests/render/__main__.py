"""`python -m tests.render FOLDER`: a page of cards each for Discord and Slack, side by side;
`python -m tests.render --docs FOLDER`: the pictures of the documents."""

from __future__ import annotations

import base64
import html
import sys
from collections.abc import Iterable
from pathlib import Path

from bot.cards import Card, Picture, picture_of
from bot.discord_chat import drawing as discord
from bot.slack_chat import drawing as slack
from tests.render import discord_html, slack_html
from tests.render.camera import MEASURE, browser, photograph
from tests.render.pictures import pictured
from tests.render.samples import pages

_STYLE = Path(__file__).with_name("style.css")
_WIDTH = 1400


def main(folder: Path) -> None:
    """Draw all samples: HTML, and pictures where Chromium is installed."""
    folder.mkdir(parents=True, exist_ok=True)
    program = browser()
    for name, cards in (*pages(), ("pictures", list(pictured()))):
        page = folder / f"{name}.html"
        page.write_text(_page(cards), encoding="utf-8")
        if program:
            photograph(program, page.as_uri(), page.with_suffix(".png"), width=_WIDTH)


def _page(cards: Iterable[tuple[str, Card]]) -> str:
    style = f"<meta charset=utf-8><style>{_STYLE.read_text(encoding='utf-8')}</style>"
    sections = "".join(_section(name, card) for name, card in cards)
    return f"<!doctype html>{style}<body>{sections}</body>{MEASURE}"


def _section(name: str, card: Card) -> str:
    return f"<section><h2>{html.escape(name)}</h2>{on_discord(card)}{on_slack(card)}</section>"


def on_discord(card: Card) -> str:
    """As Discord shows it."""
    drawn = discord.draw(card, "key" if card.buttons else "")
    embed = drawn.embed()
    if embed and drawn.picture:
        embed.set_image(url=_address(drawn.picture))
    return discord_html.message(
        {
            "content": drawn.content,
            "embeds": [embed.to_dict()] if embed else [],
            "components": drawn.view("key").to_components(),
        }
    )


def on_slack(card: Card) -> str:
    """As Slack shows it."""
    picture = picture_of(card)
    return slack_html.message(slack.draw(card, file=_address(picture) if picture else "").pages[0])


def _address(picture: Picture) -> str:
    """An address that holds the picture itself."""
    return f"data:image/png;base64,{base64.b64encode(picture.png).decode()}"


def picture_the_guide(folder: Path) -> None:
    """The pictures of the documents. Raises SystemExit where Chromium is missing."""
    from tests.render.guide import make_pictures

    program = browser()
    if program is None:
        sys.exit("The pictures of chats are taken with Chromium; install it.")
    make_pictures(folder, program)


if __name__ == "__main__":
    *option, where = sys.argv[1:]
    (picture_the_guide if option == ["--docs"] else main)(Path(where))
