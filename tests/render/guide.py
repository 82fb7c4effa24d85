"""The pictures of the documents: `python -m tests.render --docs FOLDER` makes them anew."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from tests.render.camera import lighten, photograph
from tests.render.frames import page
from tests.render.shell import as_svg
from tests.render.tour import InBrowser, InChat, InTerminal, Shot, Tour

_WIDTH = 640
_WIDE, _HIGH = 1240, 640
_SCALE = 1.5


def make_pictures(folder: Path, browser: str) -> None:
    """Walk through getting started, and draw what is seen; what was in the folder goes."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in (*folder.glob("*.png"), *folder.glob("*.svg")):
        old.unlink()
    asyncio.run(_walk(folder, browser))


async def _walk(folder: Path, browser: str) -> None:
    with tempfile.TemporaryDirectory(prefix="tour-") as place:
        tour = Tour(Path(place))
        async for shot in tour.shots():
            await asyncio.to_thread(_draw, shot, tour, folder, browser)


def _draw(shot: Shot, tour: Tour, folder: Path, browser: str) -> None:
    picture = folder / f"{shot.name}.png"
    match shot:
        case InTerminal(name, line, said, lines):
            svg = as_svg(name, said, line=line, lines=lines)
            (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
        case InChat(_, platform, parts, channel, most):
            with tempfile.TemporaryDirectory() as place:
                drawn = Path(place) / "page.html"
                made = page(platform, channel, parts, tour.files, cut=bool(most))
                drawn.write_text(made, encoding="utf-8")
                photograph(
                    browser, drawn.as_uri(), picture, width=_WIDTH, scale=_SCALE, height=most
                )
            lighten(picture)
        case InBrowser(_, address):
            photograph(browser, address, picture, width=_WIDE, height=_HIGH)
            lighten(picture)
