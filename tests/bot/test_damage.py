"""A damaged database is set aside, the newest good backup is named, and nothing is overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import load_config
from bot.config.models import Config
from bot.core import open_core
from storage.backup import restore
from storage.errors import DatabaseCorrupt
from storage.store import Store
from tests.builders import NOW

PAGE = 16_384


@pytest.fixture
def config(tmp_path: Path) -> Config:
    file = tmp_path / "config.toml"
    file.write_text('[storage]\npath = "p.db"\nbackup_folder = "backups"\n')
    return load_config(file, {})


async def serve(config: Config) -> None:
    """What the service does to its file at start."""
    async with open_core(config, service=True, clock=lambda: NOW):
        pass


async def with_backup(config: Config) -> Path:
    async with await Store.open(config.storage.path, service=True) as store:
        return await store.backup(config.storage.path.parent / "backups" / GOOD)


GOOD = "pledgewatch-20260301T000000Z.db"


def damage(path: Path, first: int) -> bytes:
    """Overwrite the file from a page on, as a failing disk does; what it holds then."""
    content = bytearray(path.read_bytes())
    for page in range(first * PAGE, len(content), PAGE):
        content[page : page + 200] = b"\xff" * 200
    path.write_bytes(content)
    return bytes(content)


@pytest.mark.parametrize("first", [0, 12])
async def test_a_service_sets_a_damaged_file_aside_and_offers_the_newest_good_backup(
    config: Config, first: int
) -> None:
    good = await with_backup(config)
    damaged = damage(config.storage.path, first)
    with pytest.raises(DatabaseCorrupt) as caught:
        await serve(config)
    aside = config.storage.path.with_name("p.db.damaged-20260302T093000Z")
    assert aside.name in str(caught.value)
    assert f"pledgewatch restore {good}" in str(caught.value)
    assert aside.read_bytes() == damaged
    assert not config.storage.path.exists()


async def test_no_new_file_takes_the_place_of_a_damaged_one(config: Config) -> None:
    good = await with_backup(config)
    damage(config.storage.path, 12)
    for _ in range(3):
        with pytest.raises(DatabaseCorrupt, match="pledgewatch restore"):
            await serve(config)
    assert not config.storage.path.exists()
    assert restore(good, config.storage.path, now=NOW) is None
    await serve(config)


async def test_a_command_that_writes_makes_no_new_file_either(config: Config) -> None:
    await with_backup(config)
    damage(config.storage.path, 0)
    with pytest.raises(DatabaseCorrupt):
        await serve(config)
    with pytest.raises(DatabaseCorrupt, match=r"p\.db\.damaged-20260302T093000Z"):
        async with open_core(config):
            pass
    assert not config.storage.path.exists()


async def test_a_command_that_reads_leaves_a_damaged_file_where_it_is(config: Config) -> None:
    await with_backup(config)
    damaged = damage(config.storage.path, 0)
    with pytest.raises(DatabaseCorrupt, match="pledgewatch restore"):
        async with open_core(config, read_only=True):
            pass
    assert config.storage.path.read_bytes() == damaged


async def test_a_file_that_was_never_ours_is_left_where_it_is(config: Config) -> None:
    config.storage.path.write_text("my diary")
    with pytest.raises(DatabaseCorrupt, match="is no database"):
        await serve(config)
    assert config.storage.path.read_text() == "my diary"


async def test_without_a_backup_it_says_so(config: Config) -> None:
    async with await Store.open(config.storage.path, service=True):
        pass
    damage(config.storage.path, 0)
    with pytest.raises(DatabaseCorrupt, match="No good backup was found"):
        await serve(config)


async def test_to_start_anew_the_damaged_file_is_moved_away(config: Config) -> None:
    await with_backup(config)
    damage(config.storage.path, 0)
    with pytest.raises(DatabaseCorrupt):
        await serve(config)
    (aside,) = config.storage.path.parent.glob("p.db.damaged-*")
    aside.rename(config.storage.path.parent / "backups" / "damaged")
    await serve(config)
    assert config.storage.path.exists()


async def test_damage_found_while_the_service_runs_is_set_aside_when_it_ends(
    config: Config,
) -> None:
    with pytest.raises(DatabaseCorrupt, match=r"kept as p\.db\.damaged-"):
        async with open_core(config, service=True, clock=lambda: NOW):
            raise DatabaseCorrupt("row 7 is missing.")
    assert not config.storage.path.exists()
