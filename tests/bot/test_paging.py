"""Which blocks stand on which page."""

from __future__ import annotations

from bot.cards import Block, Card, Divider, Fields, Line, Picture, Quote, Span, Table, Text
from bot.paging import PAGE_LINES, PAGE_SIZE, page_of


def line(text: str) -> tuple[Span, ...]:
    return (Span(text),)


def pages(*blocks: Block) -> list[Card]:
    card = Card("Long", blocks)
    _, count = page_of(card, 1)
    return [page_of(card, number)[0] for number in range(1, count + 1)]


def test_a_short_answer_is_left_as_it_is() -> None:
    card = Card("Short", (Text((line("one"),)), Divider()))
    assert page_of(card, 1) == (card, 1)
    assert page_of(card, 9) == (card, 1)


def test_an_empty_answer_is_one_page() -> None:
    assert page_of(Card("Empty"), 1) == (Card("Empty"), 1)


def test_every_row_stands_on_one_page_and_the_headings_on_each() -> None:
    table = Table(("Who", "What"), tuple((line(f"row {n}"), line("x")) for n in range(70)))
    found = pages(table)
    assert len(found) == 3
    rows: list[tuple[Line, ...]] = []
    for page in found:
        (part,) = page.blocks
        assert isinstance(part, Table)
        assert part.columns == ("Who", "What")
        assert len(part.rows) <= PAGE_LINES
        rows += part.rows
    assert tuple(rows) == table.rows


def test_the_footer_says_which_page_it_is() -> None:
    fields = Fields(tuple((f"label {n}", line("x")) for n in range(40)))
    found = pages(fields)
    assert [page.footer[-1].text for page in found] == ["page 1 of 2", "page 2 of 2"]


def test_a_footer_stays_on_each_page() -> None:
    fields = Fields(tuple((f"label {n}", line("x")) for n in range(40)))
    shown, _ = page_of(Card("Long", (fields,), footer=line("model 7")), 2)
    assert "".join(s.text for s in shown.footer) == "model 7 · page 2 of 2"


def test_a_number_beyond_the_end_is_the_last_page() -> None:
    card = Card("Long", (Fields(tuple((str(n), line("x")) for n in range(40))),))
    assert page_of(card, 99) == page_of(card, 2)
    assert page_of(card, -1) == page_of(card, 1)


def test_a_development_of_two_lines_is_not_torn_apart() -> None:
    blocks: list[Block] = []
    for n in range(40):
        blocks += [Divider(), Text((line(f"UKR-{n}"), line("its source")))]
    for page in pages(*blocks[1:]):
        assert not isinstance(page.blocks[0], Divider)
        assert not isinstance(page.blocks[-1], Divider)
        assert all(len(b.lines) == 2 for b in page.blocks if isinstance(b, Text))


def test_long_texts_and_links_fill_a_page_sooner() -> None:
    long = Text(
        tuple((Span("word " * 60, link="https://example.org/" + "a" * 200),) for _ in "123")
    )
    assert len(pages(*[long] * 10)) > 3
    for page in pages(*[long] * 10):
        texts = [block for block in page.blocks if isinstance(block, Text)]
        spans = [span for text in texts for row in text.lines for span in row]
        drawn = sum(len(span.text) + len(span.link) for span in spans)
        assert drawn <= PAGE_SIZE


def test_a_block_that_is_longer_than_a_page_has_one_of_its_own() -> None:
    quote = Quote("x" * 5000, "Gazette")
    first, _ = pages(Divider(), quote, Text((line("after"),)))
    assert first.blocks == (quote,)


def test_a_picture_stands_on_the_first_page_alone() -> None:
    picture = Picture(b"png", "a timeline")
    rows = Fields(tuple((str(n), line("x")) for n in range(70)))
    first, *others = pages(picture, rows)
    assert first.blocks[0] == picture
    assert all(picture not in page.blocks for page in others)
