"""`python -m tests.render FOLDER`: a page of cards each for Discord and Slack, side by side."""

from __future__ import annotations

import base64
import html
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from bot.cards import Card, Picture
from bot.discord_chat import drawing as discord
from bot.slack_chat import drawing as slack
from bot.slack_chat.pictures import picture_of
from tests.render import discord_html, slack_html
from tests.render.pictures import pictured
from tests.render.samples import pages

_STYLE = Path(__file__).with_name("style.css")
_QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
_WIDTH = 1400
_MEASURE = "<script>document.title = document.documentElement.scrollHeight</script>"


def main(folder: Path) -> None:
    """Draw all samples: HTML, and pictures where Chromium is installed."""
    folder.mkdir(parents=True, exist_ok=True)
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    for name, cards in (*pages(), ("pictures", list(pictured()))):
        page = folder / f"{name}.html"
        page.write_text(_page(cards), encoding="utf-8")
        if browser:
            _photograph(browser, page)


def _page(cards: Iterable[tuple[str, Card]]) -> str:
    style = f"<meta charset=utf-8><style>{_STYLE.read_text(encoding='utf-8')}</style>"
    sections = "".join(_section(name, card) for name, card in cards)
    return f"<!doctype html>{style}<body>{sections}</body>{_MEASURE}"


def _photograph(browser: str, page: Path) -> None:
    """As high as the page is."""
    shown = _run(browser, "--window-size=1400,100", "--dump-dom", page.as_uri())
    height = re.search(r"<title>(\d+)</title>", shown)
    size = f"--window-size={_WIDTH},{height[1] if height else 4000}"
    _run(browser, size, f"--screenshot={page.with_suffix('.png')}", page.as_uri())


def _run(browser: str, *arguments: str) -> str:
    command = [browser, *_QUIET, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, timeout=60)  # noqa: S603 - a browser that the developer installed
    return done.stdout.decode()


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


if __name__ == "__main__":
    main(Path(sys.argv[1]))
