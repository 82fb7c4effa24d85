"""A story that thousands of articles report does not hold up everything else."""

from __future__ import annotations

import threading
from collections.abc import Iterable

import pytest

from bot import answers, ledger_answers, why_answers
from bot.cards import Line, Tone
from bot.claim_words import source_lines
from storage.records import Source
from tests.bot.conftest import People


async def test_chats_do_not_wait_for_the_plain_data(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(*_: object) -> None:
        raise AssertionError("made for a chat")

    for module in (answers, ledger_answers, why_answers):
        for name in ("development_data", "article_data", "source_data", "ledger_data"):
            monkeypatch.setattr(module, name, made, raising=False)
    asked = ("latest", "show UKR-1", "status Ukraine", "search troops", "brief since:7d")
    cards = [await people.ask(f"pledges {question}") for question in asked]
    cards += [await people.press(button, "UKR-1") for button in ("details", "sources")]
    assert not [card.headline for card in cards if card.tone is Tone.ERROR]


@pytest.mark.parametrize("button", [False, True])
async def test_the_event_loop_writes_no_list_of_sources(
    people: People, monkeypatch: pytest.MonkeyPatch, button: bool
) -> None:
    writers: list[threading.Thread] = []

    def noted(sources: Iterable[Source]) -> tuple[Line, ...]:
        writers.append(threading.current_thread())
        return source_lines(sources)

    monkeypatch.setattr(answers, "source_lines", noted)
    await (people.press("sources", "UKR-1") if button else people.ask("pledges show UKR-1"))
    assert writers
    assert threading.main_thread() not in writers
