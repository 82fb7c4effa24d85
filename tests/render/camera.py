"""Photographs of pages, by Chromium."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from PIL import Image

_QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
MEASURE = "<script>document.title = document.documentElement.scrollHeight</script>"
"""Put this at the end of a page, so that its picture is as high as the page."""
_SHORT = 100


def browser() -> str | None:
    """Where Chromium is installed; None where it is not."""
    return shutil.which("chromium") or shutil.which("google-chrome")


def photograph(
    program: str, address: str, picture: Path, *, width: int, scale: float = 1, height: int = 0
) -> None:
    """A PNG of a page; without a height it is as high as the page."""
    if not height:
        shown = _run(program, f"--window-size={width},{_SHORT}", "--dump-dom", address)
        measured = re.search(r"<title>(\d+)</title>", shown)
        height = int(measured[1]) if measured else 4000
    sharp = f"--force-device-scale-factor={scale}"
    _run(program, sharp, f"--window-size={width},{height}", f"--screenshot={picture}", address)


def lighten(picture: Path) -> None:
    """Bring a PNG down to 256 colours, which a screen of text does not miss."""
    with Image.open(picture) as image:
        few = image.convert("RGB").quantize(
            256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
        few.save(picture, optimize=True)


def _run(program: str, *arguments: str) -> str:
    command = [program, *_QUIET, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, timeout=180)  # noqa: S603 - a browser that the developer installed
    return done.stdout.decode()
