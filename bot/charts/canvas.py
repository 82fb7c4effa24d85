"""A card to draw on, measured in inches from its top left corner: text that wraps to its measured
width, boxes, lines, marks. The one importer of matplotlib.

The card brings its own background, so that it reads the same in light and dark chats, and its own
font, so that it looks the same on every machine.
"""

from __future__ import annotations

import io
import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, Rectangle

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
_RADIUS = 0.14
_POINTS = 72
_LINE = 1.28
"""Line height by font size."""
_FAMILY = "DejaVuSans"
_RIGHT_TO_LEFT = {"R", "AL"}
_ELLIPSIS = "…"
_SPACES = re.compile(" +")  # but not those that keep words together


class Canvas:
    """One picture in the making."""

    def __init__(self, height: float, width: float = WIDTH) -> None:
        """In inches, at 200 pixels an inch."""
        mpl.rcdefaults()  # whatever a matplotlibrc in the folder or the home says
        self.width, self.height = width, height
        self._figure = Figure(figsize=(width, height), dpi=DPI)
        FigureCanvasAgg(self._figure)  # the figure keeps it
        self._figure.patch.set_alpha(0)
        axes = self._figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, width)
        axes.set_ylim(height, 0)
        axes.axis("off")
        self._axes: Axes = axes
        self._layers = itertools.count(1)
        self._card()

    def png(self) -> bytes:
        """The finished picture; the same plan gives the same bytes."""
        target = io.BytesIO()
        self._figure.savefig(
            target,
            format="png",
            dpi=DPI,
            metadata={"Software": None},
            pil_kwargs={"optimize": True},
        )
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
        valign: str = "baseline",
        turned: float = 0,
    ) -> None:
        """One line; `size` in points, `turned` in degrees."""
        self._axes.text(
            x,
            y,
            words,
            fontproperties=_font(size, bold=bold),
            color=colour,
            ha=align,
            va=valign,
            rotation=turned,
            rotation_mode="anchor",
            parse_math=False,
            zorder=next(self._layers),
        )

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
        layer = next(self._layers)
        self._axes.add_patch(
            Rectangle((x, y), width, height, facecolor=colour, linewidth=0, zorder=layer)
        )
        if stripes:
            with mpl.rc_context({"hatch.linewidth": 2.2, "hatch.color": stripes}):
                self._axes.add_patch(
                    Rectangle(
                        (x, y), width, height, fill=False, hatch="//", linewidth=0, zorder=layer
                    )
                )

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        colour: str = HAIRLINE,
        width: float = 1.0,
        *,
        dotted: bool = False,
    ) -> None:
        """A straight line; its width in points."""
        self._axes.add_line(
            Line2D(
                *zip(start, end, strict=True),
                color=colour,
                linewidth=width,
                linestyle=(0, (1, 1.6)) if dotted else "-",
                zorder=next(self._layers),
            )
        )

    def mark(self, x: float, y: float, shape: Mark, symbol: str, colour: str) -> None:
        """An act: filled where it was made, hollow where it is open, a cross where it was taken
        back; `symbol` is its actor's ("o", "s", "D", "^")."""
        back, hollow = shape is Mark.BACK, shape is Mark.OPEN
        self._axes.add_line(
            Line2D(
                [x],
                [y],
                marker="X" if back else symbol,
                markersize=10 if back else 9,
                markerfacecolor=CARD if hollow else colour,
                markeredgecolor=CARD if back else colour,
                markeredgewidth=0.8 if back else 2,
                zorder=next(self._layers),
            )
        )

    def _card(self) -> None:
        inset = 0.02
        self._axes.add_patch(
            FancyBboxPatch(
                (inset + _RADIUS, inset + _RADIUS),
                self.width - 2 * (inset + _RADIUS),
                self.height - 2 * (inset + _RADIUS),
                boxstyle=f"round,pad={_RADIUS}",
                facecolor=CARD,
                edgecolor=_EDGE,
                linewidth=1,
                zorder=0,
            )
        )


def line_height(size: float) -> float:
    """Inches from one baseline to the next."""
    return size * _LINE / _POINTS


@lru_cache(maxsize=4096)
def measured(words: str, size: float, *, bold: bool = False) -> float:
    """The width of a line in inches."""
    font = _face(bold)
    font.set_size(size, _POINTS)
    font.set_text(words, 0)
    return float(font.get_width_height()[0]) / 64 / _POINTS


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
        if ord(char) in _glyphs() and category != "Cc":
            kept.append(char)
        elif category[0] in "LN":
            return ""
    return _SPACES.sub(" ", "".join(kept)).strip()


@lru_cache
def _glyphs() -> frozenset[int]:
    return frozenset(_face(bold=False).get_charmap())


@lru_cache
def _face(bold: bool) -> FT2Font:
    return FT2Font(_font_file(bold=bold))


@lru_cache
def _font(size: float, *, bold: bool) -> FontProperties:
    return FontProperties(fname=_font_file(bold=bold), size=size)


def _font_file(*, bold: bool) -> str:
    name = f"{_FAMILY}-Bold.ttf" if bold else f"{_FAMILY}.ttf"
    return str(Path(mpl.get_data_path()) / "fonts" / "ttf" / name)
