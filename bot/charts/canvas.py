"""A card to draw on, measured in inches from its top left corner: text that wraps to its measured
width, boxes, lines, marks. The one importer of Pillow.

The card brings its own background, so that it reads the same in light and dark chats, and its own
font, so that it looks the same on every machine. Boxes and lines keep to whole pixels; what is
slanted or round is drawn larger and reduced, which makes its edge smooth.
"""

from __future__ import annotations

import io
import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files

from PIL import Image, ImageDraw, ImageFont

from bot.charts.plans import Mark

WIDTH = 6.0
DPI = 200
MARGIN = 0.28
INK = "#1B2430"
MUTED = "#5B6673"
HAIRLINE = "#D5DAE1"
FAINT = "#EEF1F5"
CARD = "#FFFFFF"
_EDGE = "#C9D0D9"
_INSET, _RADIUS, _BORDER = 0.02, 0.14, 3
"""Inches, inches, pixels."""
_POINTS = 72
_LINE = 1.28
"""Line height by font size."""
_LARGER = 8
"""How much larger what is slanted or round is drawn than it is shown."""
_STRIPE, _STRIPES_APART = 2.2, 7.2
"""Points."""
_DOT, _DOTS_APART = 1.0, 2.6
"""By the width of a dotted line."""
_SHAPES = {
    "s": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "D": ((0, -math.sqrt(2)), (math.sqrt(2), 0), (0, math.sqrt(2)), (-math.sqrt(2), 0)),
    "^": ((0, -1), (1, 1), (-1, 1)),
    "X": (
        (-1, -2),
        (0, -1),
        (1, -2),
        (2, -1),
        (1, 0),
        (2, 1),
        (1, 2),
        (0, 1),
        (-1, 2),
        (-2, 1),
        (-1, 0),
        (-2, -1),
    ),
}
"""The corners of a mark's shape."""
_ANCHORS = {"left": "ls", "center": "ms", "right": "rs"}
"""Pillow's names of where a line of words is held, at its baseline."""
_NOT_A_LETTER = "\uffff"
_SAMPLE = 12.0
_RIGHT_TO_LEFT = {"R", "AL"}
_ELLIPSIS = "…"
_SPACES = re.compile(" +")  # but not those that keep words together


