"""What a card draws, pixel by pixel where it matters."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bot.charts.canvas import CARD, DPI, Canvas, measured
from bot.charts.plans import Mark

BLUE = "#0072B2"


def drawn(canvas: Canvas) -> Image.Image:
    return Image.open(io.BytesIO(canvas.png())).convert("RGB")


def colour(image: Image.Image, x: float, y: float) -> str:
    red, green, blue = image.getpixel((round(x * DPI), round(y * DPI)))  # type: ignore[misc]
    return f"#{red:02X}{green:02X}{blue:02X}"


def coloured(image: Image.Image) -> int:
    """How many pixels are of the colour itself."""
    return image.tobytes().count(bytes.fromhex(BLUE[1:]))


@pytest.mark.parametrize(
    ("shape", "middle"), [(Mark.MADE, BLUE), (Mark.OPEN, CARD), (Mark.BACK, BLUE)]
)
@pytest.mark.parametrize("symbol", "osD^")
def test_a_mark_is_hollow_where_an_act_is_open(shape: Mark, middle: str, symbol: str) -> None:
    canvas = Canvas(2, 2)
    canvas.mark(1, 1, shape, symbol, BLUE)
    assert colour(drawn(canvas), 1, 1) == middle


def test_each_actor_has_a_shape_of_its_own() -> None:
    shapes = set()
    for symbol in "osD^":
        canvas = Canvas(2, 2)
        canvas.mark(1, 1, Mark.MADE, symbol, BLUE)
        shapes.add(canvas.png())
    assert len(shapes) == 4


def test_stripes_stay_within_their_box() -> None:
    canvas = Canvas(2, 2)
    canvas.box(0.5, 0.5, 1, 1, BLUE, "#FFFFFF")
    image = drawn(canvas)
    inside = 200 * 200
    assert 0.3 * inside < coloured(image) < 0.8 * inside
    assert colour(image, 0.45, 1) == colour(image, 1, 1.55) == CARD


def test_a_box_of_no_height_is_not_drawn() -> None:
    canvas = Canvas(2, 2)
    canvas.box(0.5, 0.5, 1, 0, BLUE)
    assert coloured(drawn(canvas)) == 0


@pytest.mark.parametrize(("end", "size"), [((1.5, 0.5), (200, 6)), ((0.5, 1.5), (6, 200))])
def test_a_line_is_as_long_and_wide_as_asked(
    end: tuple[float, float], size: tuple[int, int]
) -> None:
    canvas = Canvas(2, 2)
    canvas.line((0.5, 0.5), end, BLUE, width=72 * 6 / DPI)
    assert coloured(drawn(canvas)) == size[0] * size[1]


@pytest.mark.parametrize("width", [0.8, 1.2, 1.6])
def test_lines_of_one_width_are_equally_thick(width: float) -> None:
    found = set()
    for y in (0.5, 0.5013, 0.5026, 0.5039):
        canvas = Canvas(2, 2)
        canvas.line((0.5, y), (1.5, y), BLUE, width)
        found.add(coloured(drawn(canvas)))
    assert len(found) == 1


def test_a_dotted_line_has_gaps() -> None:
    canvas = Canvas(2, 2)
    canvas.line((0.5, 0.5), (1.5, 0.5), BLUE, width=72 * 6 / DPI, dotted=True)
    assert 0.3 * 1200 < coloured(drawn(canvas)) < 0.5 * 1200


@pytest.mark.parametrize(("align", "left"), [("left", 1.0), ("center", 0.75), ("right", 0.5)])
def test_words_stand_where_they_are_aligned(align: str, left: float) -> None:
    size = 9 * 0.5 / measured("MMMM", 9)
    canvas = Canvas(2, 2)
    canvas.text(1, 1, "MMMM", size, colour=BLUE, align=align)
    image = drawn(canvas).point(lambda value: 255 - value).crop((50, 50, 350, 350))
    box = image.getbbox()
    assert box is not None
    assert abs((box[0] + 50) / DPI - left) < 0.03
    assert abs((box[3] + 50) / DPI - 1) < 0.02


def test_turned_words_rise_to_the_right() -> None:
    canvas = Canvas(2, 2)
    canvas.text(0.5, 1.5, "MMMMMM", 12, colour=BLUE, turned=45)
    box = drawn(canvas).point(lambda value: 255 - value).crop((50, 50, 350, 350)).getbbox()
    assert box is not None
    width, height = box[2] - box[0], box[3] - box[1]
    assert abs(width - height) < 4
    assert abs(box[3] + 50 - 1.5 * DPI) < 4
