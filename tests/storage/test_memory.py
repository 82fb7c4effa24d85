"""What the service keeps across restarts."""

from __future__ import annotations

from pathlib import Path

from storage.store import Store


async def test_nothing_is_known_under_a_new_key(store: Store) -> None:
    assert await store.recall("discord.commands") == ""


async def test_the_last_text_under_a_key_survives_a_restart(path: Path) -> None:
    async with await Store.open(path) as store:
        await store.remember("discord.commands", "old")
        await store.remember("discord.commands", "new")
        await store.remember("discord.servers", "[1]")
    async with await Store.open(path) as store:
        assert await store.recall("discord.commands") == "new"
        assert await store.recall("discord.servers") == "[1]"
