"""`python -m tests.render FOLDER`"""

from __future__ import annotations

import html
import shutil
import subprocess
import sys
from pathlib import Path

from bot.cards import Card
from bot.discord_chat import drawing as discord
from bot.slack_chat import drawing as slack
from tests.render import discord_html, slack_html
from tests.render.samples import samples

_STYLE = Path(__file__).with_name("style.css")
_QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def main(folder: Path) -> None:
    """Draw all samples."""
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "cards.html"
    sections = "".join(_section(name, card) for name, card in samples())
    style = f"<meta charset=utf-8><style>{_STYLE.read_text(encoding='utf-8')}</style>"
    page.write_text(f"<!doctype html>{style}{sections}", encoding="utf-8")
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser:
        picture = f"--screenshot={folder / 'cards.png'}"
        command = [browser, *_QUIET, "--window-size=1400,4600", picture, page.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=60)  # noqa: S603 - a browser that the developer installed


def _section(name: str, card: Card) -> str:
    return f"<section><h2>{html.escape(name)}</h2>{on_discord(card)}{on_slack(card)}</section>"


def on_discord(card: Card) -> str:
    """As Discord shows it."""
    drawn = discord.draw(card, "key")
    return discord_html.message(
        {
            "content": drawn.content,
            "embeds": [drawn.embed().to_dict()],
            "components": drawn.view("key").to_components(),
        }
    )


def on_slack(card: Card) -> str:
    """As Slack shows it."""
    return slack_html.message(slack.draw(card).pages[0])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