class Canvas:
    """One picture in the making."""

    def __init__(self, height: float, width: float = WIDTH) -> None:
        """In inches, at 200 pixels an inch."""
        self._size = (round(width * DPI), round(height * DPI))
        self._image = Image.new("RGB", self._size, _EDGE)
        self._image.paste(CARD, mask=_rounded(self._size, round(_INSET * DPI) + _BORDER))
        self._draw = ImageDraw.Draw(self._image)

    def png(self) -> bytes:
        """The finished picture; the same plan gives the same bytes."""
        self._image.putalpha(_rounded(self._size, round(_INSET * DPI)))
        target = io.BytesIO()
        self._image.save(target, format="PNG", optimize=True)
        return target.getvalue()

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = 9,
        *,
        bold: bool = False,
        colour: str = INK,
        align: str = "left",
        turned: float = 0,
    ) -> None:
        """One line with its baseline at y; `size` in points; `turned` in degrees, and then from the
        left."""
        font = _font(size, bold=bold)
        place = (x * DPI, y * DPI)
        if turned:
            self._turned(place, words, font, colour, turned)
        else:
            self._draw.text(place, words, fill=colour, font=font, anchor=_ANCHORS[align])

    def _turned(
        self,
        place: tuple[float, float],
        words: str,
        font: ImageFont.FreeTypeFont,
        colour: str,
        degrees: float,
    ) -> None:
        reach = math.ceil(font.getlength(words) + font.size)
        mask = Image.new("L", (2 * reach, 2 * reach))
        ImageDraw.Draw(mask).text(
            (reach, reach), words, fill=255, font=font, anchor=_ANCHORS["left"]
        )
        mask = mask.rotate(degrees, Image.Resampling.BICUBIC)
        self._image.paste(colour, (round(place[0]) - reach, round(place[1]) - reach), mask)

    def paragraph(
        self,
        x: float,
        y: float,
        lines: Sequence[str],
        size: float = 9,
        *,
        bold: bool = False,
        colour: str = INK,
    ) -> float:
        """Lines one under another, the first with its baseline at y; where the next would be."""
        for line in lines:
            self.text(x, y, line, size, bold=bold, colour=colour)
            y += line_height(size)
        return y

    def box(
        self, x: float, y: float, width: float, height: float, colour: str, stripes: str = ""
    ) -> None:
        """A filled rectangle; `stripes` is the colour of lines across it."""
        left, top = round(x * DPI), round(y * DPI)
        right, bottom = round((x + width) * DPI), round((y + height) * DPI)
        if right <= left or bottom <= top:
            return
        self._image.paste(colour, (left, top, right, bottom))
        if stripes:
            self._image.paste(stripes, (left, top), _striped((right - left, bottom - top)))

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        colour: str = HAIRLINE,
        width: float = 1.0,
        *,
        dotted: bool = False,
    ) -> None:
        """A line from left to right or from top to bottom; its width in points. Lines of one width
        are of as many pixels wherever they stand."""
        (x, y), (right, bottom) = start, end
        thick = max(1, round(width * DPI / _POINTS)) / DPI
        across = abs(right - x) > abs(bottom - y)
        length = right - x if across else bottom - y
        step, dash = (_DOTS_APART * thick, _DOT * thick) if dotted else (length, length)
        for number in range(math.ceil(length / step) if length > 0 else 0):
            at, long = number * step, min(dash, length - number * step)
            if across:
                self.box(x + at, _whole(y - thick / 2), long, thick, colour)
            else:
                self.box(_whole(x - thick / 2), y + at, thick, long, colour)

    def mark(self, x: float, y: float, shape: Mark, symbol: str, colour: str) -> None:
        """An act: filled where it was made, hollow where it is open, a cross where it was taken
        back; `symbol` is its actor's ("o", "s", "D", "^")."""
        back, hollow = shape is Mark.BACK, shape is Mark.OPEN
        inside, edge = _mark("X" if back else symbol, 5 if back else 4.5, 0.8 if back else 2)
        at = (round(x * DPI) - inside.width // 2, round(y * DPI) - inside.height // 2)
        self._image.paste(CARD if hollow else colour, at, inside)
        self._image.paste(CARD if back else colour, at, edge)


def _whole(inches: float) -> float:
    """At the edge of a pixel."""
    return round(inches * DPI) / DPI


def _rounded(size: tuple[int, int], inset: int) -> Image.Image:
    """A mask of the card, so many pixels from the picture's edge, with round corners."""
    mask = Image.new("L", size)
    width, height = (length - 2 * inset for length in size)
    radius = round((_INSET + _RADIUS) * DPI) - inset
    mask.paste(255, (inset, inset, inset + width, inset + height))
    corner = Image.new("L", (radius * _LARGER, radius * _LARGER))
    whole = 2 * radius * _LARGER
    ImageDraw.Draw(corner).ellipse((0, 0, whole, whole), fill=255)
    corner = corner.reduce(_LARGER)
    right, below = inset + width - radius, inset + height - radius
    mirrored = corner.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    for at, one in (((inset, inset), corner), ((right, inset), mirrored)):
        mask.paste(one, at)
        mask.paste(one.transpose(Image.Transpose.FLIP_TOP_BOTTOM), (at[0], below))
    return mask


def _striped(size: tuple[int, int]) -> Image.Image:
    """A mask of slanting lines."""
    width, height = (length * _LARGER for length in size)
    mask = Image.new("L", (width, height))
    pen = ImageDraw.Draw(mask)
    unit = DPI / _POINTS * _LARGER
    thick, apart = round(_STRIPE * unit), round(_STRIPES_APART * unit)
    for foot in range(0, width + height, apart):
        pen.line((foot - height, height, foot, 0), fill=255, width=thick)
    return mask.reduce(_LARGER)


@lru_cache
def _mark(symbol: str, radius: float, edge: float) -> tuple[Image.Image, Image.Image]:
    """The masks of a mark's inside and of its edge, which is so many points wide."""
    unit = DPI / _POINTS * _LARGER
    middle = round((radius * math.sqrt(2) + edge) * unit / _LARGER) * _LARGER
    inside, outline = (Image.new("L", (2 * middle, 2 * middle)) for _ in range(2))
    thick = round(edge * unit)
    if symbol == "o":
        reach = radius * unit + thick / 2
        ends = (middle - reach, middle - reach, middle + reach, middle + reach)
        ImageDraw.Draw(inside).ellipse(ends, fill=255)
        ImageDraw.Draw(outline).ellipse(ends, outline=255, width=thick)
    else:
        scale = radius * unit / (2 if symbol == "X" else 1)
        points = [(middle + scale * x, middle + scale * y) for x, y in _SHAPES[symbol]]
        ImageDraw.Draw(inside).polygon(points, fill=255)
        around = [*points, points[0], points[1]]
        ImageDraw.Draw(outline).line(around, fill=255, width=thick, joint="curve")
    return inside.reduce(_LARGER), outline.reduce(_LARGER)


def line_height(size: float) -> float:
    """Inches from one baseline to the next."""
    return size * _LINE / _POINTS


@lru_cache(maxsize=4096)
def measured(words: str, size: float, *, bold: bool = False) -> float:
    """The width of a line in inches."""
    return _font(size, bold=bold).getlength(words) / DPI


def wrapped(
    words: str, size: float, width: float, most: int, *, bold: bool = False
) -> tuple[str, ...]:
    """Lines that fit a width in inches, at most so many; the last ends with an ellipsis where
    something is missing."""
    lines = list(_filled(words, size, width, bold=bold))
    if len(lines) <= most:
        return tuple(lines)
    last = lines[most - 1]
    while last and measured(last + _ELLIPSIS, size, bold=bold) > width:
        last = last[:-1]
    return (*lines[: most - 1], last.rstrip(" ,;:") + _ELLIPSIS)


def _filled(words: str, size: float, width: float, *, bold: bool) -> Iterator[str]:
    line = ""
    for word in words.split(" "):
        longer = f"{line} {word}".strip()
        if measured(longer, size, bold=bold) <= width:
            line = longer
            continue
        if line:
            yield line
        line = word
        while measured(line, size, bold=bold) > width:
            end = len(line)
            while end > 1 and measured(line[:end], size, bold=bold) > width:
                end -= 1
            yield line[:end]
            line = line[end:]
    if line:
        yield line


def drawable(words: str) -> str:
    """The words as the font has them: without emoji and other signs that it lacks; empty where it
    lacks letters, or they run from right to left, so that a reader would be misled."""
    kept = []
    for char in unicodedata.normalize("NFC", words):
        category = unicodedata.category(char)
        if unicodedata.bidirectional(char) in _RIGHT_TO_LEFT:
            return ""
        if _has(char) and category != "Cc":
            kept.append(char)
        elif category[0] in "LN":
            return ""
    return _SPACES.sub(" ", "".join(kept)).strip()


@lru_cache(maxsize=4096)
def _has(char: str) -> bool:
    """Whether the font has the letter: it draws all that it lacks as one and the same box."""
    font = _font(_SAMPLE, bold=False)
    return bytes(font.getmask(char)) != bytes(font.getmask(_NOT_A_LETTER))


@lru_cache
def _font(size: float, *, bold: bool) -> ImageFont.FreeTypeFont:
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    with (files("bot") / "data" / "fonts" / name).open("rb") as font:
        # Without Raqm, which not every machine has, so that all draw the same; it alone would move
        # pairs of letters together.
        return ImageFont.truetype(
            io.BytesIO(font.read()), size * DPI / _POINTS, layout_engine=ImageFont.Layout.BASIC
        )
